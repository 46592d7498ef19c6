/* SPDX-License-Identifier: MIT */
#include "anomaly/anomaly.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "anomaly/isolation_forest.h"
#include "anomaly/judgement.h"
#include "anomaly/zscore.h"
#include "base/memory.h"

enum {
    FOREST_TREES = 100,
    FOREST_SAMPLES = 256,
    STEPS_PER_SPREAD = 4, /* deviations go into the forest in such steps ... */
    MEMORY_SLOTS = 1 << 14,
    PROGRAM_SLOTS = 1 << 8,
};

/* ... so that a process which goes on as before is the same row as before, and
 * its score is remembered. A collision of the 64 bits is not to be feared. */
struct remembered {
    uint64_t hash;
    double score;
};

/* Strings of a snapshot are interned: an offset is a program. */
struct program_memory {
    uint32_t offset;
    uint32_t length;
    uint32_t program;
};

/* The forest's scores of the model's own rows. */
struct calibration {
    double median;
    double high; /* 99 % are below */
};

struct anomaly {
    const struct anomaly_model *model;
    struct isolation_forest *forest;
    struct calibration calibration;
    feature_mask blind; /* features that the forest cannot judge */
    struct remembered *remembered;
    double *scores;
    size_t capacity;
};

const char *anomaly_kind_name(enum anomaly_kind kind)
{
    return kind == ANOMALY_ZSCORE ? "zscore" : "isolation_forest";
}

fact_mask anomaly_needs(void)
{
    fact_mask needs = 0;

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        needs |= features[feature].needs;
    /* A package vouches only for the file that is at its path. */
    return needs | FACT_BIT(FACT_EXE_FILE) | FACT_BIT(FACT_NAMESPACES);
}

/* A dimension for each group, not for each feature: a forest finds what is odd in
 * one of many dimensions late. What is well within the usual is no difference. */
static void make_row(const float *deviations, float (*ret_row)[GROUP_COUNT])
{
    const float within = 1.5f;

    memset(*ret_row, 0, sizeof *ret_row);
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        float *value = &(*ret_row)[features[feature].group];
        *value = fmaxf(*value, deviations[feature] - within);
    }
    for (unsigned group = 0; group < GROUP_COUNT; group++)
        (*ret_row)[group] = rintf((*ret_row)[group] * STEPS_PER_SPREAD);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static void calibrate(struct anomaly *anomaly, float (*rows)[GROUP_COUNT], size_t count)
{
    double *scores = memory_new(count, sizeof *scores);

    for (size_t i = 0; i < count; i++)
        scores[i] = isolation_forest_score(anomaly->forest, rows[i]);
    qsort(scores, count, sizeof *scores, compare_doubles);
    anomaly->calibration.median = scores[count / 2];
    anomaly->calibration.high = scores[count * 99 / 100];
    free(scores);
}

/* Groups in which hardly a row differs: most trees know no cut there. */
static feature_mask unvaried(float (*rows)[GROUP_COUNT], size_t count)
{
    const size_t least = 1 + count / 32;
    size_t varied[GROUP_COUNT] = {0};
    feature_mask mask = 0;

    for (size_t i = 0; i < count; i++)
        for (unsigned group = 0; group < GROUP_COUNT; group++)
            varied[group] += rows[i][group] > 0;
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        if (varied[features[feature].group] < least)
            mask |= FEATURE_BIT(feature);
    return mask;
}

static void grow_forest(struct anomaly *anomaly)
{
    const struct anomaly_model *model = anomaly->model;
    const struct isolation_options options = {FOREST_TREES, FOREST_SAMPLES, model->seed};
    float(*rows)[GROUP_COUNT] = memory_new(model->row_count, sizeof *rows);

    for (size_t i = 0; i < model->row_count; i++) {
        struct judgement judgement;

        judge(model, model->rows[i].program, &model->rows[i].row, &judgement);
        make_row(judgement.deviations, &rows[i]);
    }
    anomaly->forest = isolation_forest_new(rows[0], model->row_count, GROUP_COUNT, &options);
    anomaly->blind = unvaried(rows, model->row_count);
    anomaly->remembered = memory_new(MEMORY_SLOTS, sizeof *anomaly->remembered);
    calibrate(anomaly, rows, model->row_count);
    free(rows);
}

struct anomaly *anomaly_new(const struct anomaly_model *model, enum anomaly_kind kind)
{
    struct anomaly *anomaly = memory_new(1, sizeof *anomaly);

    anomaly->model = model;
    if (kind == ANOMALY_ISOLATION_FOREST && model->row_count > 1)
        grow_forest(anomaly);
    return anomaly;
}

void anomaly_free(struct anomaly *anomaly)
{
    if (!anomaly)
        return;
    isolation_forest_free(anomaly->forest);
    free(anomaly->remembered);
    free(anomaly->scores);
    free(anomaly);
}

enum anomaly_kind anomaly_kind(const struct anomaly *anomaly)
{
    return anomaly->forest ? ANOMALY_ISOLATION_FOREST : ANOMALY_ZSCORE;
}

/* 0 for a row like most of the training's, 0.3 for its strangest hundredth, and
 * 1 for one that nearly every cut sets apart. */
static double calibrated(const struct calibration *calibration, double score)
{
    const double at_high = 0.3, room = 0.15;
    double median = calibration->median, high = fmax(calibration->high, median + 0.02);

    if (score <= median)
        return 0.0;
    if (score <= high)
        return at_high * (score - median) / (high - median);
    return fmin(1.0, at_high + (1.0 - at_high) * (score - high) / fmax(room, 0.75 - high));
}

static double forest_score(struct anomaly *anomaly, const float *deviations)
{
    float row[GROUP_COUNT];
    uint64_t hash = 1;

    make_row(deviations, &row);
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        hash = (hash ^ (uint64_t)row[group]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    struct remembered *slot = &anomaly->remembered[hash % MEMORY_SLOTS];
    if (slot->hash != hash)
        *slot = (struct remembered){
            .hash = hash,
            .score =
                calibrated(&anomaly->calibration, isolation_forest_score(anomaly->forest, row)),
        };
    return slot->score;
}

static double score_of(struct anomaly *anomaly, const struct judgement *judgement)
{
    feature_mask heard = anomaly->forest ? anomaly->blind : (feature_mask)-1;
    double doubt = zscore_doubt(judgement->deviations, heard, judgement->trust);

    doubt *= 1.0 - judgement->novelty;
    if (anomaly->forest)
        doubt *= 1.0 - judgement->trust * forest_score(anomaly, judgement->deviations);
    return 1.0 - doubt;
}

static void measure(const struct anomaly *anomaly, struct feature_context *context,
                    uint32_t process, struct feature_row *ret_row)
{
    features_measure(context, process, ret_row);
    if (!anomaly->model->is_old_format)
        feature_row_scale(ret_row);
}

const double *anomaly_score(struct anomaly *anomaly, const struct snapshot *snapshot,
                            const struct relations *relations)
{
    struct program_memory memory[PROGRAM_SLOTS] = {0};
    struct feature_context context;

    if (anomaly->capacity < snapshot->process_count) {
        anomaly->capacity = snapshot->process_count;
        anomaly->scores =
            memory_resize(anomaly->scores, anomaly->capacity, sizeof *anomaly->scores);
    }
    feature_context_init(&context, snapshot, relations);
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        struct judgement judgement;
        struct feature_row row;

        if (!features_apply_to(process) || process_is_half_read(process)) {
            anomaly->scores[i] = 0.0;
            continue;
        }
        struct span path = features_program(snapshot, process);
        uint32_t length = (uint32_t)span_length(path), offset = process->exe.offset;
        struct program_memory *known = &memory[offset / 8 % PROGRAM_SLOTS];
        if (known->offset != offset || known->length != length || length == 0)
            *known = (struct program_memory){offset, length,
                                             anomaly_model_find(anomaly->model, path)};
        measure(anomaly, &context, i, &row);
        judge(anomaly->model, known->program, &row, &judgement);
        anomaly->scores[i] = score_of(anomaly, &judgement);
    }
    feature_context_release(&context);
    return anomaly->scores;
}

/* Put the reason where it belongs among the strongest. */
static size_t insert_reason(struct anomaly_reason *reasons, size_t count,
                            const struct anomaly_reason *reason)
{
    size_t at = count;

    for (; at > 0 && reasons[at - 1].share < reason->share; at--)
        if (at < ANOMALY_REASONS_MAX)
            reasons[at] = reasons[at - 1];
    if (at < ANOMALY_REASONS_MAX)
        reasons[at] = *reason;
    return count < ANOMALY_REASONS_MAX ? count + 1 : count;
}

static struct anomaly_reason reason_of(const struct anomaly *anomaly,
                                       const struct judgement *judgement,
                                       const struct feature_row *row, enum feature feature)
{
    const struct baseline *baseline = judgement->baseline;
    struct anomaly_reason reason = {
        .feature = feature,
        .share = judgement->trust * zscore_evidence(feature, judgement->deviations[feature]),
        .value = (double)row->values[feature],
        .low = (double)baseline->stats[feature].low,
        .high = (double)baseline->stats[feature].high,
        .program = baseline->program,
    };

    if (feature == FEATURE_PARENT) {
        unsigned usual = 0;
        for (unsigned class = 1; class < PARENT_CLASS_COUNT; class ++)
            if (baseline->parents[class] > baseline->parents[usual])
                usual = class;
        reason.low = reason.high = usual;
    } else if (!anomaly->model->is_old_format) {
        reason.value = (double)feature_unscaled(feature, row->values[feature]);
        reason.low = (double)feature_unscaled(feature, baseline->stats[feature].low);
        reason.high = (double)feature_unscaled(feature, baseline->stats[feature].high);
    }
    return reason;
}

size_t anomaly_explain(const struct anomaly *anomaly, const struct snapshot *snapshot,
                       const struct relations *relations, uint32_t process,
                       struct anomaly_reason (*ret_reasons)[ANOMALY_REASONS_MAX])
{
    const struct process *record = &snapshot->processes[process];
    struct feature_context context;
    struct judgement judgement;
    struct feature_row row;
    size_t count = 0;

    if (!features_apply_to(record))
        return 0;
    feature_context_init(&context, snapshot, relations);
    measure(anomaly, &context, process, &row);
    feature_context_release(&context);
    judge(anomaly->model,
          anomaly_model_find(anomaly->model, features_program(snapshot, record)), &row,
          &judgement);
    if (judgement.novelty > 0)
        count = insert_reason(*ret_reasons, count,
                              &(struct anomaly_reason){.feature = FEATURE_IS_UNOWNED,
                                                       .is_new_program = true,
                                                       .share = judgement.novelty});
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        struct anomaly_reason loudest = {0};

        for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
            struct anomaly_reason reason = reason_of(anomaly, &judgement, &row, feature);
            if (features[feature].group == group && reason.share > loudest.share)
                loudest = reason;
        }
        if (loudest.share > 0)
            count = insert_reason(*ret_reasons, count, &loudest);
    }
    return count;
}
