/* SPDX-License-Identifier: MIT */
/* The processes of an engine under test, seen from outside; and waiting for
 * what must happen, with a deadline and without sleeping longer than that. */
#ifndef TESTS_CREW_H
#define TESTS_CREW_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/engine.h"
#include "model/snapshot.h"

/* Monotonic. */
uint64_t crew_now_ms(void);

/* The next snapshot, verified; fails the test after 10 seconds. The block is
 * the caller's to free. */
void *crew_next(struct engine *engine, struct snapshot *ret_snapshot);

struct crew {
    pid_t keeper;
    pid_t collector;
    pid_t file_worker;
    int pidfds[3];
};

/* Find them by the collector's pid, which a snapshot tells. */
void crew_find(struct crew *crew, pid_t collector);
bool crew_is_gone_within(const struct crew *crew, int wait_ms);
void crew_release(struct crew *crew);

bool pidfd_ends_within(int pidfd, int wait_ms);

/* A number of /proc/PID/status: "PPid:", "CapEff:" (base 16). */
unsigned long long status_number(pid_t pid, const char *name, int base);

/* A child of ours that sleeps for ever. */
pid_t sleeper_new(void);
uint64_t starttime_of(pid_t pid);

#endif
