/* SPDX-License-Identifier: MIT */
/*
 * samples - what is kept of each process from one pass to the next, by
 * (pid, starttime): its CPU time, and what was read of it.
 */
#ifndef GATHER_SAMPLES_H
#define GATHER_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gather/kept.h"

enum namespace_kind {
    NAMESPACE_NET,
    NAMESPACE_PID,
    NAMESPACE_MNT,
    NAMESPACE_USER,
    NAMESPACE_COUNT
};

struct sample {
    uint64_t starttime;
    uint64_t cpu_ticks;
    uint64_t child_faults;
    uint64_t taken_ns;         /* monotonic */
    uint64_t blocked_since_ms; /* monotonic; 0: no read is blocked */
    struct kept *kept;         /* owned; NULL: nothing */
    int32_t pid;
    int32_t threads;
    float child_fault_rate;
    bool is_zombie;
};

/* Both by ascending pid. */
struct samples {
    size_t descriptor_count; /* descriptors held by what is kept */
    size_t cursor;           /* whom the last search found, in previous */
    struct sample *previous;
    size_t previous_count;
    size_t previous_capacity;
    struct sample *current;
    size_t current_count;
    size_t current_capacity;
};

/* In percent of one CPU; elapsed_ticks is how many the time between is worth. */
float sample_cpu_percent(uint64_t ticks_before, uint64_t ticks_now, double elapsed_ticks);

/* What child_fault_rate is, now that the process has had so many: a mean that
 * forgets, like the load average, because one look after the other may see all of
 * what happens now and then, or nothing. */
float sample_fault_rate(const struct sample *before, uint64_t child_faults, uint64_t now_ns);

void samples_release(struct samples *samples);

/* What the pass before kept of that pid, whatever its start time; or NULL. */
struct sample *samples_find(struct samples *samples, int32_t pid);

/* The same, of another process than the one at hand. */
const struct sample *samples_find_other(const struct samples *samples, int32_t pid);

/* Keep a sample for the next pass; it takes over the sample's memory. */
void samples_keep(struct samples *samples, const struct sample *sample);

/* The end of a pass: what was kept becomes what is found. */
void samples_turn(struct samples *samples);

#endif
