/* SPDX-License-Identifier: MIT */
/*
 * scoring - from findings to points: weights, families, whitelist, model.
 *
 * Pure and quick (a millisecond for 10,000 processes), because live tuning,
 * undo and what-if are this function called again on the snapshot in hand.
 */
#ifndef SCORING_SCORING_H
#define SCORING_SCORING_H

#include "model/finding.h"
#include "model/score.h"
#include "model/snapshot.h"
#include "scoring/whitelist.h"

struct scoring_options {
    double min_score;
    double ml_weight;
    double weights[HEURISTICS_MAX]; /* by index in the catalogue; 0 disables */
    struct whitelist whitelist;
};

/* Built-in values: 3.0, 2.0, the weights of the catalogue, an empty whitelist. */
void scoring_options_init(struct scoring_options *options);
void scoring_options_release(struct scoring_options *options);
void scoring_options_copy(struct scoring_options *ret_copy,
                          const struct scoring_options *options);

/* The facts that the heuristics with a weight look at. One that gets a weight later is not
 * assessed until its facts were read. */
fact_mask scoring_needs(const struct scoring_options *options);

/*
 * Score every process. ml_scores is parallel to the processes, each 0 .. 1, or
 * NULL without a model. The scores are cleared first and reused. Evidence of
 * reasons points into the assessment, which must outlive the scores.
 */
void score_snapshot(const struct snapshot *snapshot, const struct assessment *assessment,
                    const double *ml_scores, const struct scoring_options *options,
                    struct scores *scores);

void scores_release(struct scores *scores);

#endif
