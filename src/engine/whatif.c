/* SPDX-License-Identifier: MIT */
#include "engine/whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static enum whatif_change change_of(const struct verdict *saved, const struct verdict *now)
{
    if (now->is_acknowledged)
        return WHATIF_SAME;
    if (saved->is_flagged != now->is_flagged)
        return now->is_flagged ? WHATIF_NEWLY_FLAGGED : WHATIF_NO_LONGER;
    return saved->total_score == now->total_score ? WHATIF_SAME : WHATIF_OTHER_SCORE;
}

static double distance(const struct whatif *whatif, const struct scores *now, size_t process)
{
    return fabs(now->verdicts[process].total_score -
                whatif->saved.verdicts[process].total_score);
}

static void count_change(struct whatif *whatif, const struct scores *now, size_t process)
{
    enum whatif_change change = whatif->changes[process];

    whatif->newly_flagged += change == WHATIF_NEWLY_FLAGGED;
    whatif->no_longer += change == WHATIF_NO_LONGER;
    whatif->other_scores += change == WHATIF_OTHER_SCORE;
    if (change != WHATIF_NEWLY_FLAGGED && change != WHATIF_NO_LONGER)
        return;
    if (whatif->foremost == whatif->count ||
        distance(whatif, now, process) > distance(whatif, now, whatif->foremost))
        whatif->foremost = process;
}

void whatif_compare(struct whatif *whatif, const struct refresh *refresh,
                    const struct thresholds *thresholds, const struct scoring_options *options)
{
    const struct assessment *assessment = &refresh->assessment;

    if (!thresholds_equal(thresholds, &refresh->thresholds)) {
        const struct check_context context = {&refresh->snapshot, refresh->relations,
                                              thresholds};

        assessment_borrow(&whatif->assessment, assessment);
        heuristics_reassess(&context, &whatif->assessment);
        assessment = &whatif->assessment;
    }
    score_snapshot(&refresh->snapshot, assessment, refresh->ml_scores, options, &whatif->saved);
    whatif->count = whatif->foremost = refresh->scores.count;
    whatif->newly_flagged = whatif->no_longer = whatif->other_scores = 0;
    whatif->changes = memory_resize(whatif->changes, whatif->count, sizeof *whatif->changes);
    for (size_t i = 0; i < whatif->count; i++) {
        whatif->changes[i] =
            (uint8_t)change_of(&whatif->saved.verdicts[i], &refresh->scores.verdicts[i]);
        count_change(whatif, &refresh->scores, i);
    }
}

void whatif_release(struct whatif *whatif)
{
    scores_release(&whatif->saved);
    assessment_release(&whatif->assessment);
    free(whatif->changes);
    *whatif = (struct whatif){0};
}

void whatif_describe(const struct whatif *whatif, struct strbuf *out)
{
    strbuf_add_format(out, "%zu processes: %u newly flagged, %u no longer", whatif->count,
                      whatif->newly_flagged, whatif->no_longer);
}

void impact_of_heuristics(const struct refresh *refresh,
                          struct impact (*ret_impacts)[HEURISTICS_MAX])
{
    const struct assessment *assessment = &refresh->assessment;
    const struct scores *scores = &refresh->scores;

    memset(*ret_impacts, 0, sizeof *ret_impacts);
    for (size_t i = 0; i < assessment->finding_count; i++)
        (*ret_impacts)[assessment->findings[i].heuristic].processes +=
            assessment->findings[i].strength > 0;
    for (size_t i = 0; i < scores->reason_count; i++)
        (*ret_impacts)[scores->reasons[i].heuristic_index].points += scores->reasons[i].score;
}
