/* SPDX-License-Identifier: MIT */
/*
 * control - the page the processes of the engine share: what the screen wants,
 * what the collector is reading just now, and which reads it must not try.
 *
 * It outlives the collector, so that the next one goes on where the last one
 * was killed. The collector may be hostile: whoever else reads what it wrote
 * takes a copy, checks it, and never waits for it to be consistent.
 */
#ifndef ENGINE_CONTROL_H
#define ENGINE_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/quarantine.h"

enum {
    CONTROL_READER_MAX = 16, /* a power of two: readers by epoch */
    CONTROL_TEXT_SIZE = 256,
};

/* The last read that a reader began, and when; nothing while it rests. */
struct heartbeat {
    _Atomic uint64_t number; /* changes with each beat; odd while it is written */
    _Atomic int32_t pid;
    _Atomic uint32_t fact;
    _Atomic uint64_t starttime;
    _Atomic uint64_t since_ms; /* monotonic; 0: at rest */
};

/* One consistent look at it. */
struct beat {
    int32_t pid;
    uint32_t fact;
    uint64_t starttime;
    uint64_t since_ms;
};

struct control {
    /* The screen's. */
    _Atomic uint64_t request_number; /* odd while it is written */
    struct engine_request request;
    _Atomic uint64_t refresh_number; /* one more for each "refresh now" */

    /* The keeper's. */
    _Atomic bool are_files_off; /* no file worker: too many hang */

    /* The collector's. */
    _Atomic uint64_t epoch;  /* of the reader in office */
    _Atomic uint64_t serial; /* of the last snapshot */
    struct heartbeat heartbeats[CONTROL_READER_MAX];
    struct quarantine quarantine;
    /* Of the pass under way, whoever reads it: since when, and as far as where a
     * read hung in it; 0: none did. */
    _Atomic uint64_t pass_since_ms;
    _Atomic int32_t hung_as_far_as;
    char failure[CONTROL_TEXT_SIZE]; /* why it gave up */
};

/* Shared, zeroed memory; NULL with errno set. */
struct control *control_new(void);
void control_free(struct control *control);

/* One writer, the screen. */
void control_put_request(struct control *control, const struct engine_request *request);

/* The request in force and its number; 0 when nothing was asked for yet. */
uint64_t control_get_request(const struct control *control, struct engine_request *ret_request);

/* Changes with each request. */
uint64_t control_request_number(const struct control *control);

/* By the reader of that epoch; since_ms 0 for rest. */
void control_beat(struct control *control, uint64_t epoch, const struct beat *beat);

/* The beat of the reader in office. False when it is at rest, or beat just then
 * (and so does not hang). */
bool control_look(const struct control *control, struct beat *ret_beat);

/* Coarse monotonic time: what heartbeats are measured in. */
uint64_t control_now_ms(void);

#endif
