/* SPDX-License-Identifier: MIT */
/*
 * threads - those of all processes, for who wants to see them as rows: read only when
 * they are asked for. The first thread of a process is the process's own row.
 */
#ifndef GATHER_THREADS_H
#define GATHER_THREADS_H

#include <stddef.h>
#include <stdint.h>

struct gather;
struct snapshot_builder;

enum { THREADS_MAX = 8192 }; /* in one pass; CLOSER_THREADS_MAX of one process */

/* The CPU time of a thread, as it was read last. */
struct thread_sample {
    int32_t pid, tid;
    uint64_t start_ticks, cpu_ticks;
};

/* Each by ascending pid, in the order of reading, and tid. */
struct thread_samples {
    struct thread_sample *previous, *current;
    size_t previous_count, previous_capacity;
    size_t current_count, current_capacity;
    uint64_t taken_ns; /* of the previous ones; 0: none */
};

void thread_samples_release(struct thread_samples *samples);

/* To the processes that the builder has. What the caps or the time leave out is told by
 * a note and a flag. */
void threads_read(struct gather *gather, struct snapshot_builder *builder);

#endif
