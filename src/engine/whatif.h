/* SPDX-License-Identifier: MIT */
/*
 * whatif - what edits do that are not saved: the verdicts by the saved settings
 * beside those in force, over one snapshot. Pure; knows no edits and no file.
 */
#ifndef ENGINE_WHATIF_H
#define ENGINE_WHATIF_H

#include "base/strbuf.h"
#include "engine/refresh.h"

enum whatif_change {
    WHATIF_SAME,
    WHATIF_OTHER_SCORE, /* flagged, or not, as before */
    WHATIF_NEWLY_FLAGGED,
    WHATIF_NO_LONGER,
};

struct whatif {
    struct scores saved; /* parallel to the snapshot */
    struct assessment assessment;
    uint8_t *changes; /* enum whatif_change, likewise */
    size_t count;
    unsigned newly_flagged, no_longer, other_scores;
    size_t foremost; /* of those across the threshold the one whose score moved
                      * most; count when there is none */
};

/*
 * Judge the snapshot of the refresh by the saved settings and compare. Evidence is
 * that of the refresh, and good for as long. What was acknowledged is flagged neither way.
 */
void whatif_compare(struct whatif *whatif, const struct refresh *refresh,
                    const struct thresholds *thresholds, const struct scoring_options *options);
void whatif_release(struct whatif *whatif);

/* "412 processes: 3 newly flagged, 11 no longer". */
void whatif_describe(const struct whatif *whatif, struct strbuf *out);

/* What one heuristic does now: processes it hits, points it leaves in the scores.
 * A weight of 0 hits as well; it adds nothing. */
struct impact {
    unsigned processes;
    double points;
};
void impact_of_heuristics(const struct refresh *refresh,
                          struct impact (*ret_impacts)[HEURISTICS_MAX]);

#endif
