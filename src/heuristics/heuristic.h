/* SPDX-License-Identifier: MIT */
/*
 * heuristic - the catalogue of what we look for, and the pass over a snapshot.
 *
 * Checks are pure: they see one snapshot, its relations and the thresholds,
 * and say how strongly they think so and on which evidence. They know no
 * weights, no whitelist and no screen, and they read nothing.
 */
#ifndef HEURISTICS_HEURISTIC_H
#define HEURISTICS_HEURISTIC_H

#include "base/strbuf.h"
#include "heuristics/thresholds.h"
#include "model/finding.h"
#include "model/relations.h"
#include "model/snapshot.h"

enum heuristic_id {
#define HEURISTIC(key, ...) HEURISTIC_##key,
#include "heuristics/heuristics.def"
#undef HEURISTIC
    HEURISTIC_COUNT
};

/* What a check may look at besides the process itself. */
struct check_context {
    const struct snapshot *snapshot;
    const struct relations *relations;
    const struct thresholds *thresholds;
};

/*
 * Returns the strength: 0 for "no", 1 for "yes", between for "yes, but probably
 * innocent". With a strength of 0 and text in evidence the finding is kept as an
 * excused one. The evidence is the exact artefact, raw; it starts empty. Is only
 * called when every fact the row needs is known, and never for kernel threads
 * or zombies.
 */
typedef float heuristic_check(const struct check_context *context,
                              const struct process *process, struct strbuf *evidence);

struct heuristic {
    struct heuristic_info info;
    heuristic_check *check;
};

extern const struct heuristic heuristics[HEURISTIC_COUNT];

#define HEURISTIC(key, ...) heuristic_check check_##key;
#include "heuristics/heuristics.def"
#undef HEURISTIC

/* The info of each row, in order: what model/finding.h calls the catalogue. */
const struct heuristic_info *const *heuristics_catalogue(size_t *ret_count);

/* Index of the key, or -1. */
int heuristics_find(const char *key);

/* All facts that one of the checks looks at, if only to tell the innocent apart; NULL: of
 * all checks. */
fact_mask heuristics_needs(const struct heuristic_set *checks);

/* Run every check on every process. The assessment is cleared first and reused;
 * it refers to nothing in the snapshot but is parallel to it. */
void heuristics_assess(const struct snapshot *snapshot, const struct relations *relations,
                       const struct thresholds *thresholds, struct assessment *assessment);

/* Bring an assessment of the context's snapshot to the context's thresholds: only what
 * reads thresholds is checked again. */
void heuristics_reassess(const struct check_context *context, struct assessment *assessment);

/* A copy to be reassessed at once. What stays of its evidence is the original's, whose
 * next heuristics_assess() is the end of it. */
void assessment_borrow(struct assessment *copy, const struct assessment *original);

void assessment_release(struct assessment *assessment);

#endif
