/* SPDX-License-Identifier: MIT */
#include "anomaly/judgement.h"

/* A program that was never seen is no wonder when a package brought it: an
 * administrator starts an editor. What all others do is a poor measure for it
 * then, too. */
static const struct standing {
    double novelty;
    double trust;
} unseen_owned = {0.05, 0.35}, unseen_unowned = {0.25, 1.0}, unseen_unknown = {0.15, 0.8},
  seen = {0.0, 1.0};

static struct standing standing_of(const struct anomaly_model *model, bool is_seen,
                                   const struct feature_row *row)
{
    if (is_seen || model->is_old_format)
        return seen;
    if (!(row->known & FEATURE_BIT(FEATURE_IS_UNOWNED)))
        return unseen_unknown;
    return row->values[FEATURE_IS_UNOWNED] > 0.5f ? unseen_unowned : unseen_owned;
}

void judge(const struct anomaly_model *model, uint32_t program, const struct feature_row *row,
           struct judgement *ret_judgement)
{
    bool is_seen = program != MODEL_NO_PROGRAM &&
                   model->programs[program].samples >= MODEL_PROGRAM_SAMPLES_LEAST;
    struct standing standing = standing_of(model, is_seen, row);

    ret_judgement->baseline = is_seen ? &model->programs[program] : &model->all;
    ret_judgement->novelty = standing.novelty;
    ret_judgement->trust = standing.trust;
    baseline_deviations(ret_judgement->baseline, row, &ret_judgement->deviations);
}
