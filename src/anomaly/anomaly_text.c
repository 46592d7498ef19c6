/* SPDX-License-Identifier: MIT */
/* What a model's reasons read like. */
#include <string.h>

#include "anomaly/anomaly.h"
#include "base/text.h"

static void add_program(const char *path, struct strbuf *out)
{
    const char *slash = strrchr(path, '/');

    text_add_printable(out, span_of_string(slash ? slash + 1 : path), TEXT_UTF8);
}

static void add_parents(const struct anomaly_reason *reason, struct strbuf *out)
{
    strbuf_add_format(out, "started by %s, usually by %s",
                      parent_class_name((enum parent_class)reason->value),
                      parent_class_name((enum parent_class)reason->low));
}

static void add_numbers(const struct anomaly_reason *reason, struct strbuf *out)
{
    struct strbuf low = {0}, high = {0};

    feature_format(reason->feature, reason->low, &low);
    feature_format(reason->feature, reason->high, &high);
    strbuf_add_format(out, "%s ", features[reason->feature].phrase);
    feature_format(reason->feature, reason->value, out);
    strbuf_add_format(out, ", usually %s", strbuf_string(&low));
    if (strcmp(strbuf_string(&low), strbuf_string(&high)) != 0)
        strbuf_add_format(out, " to %s", strbuf_string(&high));
    strbuf_release(&low);
    strbuf_release(&high);
}

const char *anomaly_reason_key(const struct anomaly_reason *reason)
{
    return reason->is_new_program ? "new_program" : features[reason->feature].key;
}

void anomaly_reason_format(const struct anomaly_reason *reason, struct strbuf *out)
{
    const struct feature_info *feature = &features[reason->feature];

    if (reason->is_new_program) {
        strbuf_add_string(out, "a program that the training never saw");
        return;
    }
    if (feature->unit == UNIT_FLAG) {
        strbuf_add_format(out, "%s, unusual ", feature->phrase);
        strbuf_add_string(out, reason->program ? "for " : "here");
        if (reason->program)
            add_program(reason->program, out);
        return;
    }
    if (reason->feature == FEATURE_PARENT)
        add_parents(reason, out);
    else
        add_numbers(reason, out);
    strbuf_add_string(out, reason->program ? " for " : " for all programs");
    if (reason->program)
        add_program(reason->program, out);
}
