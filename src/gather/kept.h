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
 *   events        the kernel told of an exec, a tracer, another user, session or
 *                 name; where some were lost, status is asked
 *   exe_file      its program was deleted, replaced, written or chmod'ed: looked
 *                 at once a pass for all who run the same file
 *   the request   facts are wanted that it has not, and that cannot be added
 *   a fact        could not be read, and is tried again
 *   the sweep     each process is read again once in KEPT_SWEEP_PASSES passes,
 *                 whatever the others say; a difference is counted
 */
#ifndef GATHER_KEPT_H
#define GATHER_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "gather/texts.h"
#include "model/process.h"
#include "model/snapshot.h"

enum {
    KEPT_STATUS_PASSES = 8,
    KEPT_STATUS_EVENT_PASSES = 32, /* while the kernel tells of tracers */
    KEPT_SWEEP_PASSES = 120,
    KEPT_RETRY_PASSES = 8, /* for facts that could not be read */
    /* What a process that did run is not likely to have changed (see below), and
     * may change in its first moments. Later changes are seen this late. */
    KEPT_PLACE_PASSES = 8,
    KEPT_YOUNG_S = 10,
};

/* /proc/PID/schedstat. */
struct times {
    uint64_t runtime_ns;
    uint64_t arrivals; /* on a CPU; 0 where the kernel does not count */
};

/* struct descriptor without what the gatherer's text knows as well: a crowd has a
 * dozen each. */
struct kept_descriptor {
    uint64_t inode;
    int32_t fd;
    uint32_t target : TEXT_BITS; /* the text; 0: empty */
    uint32_t kind : 32 - TEXT_BITS;
};

struct kept {
    struct process process; /* texts are the gatherer's; its mark is what was read, and
                               when; its ranges lie in these: */
    struct map *maps;
    struct kept_descriptor *descriptors;
    uint32_t packages_serial; /* the last bits of either */
    uint32_t first_pass;
    fact_mask put_off;     /* wanted besides, and left to a later pass */
    int schedstat;         /* /proc/PID/schedstat, open; -1 without a descriptor to spare */
    bool owes_place;       /* it ran, and its cgroup and so on were not read again yet */
    bool owes_descriptors; /* it ran, and its descriptors were taken to be the same */
    bool is_void;          /* the kernel told of a change */
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

/* After a process was read: note in it what it is known by if it will be kept, so that
 * a successor can tell from the snapshot. */
void kept_mark(struct reading *reading);

/* After it was marked: keep what there is, in place of what was kept. What
 * was read for the sweep's sake is compared first. */
void kept_store(struct reading *reading);

/* What is kept of that pid is void. */
void kept_note_change(void *gather, int32_t pid);

/* Put a process out that need not be read. False: read it. */
bool kept_reuse(struct gather *gather, fact_mask wanted, int32_t pid);

/*
 * What need not be read again of a process that did run, because nothing says
 * that it changed; NULL: read it. What these cannot tell is seen when its turn
 * comes, within KEPT_PLACE_PASSES:
 *
 *   place         root, cgroup, namespaces, login uid: changed by what the process does
 *                 itself (chroot, setns, unshare, writing its loginuid) or by who
 *                 moves it to a cgroup. The business of its first moments.
 *   program       exe, environ: changed by exec, and a fresh memory has no pages, so
 *                 its first instruction is a page fault. Who writes over its own
 *                 environment, or has PR_SET_MM_EXE_FILE, need not make one.
 *   descriptors   as many as before, and each new socket was found with somebody
 *                 else. One that took the place of another and is no socket goes
 *                 unseen; as does a socket received in place of another.
 */
const struct process *kept_of_place(struct reading *reading, enum fact fact);
const struct process *kept_of_program(struct reading *reading, enum fact fact);
const struct process *kept_of_exe(struct reading *reading); /* and its file is the same */

/* The same; FACT_NOT_ASKED: read them. */
enum fact_state kept_descriptors(struct reading *reading);

/* At the end of a pass: when there are new sockets that were found with nobody,
 * read the descriptors of all who were taken to have the same. */
void kept_look_again(struct gather *gather);

/* Read what is wanted now and was not, of a process that did not run: the screen is
 * sorted by another column, a detail is opened, or it was put off. As far as the
 * allowance of the pass goes; the rest is put off. False: read all of it. */
bool kept_add_facts(struct gather *gather, struct kept *kept, fact_mask wanted);

/* Between the files of this module: what schedstat says, and whether it, or
 * status, proves that the process did not run since it was read. */
bool kept_read_times(int schedstat, struct times *ret_times);
bool kept_read_times_now(struct gather *gather, const struct kept *kept);
bool kept_did_not_run(struct gather *gather, struct kept *kept);

bool kept_has_failed(const struct process *process);

/* The file it runs is as it was, looked at in this pass. */
bool kept_is_same_file(struct gather *gather, const struct kept *kept);

/* What was read by pid before this was of the same process. */
bool kept_is_still_there(struct gather *gather, struct kept *kept);

/* Its turn comes once in so many passes. */
bool kept_is_turn(const struct gather *gather, int32_t pid, unsigned passes);

/* The path of its program, for those who look at that. */
void kept_load_exe(struct reading *reading);

/* A reading of what is kept, to which more is read; nothing is open. */
struct reading kept_reading(struct gather *gather, const struct kept *kept);

/* A process into the snapshot: texts, maps and descriptors, and itself. */
void kept_put_out(struct gather *gather, const struct process *process, const struct map *maps,
                  const struct descriptor *descriptors);

/* The same of what is kept. */
void kept_put_out_again(struct gather *gather, const struct kept *kept);

/* Its descriptors are these from now on; and one of them as it was. */
void kept_set_descriptors(struct kept *kept, const struct descriptor *descriptors,
                          uint32_t count);
struct descriptor kept_descriptor(const struct gather *gather, const struct kept *kept,
                                  uint32_t index);

/* The kept descriptors into the snapshot, in place of those it has of the process. */
void kept_put_out_descriptors(struct gather *gather, const struct kept *kept,
                              struct process *process);

#endif
