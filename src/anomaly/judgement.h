/* SPDX-License-Identifier: MIT */
/*
 * judgement - one row beside its baseline. Private to anomaly.
 */
#ifndef ANOMALY_JUDGEMENT_H
#define ANOMALY_JUDGEMENT_H

#include "anomaly/anomaly_model.h"

struct judgement {
    const struct baseline *baseline;
    float deviations[FEATURE_COUNT];
    double novelty; /* 0 .. 1: what being a program never seen says by itself */
    double trust;   /* 0 .. 1: how far the features are believed */
};

/* The row is scaled as the model is; program an index or MODEL_NO_PROGRAM. */
void judge(const struct anomaly_model *model, uint32_t program, const struct feature_row *row,
           struct judgement *ret_judgement);

#endif
