/* SPDX-License-Identifier: MIT */
/*
 * samples - what is kept of each process from one pass to the next, by
 * (pid, starttime): its CPU time and the facts that hardly ever change.
 */
#ifndef GATHER_SAMPLES_H
#define GATHER_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/facts.h"

enum namespace_kind {
    NAMESPACE_NET,
    NAMESPACE_PID,
    NAMESPACE_MNT,
    NAMESPACE_USER,
    NAMESPACE_COUNT
};

/*
 * Cgroup, namespaces and login uid change by what the process does itself
 * (setns, unshare, writing its own loginuid), for which it must run: they are
 * read again when its context switches moved, and always for a process with
 * threads, because switches count the main thread only. Only a cgroup can be
 * changed by somebody else; that is seen when the process runs next, or in the
 * sweep over SAMPLE_SWEEP_PASSES passes.
 */
enum { SAMPLE_SWEEP_PASSES = 16 };

struct sample {
    int32_t pid;
    uint64_t starttime;
    uint64_t cpu_ticks;
    uint64_t taken_ns; /* monotonic */
    uint64_t switches;
    uint64_t blocked_since_ms; /* monotonic; 0: no read is blocked */
    uint64_t namespaces[NAMESPACE_COUNT];
    uint32_t loginuid;
    uint8_t namespaces_state; /* enum fact_state */
    uint8_t loginuid_state;
    uint8_t cgroup_state;
    char *cgroup; /* owned */
};

/* Both by ascending pid. */
struct samples {
    struct sample *previous;
    size_t previous_count;
    size_t previous_capacity;
    struct sample *current;
    size_t current_count;
    size_t current_capacity;
};

void samples_release(struct samples *samples);

/* What the pass before kept of that pid, whatever its start time; or NULL. */
struct sample *samples_find(struct samples *samples, int32_t pid);

/* Keep a sample for the next pass; it takes over the sample's memory. */
void samples_keep(struct samples *samples, const struct sample *sample);

/* The end of a pass: what was kept becomes what is found. */
void samples_turn(struct samples *samples);

#endif
