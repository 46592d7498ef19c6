/* SPDX-License-Identifier: MIT */
/* The processes of an engine under test, seen from outside; and waiting for
 * what must happen, with a deadline and without sleeping longer than that. */
#ifndef TESTS_CREW_H
#define TESTS_CREW_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "engine/engine.h"
#include "model/snapshot.h"

/* Monotonic. */
uint64_t crew_now_ms(void);

/* An engine that passes every interval_ms, or on demand (0); fails the test when there
 * is none to be had. */
struct engine *crew_start(const struct engine_options *options, unsigned interval_ms);

/* The next snapshot, verified; fails the test after 10 seconds. The block is
 * the caller's to free. */
void *crew_next(struct engine *engine, struct snapshot *ret_snapshot);

/* As the next snapshot tells. */
pid_t crew_collector_of(struct engine *engine);

/* What became of the targets, once it is told of that stage; to be freed. */
struct signal_outcomes *crew_await_stage(struct engine *engine, int pin,
                                         enum engine_stage stage);

struct crew {
    pid_t keeper;
    pid_t collector;
    pid_t file_worker;
    int pidfds[3];
};

/* Find them by the collector's pid. */
void crew_find(struct crew *crew, pid_t collector);
bool crew_is_gone_within(const struct crew *crew, int wait_ms);
void crew_release(struct crew *crew);

/* A claim of a child. Not cmocka's, which would go on with the next test in there. */
#define CLAIM(holds)                                                                         \
    do {                                                                                     \
        if (!(holds)) {                                                                      \
            dprintf(STDERR_FILENO, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #holds); \
            _exit(1);                                                                        \
        }                                                                                    \
    } while (0)

bool pidfd_ends_within(int pidfd, int wait_ms);

/* A number of /proc/PID/status: "PPid:", "CapEff:" (base 16). */
unsigned long long status_number(pid_t pid, const char *name, int base);

/* A child of ours that sleeps for ever. */
pid_t sleeper_new(void);
void sleeper_end(pid_t pid);
uint64_t starttime_of(pid_t pid);

#endif
