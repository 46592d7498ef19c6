/* SPDX-License-Identifier: MIT */
#include "anomaly/model_file_read.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anomaly/model_file.h"
#include "base/memory.h"
#include "base/strbuf.h"

enum { KEYS_MAX = 64 };

/* Where we are in the document, for messages. */
struct reader {
    const char *file;
    struct problems *problems;
    feature_mask columns; /* features that the file names ... */
    enum feature column[FEATURE_COUNT];
    int column_count; /* ... in this order */
};

static bool refuse(const struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(const struct reader *reader, const char *format, ...)
{
    struct strbuf text = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&text, format, arguments);
    va_end(arguments);
    problems_add(reader->problems, PROBLEM_ERROR, reader->file, 0, 0, "%s", text.bytes);
    strbuf_release(&text);
    return false;
}

/* cJSON takes the first of two equal keys, other readers the last: a document
 * on which readers differ is no document. */
static bool has_clean_keys(const struct reader *reader, const cJSON *item)
{
    size_t count = 0;

    for (const cJSON *child = item->child; child; child = child->next) {
        if (cJSON_IsObject(item)) {
            if (++count > KEYS_MAX)
                return refuse(reader, "an object has more than %d keys", KEYS_MAX);
            for (const cJSON *other = child->next; other; other = other->next)
                if (strcmp(child->string, other->string) == 0)
                    return refuse(reader, "%s: given twice", child->string);
        }
        if (!has_clean_keys(reader, child))
            return false;
    }
    return true;
}

static bool read_number(const struct reader *reader, const cJSON *object, const char *where,
                        const char *key, double *ret_value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    if (!item)
        return refuse(reader, "%s%s: missing", where, key);
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0 ||
        item->valuedouble > 0x1p53)
        return refuse(reader, "%s%s: not a number from 0 to 2^53", where, key);
    *ret_value = item->valuedouble;
    return true;
}

static bool read_text(const struct reader *reader, const cJSON *object, const char *key,
                      char **text)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    if (!cJSON_IsString(item))
        return refuse(reader, "%s: not a text", key);
    free(*text);
    *text = memory_copy_string(item->valuestring);
    return true;
}

static bool is_list_of(const struct reader *reader, const cJSON *list, const char *where,
                       const char *key, int count)
{
    if (!cJSON_IsArray(list))
        return refuse(reader, "%s%s: missing, or no list", where, key);
    if (cJSON_GetArraySize(list) != count)
        return refuse(reader, "%s%s: has %d values, must have %d", where, key,
                      cJSON_GetArraySize(list), count);
    return true;
}

/* A value or null for each column. */
static bool read_values(const struct reader *reader, const cJSON *first, const char *where,
                        const char *key, struct feature_row *ret_row)
{
    int at = 0;

    ret_row->known = 0;
    for (const cJSON *item = first; item; item = item->next, at++) {
        if (cJSON_IsNull(item))
            continue;
        if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) ||
            fabs(item->valuedouble) > 1e18)
            return refuse(reader, "%s%s[%d]: not a finite number", where, key, at);
        ret_row->values[reader->column[at]] = (float)item->valuedouble;
        ret_row->known |= FEATURE_BIT(reader->column[at]);
    }
    return true;
}

static bool read_parents(const struct reader *reader, const cJSON *object, const char *where,
                         struct baseline *baseline)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "parents"), *item;
    unsigned class = 0;

    if (!is_list_of(reader, list, where, "parents", PARENT_CLASS_COUNT))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
            item->valuedouble > UINT32_MAX)
            return refuse(reader, "%sparents[%u]: not a count", where, class);
        baseline->parents[class ++] = (uint32_t)item->valuedouble;
    }
    return true;
}

static bool read_baseline(const struct reader *reader, const cJSON *object, const char *where,
                          struct baseline *baseline)
{
    static const char *const keys[] = {"centre", "spread", "low", "high"};
    /* The columns of all features but the parent, which has counts. */
    int columns = reader->column_count - !!(reader->columns & FEATURE_BIT(FEATURE_PARENT));
    struct feature_row stats[4] = {0};
    double samples;

    if (!read_number(reader, object, where, "samples", &samples) ||
        !read_parents(reader, object, where, baseline))
        return false;
    if (samples < 1)
        return refuse(reader, "%ssamples: must be at least 1", where);
    for (unsigned i = 0; i < 4; i++) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, keys[i]);
        if (!is_list_of(reader, list, where, keys[i], columns) ||
            !read_values(reader, list->child, where, keys[i], &stats[i]))
            return false;
        if (stats[i].known != stats[0].known)
            return refuse(reader, "%s%s: null where centre has values, or the other way round",
                          where, keys[i]);
    }
    for (unsigned feature = 0; feature < FEATURE_PARENT; feature++) {
        baseline->stats[feature] =
            (struct feature_stat){stats[0].values[feature], stats[1].values[feature],
                                  stats[2].values[feature], stats[3].values[feature]};
        if (stats[1].values[feature] < 0 || stats[2].values[feature] > stats[3].values[feature])
            return refuse(reader, "%s%s: spread is negative, or low above high", where,
                          features[feature].key);
    }
    baseline->samples = (uint64_t)samples;
    baseline->known = stats[0].known | FEATURE_BIT(FEATURE_PARENT);
    return true;
}

static bool read_features(struct reader *reader, const cJSON *document)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(document, "features"), *item;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        return refuse(reader, "features: missing, or no list");
    cJSON_ArrayForEach(item, list)
    {
        unsigned feature = 0;

        while (feature < FEATURE_COUNT &&
               (!cJSON_IsString(item) || strcmp(item->valuestring, features[feature].key) != 0))
            feature++;
        if (feature == FEATURE_COUNT)
            return refuse(
                reader, "features[%d]: '%s' is no feature of this version: train again",
                reader->column_count, cJSON_IsString(item) ? item->valuestring : "(no text)");
        if (reader->columns & FEATURE_BIT(feature))
            return refuse(reader, "features[%d]: '%s' is given twice", reader->column_count,
                          item->valuestring);
        reader->columns |= FEATURE_BIT(feature);
        reader->column[reader->column_count++] = feature;
    }
    /* Lists of statistics leave the last one out, so it must be this one. */
    if (reader->column[reader->column_count - 1] != FEATURE_PARENT)
        return refuse(reader, "features: the last one must be 'parent'");
    return true;
}

static bool read_programs(const struct reader *reader, const cJSON *document,
                          struct anomaly_model *model)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(document, "programs"), *item;

    if (!cJSON_IsArray(list))
        return refuse(reader, "programs: missing, or no list");
    if (cJSON_GetArraySize(list) > MODEL_PROGRAMS_MAX)
        return refuse(reader, "programs: more than %d", MODEL_PROGRAMS_MAX);
    model->programs = memory_new((size_t)cJSON_GetArraySize(list), sizeof *model->programs);
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *path = cJSON_GetObjectItemCaseSensitive(item, "path");
        struct baseline *baseline = &model->programs[model->program_count];
        char where[64];

        snprintf(where, sizeof where, "programs[%zu].", model->program_count);
        if (!cJSON_IsString(path) || path->valuestring[0] != '/')
            return refuse(reader, "%spath: not an absolute path", where);
        if (model->program_count > 0 && strcmp(baseline[-1].program, path->valuestring) >= 0)
            return refuse(reader, "%spath: given twice, or not in order", where);
        if (!read_baseline(reader, item, where, baseline))
            return false;
        baseline->program = memory_copy_string(path->valuestring);
        model->program_count++;
    }
    return true;
}

static bool read_row(const struct reader *reader, const cJSON *list, const char *where,
                     size_t program_count, struct model_row *row)
{
    if (!is_list_of(reader, list, where, "", reader->column_count + 1))
        return false;

    double program = list->child->valuedouble;
    if (!cJSON_IsNumber(list->child) || !(program >= -1) ||
        !(program < (double)program_count) || program != floor(program))
        return refuse(reader, "%s[0]: not the index of a program, or -1", where);
    row->program = program < 0 ? MODEL_NO_PROGRAM : (uint32_t)program;
    if (!read_values(reader, list->child->next, where, "", &row->row))
        return false;
    float parent = row->row.values[FEATURE_PARENT];
    if (!(parent >= 0 && parent < PARENT_CLASS_COUNT))
        return refuse(reader, "%s: the last value is no class of parents", where);
    return true;
}

static bool read_rows(const struct reader *reader, const cJSON *document,
                      struct anomaly_model *model)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(document, "rows"), *item;

    if (!cJSON_IsArray(list))
        return refuse(reader, "rows: missing, or no list");
    if (cJSON_GetArraySize(list) > MODEL_ROWS_MAX)
        return refuse(reader, "rows: more than %d", MODEL_ROWS_MAX);
    model->rows = memory_new((size_t)cJSON_GetArraySize(list), sizeof *model->rows);
    cJSON_ArrayForEach(item, list)
    {
        char where[64];

        snprintf(where, sizeof where, "rows[%zu]", model->row_count);
        if (!read_row(reader, item, where, model->program_count,
                      &model->rows[model->row_count]))
            return false;
        model->row_count++;
    }
    return true;
}

static bool read_own(struct reader *reader, const cJSON *document, struct anomaly_model *model)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(document, "all");
    double version, created, snapshots, seed;

    if (!read_number(reader, document, "", "version", &version))
        return false;
    if (version > MODEL_FILE_VERSION)
        return refuse(reader,
                      "version %.0f is newer than this program knows (%d): train again, or use "
                      "the newer procwatch",
                      version, MODEL_FILE_VERSION);
    if (version < MODEL_FILE_VERSION || version != floor(version))
        return refuse(reader, "version %g never existed", version);
    if (!read_number(reader, document, "", "created", &created) ||
        !read_number(reader, document, "", "snapshots", &snapshots) ||
        !read_number(reader, document, "", "seed", &seed) ||
        !read_text(reader, document, "host", &model->host) ||
        !read_text(reader, document, "kernel", &model->kernel) ||
        !read_features(reader, document))
        return false;
    model->created_s = (int64_t)created;
    model->snapshots = (uint64_t)snapshots;
    model->seed = (uint64_t)seed;
    if (!cJSON_IsObject(all))
        return refuse(reader, "all: missing, or no object");
    return read_baseline(reader, all, "all.", &model->all) &&
           read_programs(reader, document, model) && read_rows(reader, document, model);
}

/* {"means":[..],"stds":[..]} */
static bool read_old(struct reader *reader, const cJSON *document, struct anomaly_model *model)
{
    const cJSON *means = cJSON_GetObjectItemCaseSensitive(document, "means");
    const cJSON *deviations = cJSON_GetObjectItemCaseSensitive(document, "stds");
    struct feature_row centre = {0}, spread = {0};

    for (unsigned feature = 0; feature < FEATURE_OLD_COUNT; feature++)
        reader->column[feature] = feature;
    if (!is_list_of(reader, means, "", "means", FEATURE_OLD_COUNT) ||
        !is_list_of(reader, deviations, "", "stds", FEATURE_OLD_COUNT) ||
        !read_values(reader, means->child, "", "means", &centre) ||
        !read_values(reader, deviations->child, "", "stds", &spread))
        return false;
    model->is_old_format = true;
    model->all.samples = UINT32_MAX; /* it does not say: no doubt is added */
    model->all.known = centre.known & spread.known;
    for (unsigned feature = 0; feature < FEATURE_OLD_COUNT; feature++) {
        if (spread.values[feature] < 0)
            return refuse(reader, "stds[%u]: is negative", feature);
        model->all.stats[feature] = (struct feature_stat){
            .centre = centre.values[feature],
            .spread = spread.values[feature],
            .low = fmaxf(centre.values[feature] - 2 * spread.values[feature], 0),
            .high = centre.values[feature] + 2 * spread.values[feature],
        };
    }
    return true;
}

bool model_file_read(const cJSON *document, const char *file, struct problems *problems,
                     struct anomaly_model *model)
{
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(document, "format");
    struct reader context = {.file = file, .problems = problems}, *reader = &context;

    if (!has_clean_keys(reader, document))
        return false;
    if (cJSON_IsString(format) && strcmp(format->valuestring, "procwatch-model") == 0)
        return read_own(reader, document, model);
    if (!format && cJSON_HasObjectItem(document, "means"))
        return read_old(reader, document, model);
    return refuse(reader, "this is no procwatch model: 'procwatch train' makes one");
}
