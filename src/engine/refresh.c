/* SPDX-License-Identifier: MIT */
#include "engine/refresh.h"

#include <stdlib.h>
#include <time.h>

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
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

void refresh_learn_hash(struct refresh *refresh, int32_t pid, uint64_t starttime,
                        const struct sha256 *hash)
{
    const struct snapshot *snapshot = &refresh->snapshot;
    const struct process *known = snapshot_find_identity(snapshot, pid, starttime);
    /* The block is ours; that it is constant is a promise to everybody else. */
    struct process *processes =
        (struct process *)(void *)((char *)refresh->block + ((const char *)snapshot->processes -
                                                             (char *)refresh->block));

    for (size_t i = 0; known && i < snapshot->process_count; i++) {
        if (&processes[i] != known && !process_runs_same_file(&processes[i], known))
            continue;
        processes[i].sha256 = *hash;
        processes[i].facts[FACT_SHA256] = FACT_KNOWN;
    }
}

void refresh_release(struct refresh *refresh)
{
    scores_release(&refresh->scores);
    assessment_release(&refresh->assessment);
    relations_free(refresh->relations);
    free(refresh->block);
    *refresh = (struct refresh){0};
}
