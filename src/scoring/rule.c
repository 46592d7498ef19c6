/* SPDX-License-Identifier: MIT */
#include "scoring/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "heuristics/heuristic.h"
#include "scoring/identity.h"

static const char *set_text(char **member, struct span value)
{
    if (*member)
        return "has a condition twice: write two rules";
    *member = memory_copy_span(value);
    return NULL;
}

static const char *set_path(struct rule *rule, struct span value)
{
    if (!span_starts_with(value, "/"))
        return "has a path that is not absolute: begin it with /";
    return set_text(&rule->path, value);
}

static const char *set_pattern(struct rule *rule, struct span value)
{
    return set_text(&rule->pattern, value);
}

static const char *set_parent(struct rule *rule, struct span value)
{
    return set_text(&rule->parent, value);
}

static const char *set_hash(struct rule *rule, struct span value)
{
    if (rule->has_hash)
        return "has a condition twice: write two rules";

    char *text = memory_copy_span(value);
    rule->has_hash = sha256_parse(text, &rule->hash);
    free(text);
    return rule->has_hash ? NULL
                          : "has a hash that is no SHA-256: write 64 hexadecimal digits, as "
                            "sha256sum prints them";
}

static const struct condition {
    const char *word;
    const char *(*set)(struct rule *rule, struct span value);
} conditions[] = {
    {"path=",    set_path   },
    {"pattern=", set_pattern},
    {"parent=",  set_parent },
    {"hash=",    set_hash   },
};
enum { CONDITION_COUNT = sizeof conditions / sizeof *conditions };

static const struct condition *take_condition(struct span *in)
{
    for (size_t i = 0; i < CONDITION_COUNT; i++)
        if (span_take_string(in, conditions[i].word))
            return &conditions[i];
    return NULL;
}

/* Up to a blank that another condition follows: paths may have blanks. */
static struct span take_value(struct span *in)
{
    const char *start = in->at, *end;

    for (;; in->at++) {
        end = in->at;
        span_skip_blanks(in);
        struct span ahead = *in;
        if (in->at == in->end || (in->at > end && take_condition(&ahead)))
            return span_of(start, (size_t)(end - start));
    }
}

static const char *parse_key(struct span *in, uint32_t *ret_heuristic)
{
    struct span word;

    span_skip_blanks(in);
    if (!span_take_word(in, &word))
        return "is empty, which would excuse nothing";
    char *key = memory_copy_span(word);
    int heuristic = heuristics_find(key);
    free(key);
    if (heuristic < 0)
        return "begins with no key of weights: write one, such as wx_mem path=/opt/app/service";
    *ret_heuristic = (uint32_t)heuristic;
    return NULL;
}

const char *rule_parse(const char *text, struct rule *ret_rule)
{
    struct rule rule = {0};
    struct span in = span_of_string(text);
    const char *wrong = parse_key(&in, &rule.heuristic);

    span_skip_blanks(&in);
    if (!wrong && in.at == in.end)
        wrong = "says not for whom: add path=, pattern=, parent= or hash=";
    while (!wrong && in.at < in.end) {
        const struct condition *condition = take_condition(&in);

        if (!condition) {
            wrong =
                "has something that is no condition: write path=, pattern=, parent= or hash=";
            break;
        }
        struct span value = take_value(&in);
        wrong = span_length(value) > 0 ? condition->set(&rule, value)
                                       : "has an empty condition, which would fit nobody";
    }
    if (wrong)
        rule_release(&rule);
    else
        *ret_rule = rule;
    return wrong;
}

void rule_release(struct rule *rule)
{
    free(rule->path);
    free(rule->pattern);
    free(rule->parent);
    *rule = (struct rule){0};
}

static bool fits(const char *pattern, const struct snapshot *snapshot,
                 const struct process *process)
{
    return strchr(pattern, '/') ? exe_fits_pattern(pattern, snapshot, process)
                                : exe_fits_name(pattern, snapshot, process);
}

bool rule_excuses(const struct rule *rule, const struct snapshot *snapshot,
                  const struct process *process, uint32_t heuristic)
{
    if (rule->heuristic != heuristic ||
        (rule->path && !exe_is_at_path(rule->path, snapshot, process)) ||
        (rule->pattern && !fits(rule->pattern, snapshot, process)) ||
        (rule->has_hash && (process->facts[FACT_SHA256] != FACT_KNOWN ||
                            memcmp(&rule->hash, &process->sha256, sizeof rule->hash) != 0)))
        return false;
    if (!rule->parent)
        return true;

    const struct process *parent = snapshot_parent(snapshot, process);
    return parent && fits(rule->parent, snapshot, parent);
}
