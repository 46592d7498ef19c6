/* SPDX-License-Identifier: MIT */
/*
 * anomaly_model - what a training learned: the baseline of every program that
 * it saw, the baseline of all together, and some of the rows themselves, from
 * which a forest is grown. Data only: where it is stored is model_file's, how
 * it judges is anomaly's.
 */
#ifndef ANOMALY_ANOMALY_MODEL_H
#define ANOMALY_ANOMALY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anomaly/baseline.h"

enum {
    MODEL_PROGRAMS_MAX = 1000, /* the most often seen ones */
    MODEL_ROWS_MAX = 512,
    MODEL_STALE_DAYS = 30,
    MODEL_PROGRAM_SAMPLES_LEAST = 3, /* less is no baseline of its own */
};

#define MODEL_NO_PROGRAM UINT32_MAX

struct model_row {
    uint32_t program; /* index, or MODEL_NO_PROGRAM */
    struct feature_row row;
};

struct anomaly_model {
    /* Values as measured, and only FEATURE_OLD_COUNT of them, and neither
     * programs nor rows: an older {"means","stds"} model. */
    bool is_old_format;
    int64_t created_s; /* Unix time; 0: the file does not say */
    char *host;
    char *kernel;
    uint64_t snapshots;
    uint64_t seed; /* of the forest */
    struct baseline all;
    struct baseline *programs; /* by path, ascending */
    size_t program_count;
    struct model_row *rows;
    size_t row_count;

    /* Follow from the above: anomaly_model_prepare(). */
    uint32_t *slots; /* hash table: index of a program plus 1 */
    size_t slot_mask;
};

struct anomaly_model *anomaly_model_new(void);
void anomaly_model_free(struct anomaly_model *model);

/* To be called once all members are set. */
void anomaly_model_prepare(struct anomaly_model *model);

/* Index of the program of that path, or MODEL_NO_PROGRAM. */
uint32_t anomaly_model_find(const struct anomaly_model *model, struct span program);

bool anomaly_model_is_stale(const struct anomaly_model *model, int64_t now_s);

#endif
