/* SPDX-License-Identifier: MIT */
#include "engine/refresh.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static double now_us(void)
{
    return (double)clock_now_ns(CLOCK_MONOTONIC) / NS_PER_US;
}

bool refresh_adopt(struct refresh *refresh, void *block, size_t size, const char **ret_reason)
{
    struct snapshot snapshot;

    if (!snapshot_open(block, size, &snapshot, ret_reason)) {
        free(block);
        return false;
    }
    relations_free(refresh->relations);
    free(refresh->block);
    refresh->block = block;
    refresh->block_size = size;
    refresh->snapshot = snapshot;
    refresh->relations = relations_new(&refresh->snapshot);
    refresh->ml_scores = NULL;
    return true;
}

static void judge(struct refresh *refresh)
{
    double start = now_us();

    refresh->ml_scores =
        refresh->anomaly && refresh->relations
            ? anomaly_score(refresh->anomaly, &refresh->snapshot, refresh->relations)
            : NULL;
    refresh->anomaly_us = now_us() - start;
}

void refresh_use_model(struct refresh *refresh, struct anomaly *anomaly)
{
    refresh->anomaly = anomaly;
    judge(refresh);
}

void refresh_assess(struct refresh *refresh, const struct thresholds *thresholds,
                    const struct scoring_options *options)
{
    double start = now_us();

    heuristics_assess(&refresh->snapshot, refresh->relations, thresholds, &refresh->assessment);
    refresh->thresholds = *thresholds;
    refresh->assess_us = now_us() - start;
    judge(refresh);
    refresh_score(refresh, options);
}

void refresh_tune(struct refresh *refresh, const struct thresholds *thresholds,
                  const struct scoring_options *options)
{
    const struct check_context context = {&refresh->snapshot, refresh->relations, thresholds};

    heuristics_reassess(&context, &refresh->assessment);
    refresh->thresholds = *thresholds;
    refresh_score(refresh, options);
}

void refresh_score(struct refresh *refresh, const struct scoring_options *options)
{
    double start = now_us();

    score_snapshot(&refresh->snapshot, &refresh->assessment, refresh->ml_scores, options,
                   &refresh->scores);
    refresh->score_us = now_us() - start;
}

/* The block is ours; that it is constant is a promise to everybody else. */
static struct process *processes_of(struct refresh *refresh)
{
    size_t offset =
        (size_t)((const char *)refresh->snapshot.processes - (const char *)refresh->block);

    return (struct process *)(void *)((char *)refresh->block + offset);
}

void refresh_learn_hash(struct refresh *refresh, int32_t pid, uint64_t starttime,
                        const struct sha256 *hash)
{
    const struct snapshot *snapshot = &refresh->snapshot;
    const struct process *known = snapshot_find_identity(snapshot, pid, starttime);
    struct process *processes = known ? processes_of(refresh) : NULL;

    for (size_t i = 0; known && i < snapshot->process_count; i++) {
        if (&processes[i] != known && !process_runs_same_file(&processes[i], known))
            continue;
        processes[i].sha256 = *hash;
        processes[i].facts[FACT_SHA256] = FACT_KNOWN;
    }
}

bool refresh_learn_closer(struct refresh *refresh, const struct process *seen)
{
    const struct snapshot *snapshot = &refresh->snapshot;
    const struct process *known =
        refresh->block ? snapshot_find_identity(snapshot, seen->pid, seen->starttime) : NULL;

    /* It went on to another program since. */
    if (!known || (known->exe_file.ino != 0 && !process_runs_same_file(known, seen)))
        return false;
    struct process *process = &processes_of(refresh)[known - snapshot->processes];
    bool is_news =
        process->integrity != seen->integrity ||
        memcmp(&process->written_code, &seen->written_code, sizeof seen->written_code) != 0;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (FACT_CLOSER & FACT_BIT(fact)) {
            is_news |= process->facts[fact] != seen->facts[fact];
            process->facts[fact] = seen->facts[fact];
        }
    process->integrity = seen->integrity;
    process->written_code = seen->written_code;
    return is_news;
}

struct report refresh_report(const struct refresh *refresh, const struct view *view,
                             double min_score)
{
    return (struct report){
        .snapshot = &refresh->snapshot,
        .relations = refresh->relations,
        .assessment = &refresh->assessment,
        .scores = &refresh->scores,
        .view = view,
        .min_score = min_score,
        .anomaly = refresh->anomaly,
    };
}

void refresh_release(struct refresh *refresh)
{
    scores_release(&refresh->scores);
    assessment_release(&refresh->assessment);
    relations_free(refresh->relations);
    free(refresh->block);
    *refresh = (struct refresh){0};
}
