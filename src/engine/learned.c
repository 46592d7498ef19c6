/* SPDX-License-Identifier: MIT */
#include "engine/learned.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anomaly/model_file.h"
#include "base/memory.h"
#include "base/text.h"

static void add_age(int64_t seconds, struct strbuf *out)
{
    static const struct {
        int64_t seconds;
        const char *one, *many;
    } units[] = {
        {86400, "a day",    "days"   },
        {3600,  "an hour",  "hours"  },
        {60,    "a minute", "minutes"},
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (seconds < units[i].seconds)
            continue;
        if (seconds < 2 * units[i].seconds)
            strbuf_add_string(out, units[i].one);
        else
            strbuf_add_format(out, "%lld %s", (long long)(seconds / units[i].seconds),
                              units[i].many);
        return;
    }
    strbuf_add_string(out, "a moment");
}

static void warn_of_age(const struct learned *learned, int64_t now_s, struct problems *problems)
{
    struct strbuf age = {0};

    if (!anomaly_model_is_stale(learned->model, now_s))
        return;
    add_age(now_s - learned->model->created_s, &age);
    problems_add(problems, PROBLEM_WARNING, learned->path, 0, 0,
                 "trained %s ago; what is usual may have changed: procwatch train --append",
                 age.bytes);
    strbuf_release(&age);
}

static bool is_of_another_host(const struct anomaly_model *model)
{
    char host[HOST_NAME_MAX + 1] = "";

    return gethostname(host, sizeof host - 1) == 0 && *model->host &&
           strcmp(model->host, host) != 0;
}

static void warn_of_host(const struct learned *learned, struct problems *problems)
{
    if (is_of_another_host(learned->model))
        problems_add(problems, PROBLEM_WARNING, learned->path, 0, 0,
                     "trained on %s, not on this machine: what is usual there may not be here",
                     learned->model->host);
}

bool learned_load(struct learned *learned, const struct learned_source *source, int64_t now_s,
                  struct problems *problems)
{
    *learned = (struct learned){0};
    if (!source->path ||
        (source->is_optional && access(source->path, F_OK) < 0 && errno == ENOENT))
        return source->is_optional;

    learned->model = model_file_load(source->path, problems);
    if (!learned->model)
        return false;
    learned->path = memory_copy_string(source->path);
    learned->anomaly = anomaly_new(learned->model, source->kind);
    warn_of_age(learned, now_s, problems);
    warn_of_host(learned, problems);
    if (anomaly_kind(learned->anomaly) != source->kind)
        problems_add(problems, PROBLEM_WARNING, learned->path, 0, 0,
                     "holds no samples to grow a forest from: judged by zscore instead");
    return true;
}

void learned_release(struct learned *learned)
{
    anomaly_free(learned->anomaly);
    anomaly_model_free(learned->model);
    free(learned->path);
    *learned = (struct learned){0};
}

void learned_describe(const struct learned *learned, int64_t now_s, struct strbuf *out)
{
    const struct anomaly_model *model = learned->model;

    if (!model) {
        strbuf_add_string(out, "none");
        return;
    }
    strbuf_add_string(out, anomaly_kind_name(anomaly_kind(learned->anomaly)));
    if (model->created_s > 0) {
        strbuf_add_string(out, ", trained ");
        add_age(now_s - model->created_s, out);
        strbuf_add_string(out, " ago");
    }
    if (*model->host) {
        strbuf_add_string(out, " on ");
        text_add_printable(out, span_of_string(model->host), TEXT_UTF8);
    }
    if (is_of_another_host(model))
        strbuf_add_string(out, ", another host");
    if (anomaly_model_is_stale(model, now_s))
        strbuf_add_string(out, ", stale");
}
