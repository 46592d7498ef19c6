/* SPDX-License-Identifier: MIT */
/*
 * fake_gather - a gatherer that does as the test says: hangs, dies, refuses.
 *
 * Linked instead of the real one. What it shall do lies in memory that the test
 * shares with the collector, which is another process. The header's uptime_ms
 * says how many processes were inherited.
 */
#ifndef TESTS_FAKE_GATHER_H
#define TESTS_FAKE_GATHER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    FAKE_FIRST_PID = 1000, /* made up, except where a test wants a real one */
    FAKE_COUNT_MAX = 64,
};

struct fake_gather {
    _Atomic int count;                       /* processes in a pass */
    _Atomic bool is_hanging[FAKE_COUNT_MAX]; /* the read of its cmdline hangs */
    _Atomic int crashes_from;                /* first whose cmdline kills its reader, */
    _Atomic int crashes;                     /* and how many do */
    _Atomic bool refuses;                    /* gather_new() fails */
    _Atomic bool is_failing;                 /* gather_pass() fails */
    _Atomic int digested_pid;                /* a real one, first in each pass; 0: none */
    _Atomic uint64_t digested_starttime;
    _Atomic int pass_ms;        /* how long a pass takes */
    _Atomic unsigned puts_off;  /* so many passes leave something to those behind them */
    _Atomic unsigned censuses;  /* that were opened */
    _Atomic unsigned gatherers; /* alive */
    _Atomic unsigned passes;
};

/* In shared memory; valid once a test has called fake_gather_init(). */
extern struct fake_gather *fake_gather;

void fake_gather_init(void);

#endif
