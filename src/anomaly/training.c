/* SPDX-License-Identifier: MIT */
#include "anomaly/training.h"

#include <stdlib.h>
#include <string.h>

#include "anomaly/random.h"
#include "base/memory.h"
#include "base/text.h"

enum {
    PROGRAM_ROWS_MAX = 64,
    ALL_ROWS_MAX = 4096,
    TRAINED_PROGRAMS_MAX = 4096, /* 20 MB of rows at the very most */
};

/* A fair sample of however many rows: each is in it with the same chance
 * (algorithm R of Vitter, 1985). */
struct reservoir {
    struct model_row *rows;
    size_t count;
    size_t capacity;
    uint64_t seen;
};

struct trained_program {
    char *path;
    struct reservoir reservoir;
    uint32_t parents[PARENT_CLASS_COUNT];
};

struct training {
    const struct anomaly_model *older;
    struct random random;
    uint64_t seed;
    struct trained_program *programs; /* by path, ascending */
    size_t program_count;
    size_t program_capacity;
    struct reservoir all; /* rows: program is not set */
    char **all_paths;     /* parallel: borrowed from programs, or NULL */
    uint32_t parents[PARENT_CLASS_COUNT];
    uint64_t snapshots;
    uint64_t excluded;
};

struct training *training_new(uint64_t seed, const struct anomaly_model *older)
{
    struct training *training = memory_new(1, sizeof *training);

    training->seed = seed;
    training->random = random_seeded(seed);
    training->older = older;
    training->all_paths = memory_new(ALL_ROWS_MAX, sizeof *training->all_paths);
    return training;
}

void training_free(struct training *training)
{
    if (!training)
        return;
    for (size_t i = 0; i < training->program_count; i++) {
        free(training->programs[i].path);
        free(training->programs[i].reservoir.rows);
    }
    free(training->programs);
    free(training->all.rows);
    free(training->all_paths);
    free(training);
}

/* Where the row went, or -1. */
static int64_t reservoir_add(struct reservoir *reservoir, struct random *random, size_t limit,
                             const struct feature_row *row)
{
    size_t at = reservoir->count;

    reservoir->seen++;
    if (reservoir->count < limit) {
        reservoir->rows = memory_grow(reservoir->rows, reservoir->count, &reservoir->capacity,
                                      sizeof *reservoir->rows);
        reservoir->count++;
    } else {
        at = random_below(random, reservoir->seen);
        if (at >= limit)
            return -1;
    }
    reservoir->rows[at] = (struct model_row){.program = MODEL_NO_PROGRAM, .row = *row};
    return (int64_t)at;
}

/* The model file is JSON, which cannot hold every path that Linux can. */
static bool is_plain(struct span path)
{
    struct text_piece piece;

    while (text_take_piece(&path, TEXT_UTF8, &piece))
        if (piece.is_escaped)
            return false;
    return true;
}

/* The program of that path, made when it is new; NULL when there are too many,
 * or the path is not known or no plain text. */
static struct trained_program *program_of(struct training *training, struct span path)
{
    size_t low = 0, high = training->program_count;

    if (span_length(path) == 0)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(path, span_of_string(training->programs[middle].path));
        if (order == 0)
            return &training->programs[middle];
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (training->program_count == TRAINED_PROGRAMS_MAX || !is_plain(path))
        return NULL;

    training->programs = memory_grow(training->programs, training->program_count,
                                     &training->program_capacity, sizeof *training->programs);
    memmove(training->programs + low + 1, training->programs + low,
            (training->program_count - low) * sizeof *training->programs);
    training->programs[low] = (struct trained_program){.path = memory_copy_span(path)};
    training->program_count++;
    return &training->programs[low];
}

static void add_row(struct training *training, struct span path, const struct feature_row *row)
{
    struct trained_program *program = program_of(training, path);
    unsigned parent = (unsigned)row->values[FEATURE_PARENT];
    bool has_parent = row->known & FEATURE_BIT(FEATURE_PARENT);
    int64_t at = reservoir_add(&training->all, &training->random, ALL_ROWS_MAX, row);

    if (at >= 0)
        training->all_paths[at] = program ? program->path : NULL;
    training->parents[parent] += has_parent;
    if (!program)
        return;
    reservoir_add(&program->reservoir, &training->random, PROGRAM_ROWS_MAX, row);
    program->parents[parent] += has_parent;
}

void training_add(struct training *training, const struct snapshot *snapshot,
                  const struct relations *relations, const bool *is_excluded)
{
    struct feature_context context;

    feature_context_init(&context, snapshot, relations);
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        struct feature_row row;

        if (!features_apply_to(process))
            continue;
        if (is_excluded && is_excluded[i]) {
            training->excluded++;
            continue;
        }
        features_measure(&context, i, &row);
        feature_row_scale(&row);
        add_row(training, features_program(snapshot, process), &row);
    }
    feature_context_release(&context);
    training->snapshots++;
}

struct training_counts training_count(const struct training *training)
{
    return (struct training_counts){
        .snapshots = training->snapshots,
        .samples = training->all.seen,
        .excluded = training->excluded,
        .programs = training->program_count,
    };
}

static struct baseline baseline_of(const struct reservoir *reservoir, const uint32_t *parents)
{
    struct baseline baseline = {.samples = reservoir->seen};
    float values[ALL_ROWS_MAX];

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        size_t count = 0;

        for (size_t i = 0; i < reservoir->count; i++)
            if (reservoir->rows[i].row.known & FEATURE_BIT(feature))
                values[count++] = reservoir->rows[i].row.values[feature];
        if (count == 0)
            continue;
        baseline.known |= FEATURE_BIT(feature);
        baseline.stats[feature] = feature_stat_of(values, count);
    }
    memcpy(baseline.parents, parents, sizeof baseline.parents);
    return baseline;
}

static void merge_baselines(struct baseline *baseline, const struct baseline *older)
{
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        if (!(older->known & FEATURE_BIT(feature)))
            continue;
        if (baseline->known & FEATURE_BIT(feature))
            feature_stat_merge(&baseline->stats[feature], (double)baseline->samples,
                               &older->stats[feature], (double)older->samples);
        else
            baseline->stats[feature] = older->stats[feature];
    }
    baseline->known |= older->known;
    for (unsigned class = 0; class < PARENT_CLASS_COUNT; class ++)
        if (__builtin_add_overflow(baseline->parents[class], older->parents[class],
                                   &baseline->parents[class]))
            baseline->parents[class] = UINT32_MAX;
    baseline->samples += older->samples; /* a file holds at most 2^53 */
}

static struct baseline copy_of(const struct baseline *baseline, const char *path)
{
    struct baseline copy = *baseline;

    copy.program = memory_copy_string(path);
    return copy;
}

static int compare_samples(const void *a, const void *b)
{
    const struct baseline *left = a, *right = b;

    return (left->samples < right->samples) - (left->samples > right->samples);
}

static int compare_paths(const void *a, const void *b)
{
    const struct baseline *left = a, *right = b;

    return strcmp(left->program, right->program);
}

/* Old and new programs, both by path, into one. */
static void merge_programs(const struct training *training, struct anomaly_model *model)
{
    size_t old_count = training->older ? training->older->program_count : 0;
    const struct baseline *old = old_count > 0 ? training->older->programs : NULL;
    size_t at = 0;

    model->programs = memory_new(training->program_count + old_count, sizeof *model->programs);
    for (size_t i = 0; i < training->program_count || at < old_count;) {
        const struct trained_program *program = &training->programs[i];
        int order = i == training->program_count ? 1
                    : at == old_count            ? -1
                                                 : strcmp(program->path, old[at].program);
        struct baseline *merged = &model->programs[model->program_count++];

        if (order > 0) {
            *merged = copy_of(&old[at], old[at].program);
            at++;
            continue;
        }
        struct baseline fresh = baseline_of(&program->reservoir, program->parents);
        *merged = copy_of(&fresh, program->path);
        i++;
        if (order == 0)
            merge_baselines(merged, &old[at++]);
    }
    if (model->program_count <= MODEL_PROGRAMS_MAX)
        return;
    qsort(model->programs, model->program_count, sizeof *model->programs, compare_samples);
    while (model->program_count > MODEL_PROGRAMS_MAX)
        free(model->programs[--model->program_count].program);
    qsort(model->programs, model->program_count, sizeof *model->programs, compare_paths);
}

/* Move a random one of the first *count items out of the way and say which. */
static size_t draw(struct random *random, size_t *order, size_t *count)
{
    size_t pick = random_below(random, *count), item = order[pick];

    order[pick] = order[--*count];
    return item;
}

static size_t *identity_order(size_t count)
{
    size_t *order = memory_new(count, sizeof *order);

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    return order;
}

/* Rows of the old and the new, as many of each as they have samples. */
static void choose_rows(struct training *training, struct anomaly_model *model)
{
    const struct anomaly_model *older = training->older;
    size_t new_left = training->all.count, old_left = older ? older->row_count : 0;
    size_t *new_order = identity_order(new_left), *old_order = identity_order(old_left);
    double new_samples = (double)training->all.seen;
    double share = older ? new_samples / (new_samples + (double)older->all.samples) : 1.0;

    model->rows = memory_new(MODEL_ROWS_MAX, sizeof *model->rows);
    while (model->row_count < MODEL_ROWS_MAX && new_left + old_left > 0) {
        bool is_new =
            old_left == 0 || (new_left > 0 && random_share(&training->random) < share);
        const char *path = NULL;
        struct model_row row;

        if (is_new) {
            size_t at = draw(&training->random, new_order, &new_left);
            row = training->all.rows[at];
            path = training->all_paths[at];
        } else {
            row = older->rows[draw(&training->random, old_order, &old_left)];
            if (row.program != MODEL_NO_PROGRAM)
                path = older->programs[row.program].program;
        }
        row.program = path ? anomaly_model_find(model, span_of_string(path)) : MODEL_NO_PROGRAM;
        model->rows[model->row_count++] = row;
    }
    free(new_order);
    free(old_order);
}

struct anomaly_model *training_finish(struct training *training)
{
    if (training->all.seen == 0 && !training->older)
        return NULL;

    struct anomaly_model *model = anomaly_model_new();
    model->seed = (uint32_t)training->seed; /* JSON numbers keep 53 bits */
    model->snapshots = training->snapshots;
    model->all = baseline_of(&training->all, training->parents);
    if (training->older) {
        model->snapshots += training->older->snapshots;
        merge_baselines(&model->all, &training->older->all);
    }
    merge_programs(training, model);
    anomaly_model_prepare(model);
    choose_rows(training, model);
    return model;
}
