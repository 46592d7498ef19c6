/* SPDX-License-Identifier: MIT */
#include "anomaly/zscore.h"

static const float usual = 3.0f, half_way = 3.0f;

double zscore_evidence(enum feature feature, float deviation)
{
    float beyond = deviation - usual;

    if (beyond <= 0)
        return 0.0;
    return (double)(features[feature].weight * beyond / (beyond + half_way));
}

double zscore_doubt(const float *deviations, feature_mask mask, double trust)
{
    double loudest[GROUP_COUNT] = {0};
    double doubt = 1.0;

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        if (deviations[feature] <= usual || !(mask & FEATURE_BIT(feature)))
            continue;
        double evidence = zscore_evidence(feature, deviations[feature]);
        if (evidence > loudest[features[feature].group])
            loudest[features[feature].group] = evidence;
    }
    for (unsigned group = 0; group < GROUP_COUNT; group++)
        doubt *= 1.0 - trust * loudest[group];
    return doubt;
}
