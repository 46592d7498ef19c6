/* SPDX-License-Identifier: MIT */
#include "anomaly/baseline.h"

#include <math.h>
#include <stdlib.h>

static int compare_floats(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;

    return (left > right) - (left < right);
}

/* Between the neighbours, as most statistics packages do it (type 7 of Hyndman
 * and Fan, 1996). */
static float quantile(const float *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t below = (size_t)at, above = below + 1 < count ? below + 1 : below;
    float part = (float)(at - (double)below);

    return sorted[below] + part * (sorted[above] - sorted[below]);
}

struct feature_stat feature_stat_of(float *values, size_t count)
{
    /* Widths of the normal distribution between its quartiles, and between its
     * 5 and 95 % quantiles, in sigmas. The wider of both answers for values
     * that crowd at one number and still have honest exceptions. */
    const float quartile_width = 1.349f, tail_width = 3.290f;

    qsort(values, count, sizeof *values, compare_floats);
    float middle = quantile(values, count, 0.75) - quantile(values, count, 0.25);
    float tails = quantile(values, count, 0.95) - quantile(values, count, 0.05);

    return (struct feature_stat){
        .centre = quantile(values, count, 0.50),
        .spread = fmaxf(middle / quartile_width, tails / tail_width),
        .low = quantile(values, count, 0.02),
        .high = quantile(values, count, 0.98),
    };
}

void feature_stat_merge(struct feature_stat *a, double samples_a, const struct feature_stat *b,
                        double samples_b)
{
    double share = samples_b / (samples_a + samples_b);
    double apart = b->centre - a->centre;
    double variance = (1 - share) * a->spread * a->spread + share * b->spread * b->spread +
                      share * (1 - share) * apart * apart;

    a->spread = (float)sqrt(variance);
    a->centre += (float)(share * apart);
    a->low = fminf(a->low, b->low);
    a->high = fmaxf(a->high, b->high);
}

void baseline_prepare(struct baseline *baseline, bool is_raw)
{
    /* Few samples know little about the spread: five inflate it by half. */
    float doubt = 1.0f + 2.5f / (float)baseline->samples;
    double parents = 0;

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        float least = is_raw ? features[feature].raw_spread : features[feature].least_spread;

        baseline->inverse_spread[feature] =
            1.0f / (fmaxf(baseline->stats[feature].spread, least) * doubt);
    }
    for (unsigned class = 0; class < PARENT_CLASS_COUNT; class ++)
        parents += baseline->parents[class];
    /* In bits, so that one in a thousand says 10; half a sample each is taken
     * for granted (Krichevsky and Trofimov). */
    for (unsigned class = 0; class < PARENT_CLASS_COUNT; class ++)
        baseline->parent_deviation[class] = (float)-log2((baseline->parents[class] + 0.5) /
                                                         (parents + 0.5 * PARENT_CLASS_COUNT));
}

void baseline_deviations(const struct baseline *baseline, const struct feature_row *row,
                         float (*ret_deviations)[FEATURE_COUNT])
{
    feature_mask known = baseline->known & row->known;

    for (unsigned feature = 0; feature < FEATURE_PARENT; feature++) {
        float apart = (row->values[feature] - baseline->stats[feature].centre) *
                      baseline->inverse_spread[feature];
        if (features[feature].side == SIDE_LESS)
            apart = -apart;
        apart = apart > 0 && known & FEATURE_BIT(feature) ? apart : 0;
        (*ret_deviations)[feature] = apart < DEVIATION_MAX ? apart : DEVIATION_MAX;
    }
    (*ret_deviations)[FEATURE_PARENT] =
        known & FEATURE_BIT(FEATURE_PARENT)
            ? baseline->parent_deviation[(unsigned)row->values[FEATURE_PARENT]]
            : 0;
}
