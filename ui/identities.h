/* SPDX-License-Identifier: MIT */
/*
 * identities - a set of processes by pid and start time: those that are tagged, those
 * that are folded. A pid that was given to another process is not in it.
 */
#ifndef UI_IDENTITIES_H
#define UI_IDENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

struct identity {
    int32_t pid; /* 0: none */
    uint64_t starttime;
};

struct identities {
    struct identity *items; /* by pid */
    size_t count, capacity;
};

struct identity identity_of(const struct process *process);
bool identity_is(struct identity identity, const struct process *process);

void identities_release(struct identities *set);
void identities_clear(struct identities *set);
bool identities_have(const struct identities *set, const struct process *process);
void identities_put(struct identities *set, const struct process *process, bool is_in);

/* Forget those that are not in the snapshot any more. */
void identities_prune(struct identities *set, const struct snapshot *snapshot);

#endif
