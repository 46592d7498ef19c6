/* SPDX-License-Identifier: MIT */
/*
 * acknowledged - processes somebody has looked at and wants to hear no more of, for
 * as long as the program runs. They keep their scores and reasons; they are only
 * not flagged. By pid and start time, so a reused pid is flagged again. Knows no
 * file: what shall last is a whitelist entry.
 */
#ifndef SCORING_ACKNOWLEDGED_H
#define SCORING_ACKNOWLEDGED_H

#include "model/score.h"
#include "model/snapshot.h"

struct acknowledged_process {
    int32_t pid;
    uint64_t starttime;
};

struct acknowledged {
    struct acknowledged_process *processes;
    size_t count, capacity;
};

void acknowledged_release(struct acknowledged *acknowledged);

/* In or out; returns whether it is in now. */
bool acknowledged_toggle(struct acknowledged *acknowledged, int32_t pid, uint64_t starttime);

/* Take the flags off their verdicts, and count them. */
void acknowledged_apply(const struct acknowledged *acknowledged,
                        const struct snapshot *snapshot, struct scores *scores);

#endif
