/* SPDX-License-Identifier: MIT */
/*
 * kept - all that was read of a process, for the passes in which it does not
 * run, and how to tell that from a single read.
 *
 * What is kept is void when one of these says so; the comments in kept_reuse.c name
 * what none of them can tell. Then, everything is read again:
 *
 *   schedstat     it was given a CPU since it was read, or had one then
 *   status        once in KEPT_STATUS_PASSES passes, or when its parent is gone: its
 *                 switches, threads, size, credentials or name are others
 *   threads       there are several: both files tell of the first one only
 *   exe_file      its program was deleted, replaced, written or chmod'ed: looked
 *                 at once a pass for all who run the same file
 *   the request   other facts are wanted
 *   a fact        could not be read, and is tried again
 *   the sweep     each process is read again once in KEPT_SWEEP_PASSES passes,
 *                 whatever the others say; a difference is counted
 */
#ifndef GATHER_KEPT_H
#define GATHER_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/process.h"
#include "model/snapshot.h"

enum {
    KEPT_STATUS_PASSES = 8,
    KEPT_SWEEP_PASSES = 120,
    KEPT_RETRY_PASSES = 8, /* for facts that could not be read */
    /* Cgroup, namespaces and login uid of a process that did run: they are set
     * up in its first moments, if ever. Later changes are seen this late. */
    KEPT_PLACE_PASSES = 8,
};

/* /proc/PID/schedstat. */
struct times {
    uint64_t runtime_ns;
    uint64_t arrivals; /* on a CPU; 0 where the kernel does not count */
};

struct kept {
    struct process process; /* texts are the gatherer's; its ranges lie in these: */
    struct map *maps;
    struct descriptor *descriptors;
    fact_mask wanted; /* when it was read */
    uint64_t packages_serial;
    uint64_t first_pass;
    struct times times; /* before it was read */
    struct times now;   /* when it was looked at last */
    int schedstat;      /* /proc/PID/schedstat, open; -1 without a descriptor to spare */
    bool owes_place;    /* it ran, and its cgroup and so on were not read again yet */
    bool has_failures;
    bool has_no_memory;
};

struct gather;
struct gather_request;
struct reading;

/* NULL is fine. Counts the descriptor out. */
void kept_free(struct kept *kept, size_t *descriptor_count);

/* Before a process is read, so that nothing it does meanwhile goes unnoticed. */
void kept_prepare(struct reading *reading);

/* After a process was read: keep what there is, in place of what was kept. What
 * was read for the sweep's sake is compared first. */
void kept_store(struct reading *reading);

/* Put a process out that need not be read. False: read it. */
bool kept_reuse(struct gather *gather, fact_mask wanted, int32_t pid);

/* Between the two files of this module: what schedstat says, and whether it, or
 * status, proves that the process did not run since it was read. */
bool kept_read_times(int schedstat, struct times *ret_times);
bool kept_did_not_run(struct gather *gather, struct kept *kept);

/* A process into the snapshot: texts, maps and descriptors, and itself. */
void kept_put_out(struct gather *gather, const struct process *process, const struct map *maps,
                  const struct descriptor *descriptors);

#endif
