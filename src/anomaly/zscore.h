/* SPDX-License-Identifier: MIT */
/*
 * zscore - from deviations to one score: the strangest feature of each group
 * speaks, and what groups say adds up as independent doubts do. No average: one
 * number far off must not drown among many that are as usual.
 */
#ifndef ANOMALY_ZSCORE_H
#define ANOMALY_ZSCORE_H

#include "anomaly/features.h"

/* What a feature says by itself, 0 .. 1: nothing below three spreads, half its
 * weight at six, all of it far off. */
double zscore_evidence(enum feature feature, float deviation);

/* The doubt that is left when all features of the mask have spoken: 1 for a
 * row as usual, towards 0 for a strange one. Trust 0 .. 1 lowers each voice. */
double zscore_doubt(const float *deviations, feature_mask mask, double trust);

#endif
