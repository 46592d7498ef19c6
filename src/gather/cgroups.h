/* SPDX-License-Identifier: MIT */
/*
 * cgroups - who the cgroup file system says there is: a second list of all
 * processes, by other code of the kernel than /proc's. A walk over the tree, some
 * directories a step, round and round.
 */
#ifndef GATHER_CGROUPS_H
#define GATHER_CGROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/strbuf.h"

/* A directory costs six system calls, and as much again for so many pids in its list. */
enum { CGROUPS_STEP = 8, CGROUPS_PIDS = 64, CGROUPS_ALL = 65536 };

struct cgroups {
    int root; /* the hierarchy; -1: none to be seen */
    char **waiting;
    size_t waiting_count;
    size_t waiting_capacity;
    size_t debt; /* directories that a long list was worth, beyond its step */
    struct strbuf text;
};

/* The hierarchy that all processes are in, by the text of our own mountinfo: the
 * unified one where it is mounted alone, else systemd's, else any. */
void cgroups_init(struct cgroups *cgroups, struct span mountinfo);
void cgroups_release(struct cgroups *cgroups);

typedef void cgroups_take(void *context, int32_t pid);

/* Visit the next directories, at most so many and each once; every pid in them is
 * handed out. Those that went away meanwhile are passed over. A long list counts as
 * several, in the steps after it, too: where all processes are in one cgroup, they are
 * not listed in each pass. */
void cgroups_walk(struct cgroups *cgroups, size_t count, cgroups_take *take, void *context);

#endif
