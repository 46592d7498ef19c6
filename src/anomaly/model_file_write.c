/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "anomaly/model_file.h"
#include "base/fatal.h"
#include "base/output_file.h"
#include "base/strbuf.h"
#include "base/text.h"

/* cJSON answers NULL when there is no memory. */
static cJSON *must(cJSON *item)
{
    if (!item)
        fatal("out of memory");
    return item;
}

/* Five digits tell all that a statistic knows, and keep the file small. */
static cJSON *number(double value)
{
    char text[32];

    snprintf(text, sizeof text, "%.5g", value);
    return must(cJSON_CreateRaw(text));
}

static void add(cJSON *object, const char *key, cJSON *item)
{
    if (!cJSON_AddItemToObject(object, key, must(item)))
        fatal("out of memory");
}

static cJSON *column(const struct baseline *baseline, size_t offset)
{
    cJSON *list = must(cJSON_CreateArray());

    for (unsigned feature = 0; feature < FEATURE_PARENT; feature++) {
        const char *stat = (const char *)&baseline->stats[feature] + offset;
        bool is_known = baseline->known & FEATURE_BIT(feature);

        cJSON_AddItemToArray(list, is_known ? number((double)*(const float *)stat)
                                            : must(cJSON_CreateNull()));
    }
    return list;
}

static cJSON *format_baseline(const struct baseline *baseline)
{
    cJSON *object = must(cJSON_CreateObject()), *parents = must(cJSON_CreateArray());

    if (baseline->program)
        add(object, "path", cJSON_CreateString(baseline->program));
    add(object, "samples", cJSON_CreateNumber((double)baseline->samples));
    add(object, "centre", column(baseline, offsetof(struct feature_stat, centre)));
    add(object, "spread", column(baseline, offsetof(struct feature_stat, spread)));
    add(object, "low", column(baseline, offsetof(struct feature_stat, low)));
    add(object, "high", column(baseline, offsetof(struct feature_stat, high)));
    for (unsigned class = 0; class < PARENT_CLASS_COUNT; class ++)
        cJSON_AddItemToArray(parents, must(cJSON_CreateNumber(baseline->parents[class])));
    add(object, "parents", parents);
    return object;
}

/* [index of the program or -1, a value or null for each feature] */
static cJSON *format_row(const struct model_row *row)
{
    cJSON *list = must(cJSON_CreateArray());
    double program = row->program == MODEL_NO_PROGRAM ? -1 : (double)row->program;

    cJSON_AddItemToArray(list, must(cJSON_CreateNumber(program)));
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        bool is_known = row->row.known & FEATURE_BIT(feature);
        cJSON_AddItemToArray(list, is_known ? number((double)row->row.values[feature])
                                            : must(cJSON_CreateNull()));
    }
    return list;
}

static cJSON *format_names(void)
{
    cJSON *names = must(cJSON_CreateArray());

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        cJSON_AddItemToArray(names, must(cJSON_CreateString(features[feature].key)));
    return names;
}

/* For what others chose; paths were seen to be plain when they were learned. */
static void add_text(cJSON *object, const char *key, const char *value)
{
    struct strbuf text = {0};

    text_add_printable(&text, span_of_string(value), TEXT_UTF8);
    add(object, key, cJSON_CreateString(strbuf_string(&text)));
    strbuf_release(&text);
}

char *model_file_format(const struct anomaly_model *model)
{
    cJSON *document = must(cJSON_CreateObject()), *programs = must(cJSON_CreateArray());
    cJSON *rows = must(cJSON_CreateArray());

    add(document, "format", cJSON_CreateString("procwatch-model"));
    add(document, "version", cJSON_CreateNumber(MODEL_FILE_VERSION));
    add(document, "created", cJSON_CreateNumber((double)model->created_s));
    add_text(document, "host", model->host);
    add_text(document, "kernel", model->kernel);
    add(document, "snapshots", cJSON_CreateNumber((double)model->snapshots));
    add(document, "seed", cJSON_CreateNumber((double)(uint32_t)model->seed));
    add(document, "features", format_names());
    add(document, "all", format_baseline(&model->all));
    for (size_t i = 0; i < model->program_count; i++)
        cJSON_AddItemToArray(programs, format_baseline(&model->programs[i]));
    add(document, "programs", programs);
    for (size_t i = 0; i < model->row_count; i++)
        cJSON_AddItemToArray(rows, format_row(&model->rows[i]));
    add(document, "rows", rows);

    char *text = cJSON_PrintUnformatted(document);
    cJSON_Delete(document);
    if (!text)
        fatal("out of memory");
    return text;
}

static int make_directories(const char *path)
{
    struct strbuf directory = {0};
    int error = 0;

    for (const char *slash = path; error == 0 && (slash = strchr(slash + 1, '/'));) {
        strbuf_clear(&directory);
        strbuf_add(&directory, path, (size_t)(slash - path));
        if (mkdir(directory.bytes, 0700) < 0 && errno != EEXIST)
            error = -errno;
    }
    strbuf_release(&directory);
    return error;
}

int model_file_may_save(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct strbuf directory = {0};
    struct stat status;
    int error = make_directories(path);

    strbuf_add(&directory, slash ? path : ".", slash ? (size_t)(slash - path + 1) : 1);
    if (error == 0 && access(directory.bytes, W_OK) < 0)
        error = -errno;
    if (error == 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        error = -EISDIR;
    strbuf_release(&directory);
    return error;
}

int model_file_save(const struct anomaly_model *model, const char *path)
{
    if (model->is_old_format)
        return -EINVAL;

    char *text = model_file_format(model);
    size_t length = strlen(text);
    int error = length > MODEL_FILE_CAP ? -EFBIG : make_directories(path);

    if (error == 0)
        error = output_file_replace(path, span_of(text, length), 0600);
    cJSON_free(text);
    return error;
}
