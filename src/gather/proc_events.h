/* SPDX-License-Identifier: MIT */
/*
 * proc_events - what the kernel tells of processes between two passes: that they
 * were forked, became another program or somebody else's, and ended. From the proc
 * connector (linux/cn_proc.h), which only root of the first namespaces may ask.
 *
 * It tells of those that no listing of /proc ever showed, and of a tracer at once.
 * Nobody relies on it: events are lost when more come than fit, and of memory and
 * files it says nothing.
 */
#ifndef GATHER_PROC_EVENTS_H
#define GATHER_PROC_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "gather/procfs.h"

enum { PROC_EVENTS_CPUS = 1024 };

struct proc_events {
    int socket;           /* borrowed; -1: none */
    bool is_live;         /* the kernel has answered */
    bool has_lost;        /* events, since the pass before */
    uint32_t short_lived; /* forked and gone since then, and not listed */
    struct procfs_numbers forked;
    struct procfs_numbers forked_before;
    struct procfs_numbers ended;
    uint32_t next[PROC_EVENTS_CPUS]; /* number of a CPU's next event; 0: not known */
};

/* With privileges. Negative errno, or a socket for those without. */
int proc_events_open(void);

void proc_events_init(struct proc_events *events, int socket);
void proc_events_release(struct proc_events *events);

/* Whom this is told of has changed other than by running; and whether the listing of
 * the pass before had that pid. */
struct proc_events_listener {
    void (*changed)(void *context, int32_t pid);
    bool (*was_listed)(void *context, int32_t pid);
    void *context;
};

/* Take what has come since the last call. */
void proc_events_drain(struct proc_events *events, const struct proc_events_listener *listener);

#endif
