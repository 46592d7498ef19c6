/* SPDX-License-Identifier: MIT */
/*
 * births - an estimate of how many tasks began and ended between two passes, for where
 * the kernel does not tell of each (proc_events.h): an ordinary user's, a container's.
 *
 * Processes and threads of a pid namespace are numbered one after the other, and
 * /proc/loadavg says which number was given last: who has a number of those since the
 * pass before and is not there any more has ended. It costs nothing, which looking at
 * /proc more often would, and misses nobody, however briefly it was there; but it does
 * not tell threads from processes, and where the numbers begin again, or somebody else's
 * are passed over, it is out by those.
 */
#ifndef GATHER_BIRTHS_H
#define GATHER_BIRTHS_H

#include <stdbool.h>
#include <stdint.h>

#include "gather/procfs.h"

struct births {
    int32_t last_before; /* number given last, before the pass before; 0: not known */
    int32_t last;        /* ... before this one */
    uint32_t threads;    /* there are so many new ones, first threads apart */
};

/* The start of a pass. */
void births_begin(struct births *births, int32_t last);

/* A process was read; threads_before is 0 when it is new. */
void births_see(struct births *births, int32_t threads, int32_t threads_before);

/* At the end of it: who is listed, ascending, and the number behind the highest. False
 * when there is nothing to compare with. */
bool births_estimate_ended(const struct births *births, const struct procfs_numbers *listed,
                           int32_t pid_max, uint32_t *ret_count);

#endif
