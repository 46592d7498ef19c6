/* SPDX-License-Identifier: MIT */
/*
 * refresh - the pipeline behind every caller: snapshot -> relations ->
 * findings -> scores. The screen, scan, the API and the tests call this and
 * nothing else; live tuning calls refresh_score() again on what is in hand.
 */
#ifndef ENGINE_REFRESH_H
#define ENGINE_REFRESH_H

#include "anomaly/anomaly.h"
#include "heuristics/heuristic.h"
#include "model/relations.h"
#include "model/score.h"
#include "model/snapshot.h"
#include "report/report.h"
#include "scoring/scoring.h"

struct refresh {
    void *block; /* owned; the snapshot lies in it */
    size_t block_size;
    struct snapshot snapshot;
    struct relations *relations;
    struct assessment assessment;
    struct thresholds thresholds; /* that it was assessed by */
    struct scores scores;
    struct anomaly *anomaly; /* borrowed; NULL: no model, ml_score is 0 */
    const double *ml_scores; /* of the snapshot in hand, the anomaly's; or NULL */
    double assess_us;        /* what each step cost */
    double anomaly_us;
    double score_us;
};

/* Take over a malloc()ed block that holds a snapshot. False, with the block
 * freed and a reason, when it does not verify; the refresh then keeps what it
 * had. Findings and scores are of the old snapshot until refresh_assess(). */
bool refresh_adopt(struct refresh *refresh, void *block, size_t size, const char **ret_reason);

/* Judge by this model from now on, which must outlive the refresh or the next
 * call, and the snapshot in hand at once. NULL: by none. */
void refresh_use_model(struct refresh *refresh, struct anomaly *anomaly);

/* Findings, strangeness, then scores. */
void refresh_assess(struct refresh *refresh, const struct thresholds *thresholds,
                    const struct scoring_options *options);

/* After an edit of thresholds: only what reads them is checked again, then scores. */
void refresh_tune(struct refresh *refresh, const struct thresholds *thresholds,
                  const struct scoring_options *options);

/* Scores alone, from what is in hand. */
void refresh_score(struct refresh *refresh, const struct scoring_options *options);

/* The hash of one process's executable was computed by a closer look: note it in the
 * snapshot in hand, for all that run the same file (by device and inode), so that
 * an entry of the whitelist counts before the next pass. */
void refresh_learn_hash(struct refresh *refresh, int32_t pid, uint64_t starttime,
                        const struct sha256 *hash);

/* What only a closer look reads (FACT_CLOSER), for the same process in the snapshot in
 * hand. True when it is news: findings and scores are of before then. */
bool refresh_learn_closer(struct refresh *refresh, const struct process *seen);

/* What reports are written from; its other members are as they may be. */
struct report refresh_report(const struct refresh *refresh, const struct view *view,
                             double min_score);

void refresh_release(struct refresh *refresh);

#endif
