/* SPDX-License-Identifier: MIT */
/*
 * baseline - what is usual for one program, or for all: per feature a robust
 * centre and spread, and how often which class of parent started it.
 */
#ifndef ANOMALY_BASELINE_H
#define ANOMALY_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "anomaly/features.h"

struct feature_stat {
    float centre; /* median */
    float spread; /* of a normal distribution with these quantiles: like sigma */
    float low;    /* usually from low to high: the 2 and 98 % quantiles */
    float high;
};

struct baseline {
    char *program;    /* path; NULL: all programs */
    uint64_t samples; /* a process in a snapshot each */
    feature_mask known;
    struct feature_stat stats[FEATURE_COUNT]; /* scaled */
    uint32_t parents[PARENT_CLASS_COUNT];     /* samples by class */

    /* Follow from the above: baseline_prepare(). */
    float inverse_spread[FEATURE_COUNT];
    float parent_deviation[PARENT_CLASS_COUNT];
};

/* A feature's statistics of count > 0 scaled values, which get sorted. */
struct feature_stat feature_stat_of(float *values, size_t count);

/* Fold b, of other samples of the same feature, into a. */
void feature_stat_merge(struct feature_stat *a, double samples_a, const struct feature_stat *b,
                        double samples_b);

/* Values are scaled, or as measured in an older model. */
void baseline_prepare(struct baseline *baseline, bool is_raw);

/*
 * How far each feature of the row is from usual, in spreads, towards its
 * strange side: 0 and up, at most DEVIATION_MAX. 0 where row or baseline does
 * not know the feature. The row is scaled as the baseline is.
 */
#define DEVIATION_MAX 31.75f
void baseline_deviations(const struct baseline *baseline, const struct feature_row *row,
                         float (*ret_deviations)[FEATURE_COUNT]);

#endif
