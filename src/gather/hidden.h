/* SPDX-License-Identifier: MIT */
/*
 * hidden - processes that somebody keeps from being seen: those that answer but
 * are not in the listing of /proc, and those whose /proc/PID is mounted over.
 *
 * Looked for each pass: whoever was suspected before, parents and tracers that
 * nobody lists, whom some of the cgroups list, and a slice of the pid space; all
 * cgroups, and large slices, once around, when the kernel counts more processes than
 * it lists. A thread answers too and is not listed:
 * that is no process. Nor is one that was born after the listing; the next pass
 * lists it, and the suspicion is dropped.
 */
#ifndef GATHER_HIDDEN_H
#define GATHER_HIDDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gather/cgroups.h"
#include "gather/mounts.h"
#include "gather/procfs.h"
#include "model/snapshot.h"

/* A pid costs about a microsecond. */
enum { HIDDEN_SLICE = 448, HIDDEN_LARGE_SLICE = 8192, HIDDEN_SUSPECTS_MAX = 256 };

/* Births and deaths during the listing make a surplus as well; it counts when
 * it stays for that many passes. */
enum { HIDDEN_SURPLUS_PASSES = 3 };

struct suspect {
    int32_t pid;
    uint32_t sightings;
    bool has_directory; /* /proc/PID can be opened, if one knows the number */
    bool was_seen;      /* in this pass */
};

struct hidden {
    const struct procfs *procfs;
    bool is_blind; /* kill(2) or /proc speak of other processes than ours */
    struct suspect suspects[HIDDEN_SUSPECTS_MAX];
    size_t suspect_count;
    int32_t cursor;          /* where the next slice begins */
    int32_t swept;           /* in large slices */
    uint32_t surplus_passes; /* in a row */
    uint32_t explained;      /* a surplus for which a whole sweep found nobody */
    int32_t pid_max;
    struct cgroups cgroups;
    struct strbuf text;
};

void hidden_init(struct hidden *hidden, const struct procfs *procfs);
void hidden_release(struct hidden *hidden);

/* Search, live; the numbers are the pids that were listed, ascending, and
 * surplus is by how many the kernel counts more. */
void hidden_search(struct hidden *hidden, const struct procfs_numbers *listed,
                   uint32_t surplus);

/* A pid that somebody names as a parent or tracer, to be looked at in this pass
 * if it is not listed. */
void hidden_consider(struct hidden *hidden, const struct procfs_numbers *listed, int32_t pid);

/* Forget whom this pass has not seen; put the others into the snapshot, and
 * those whose /proc/PID is mounted over. */
void hidden_publish(struct hidden *hidden, const struct mounts *mounts,
                    struct snapshot_builder *builder);

/* A recording may hold "listed": the pids that the listing showed. Others of the
 * tree are hidden ones. */
void hidden_of_recording(struct hidden *hidden, const struct procfs_numbers *pids,
                         struct snapshot_builder *builder);

#endif
