/* SPDX-License-Identifier: MIT */
/*
 * collector - the process that reads /proc: decides when a reader makes a pass,
 * and what happens when a read does not come back.
 *
 * Its first thread supervises and reads nothing that can hang. Everything it
 * must not forget when it is killed lies in the control page.
 */
#ifndef ENGINE_COLLECTOR_H
#define ENGINE_COLLECTOR_H

#include "engine/wires.h"

enum {
    READ_DEADLINE_MS = 250,
    READ_DEADLINE_DISK_MS = 2000, /* for what a busy local disk may keep */
    /* Of a pass in which reads hang; who was not read by then is looked at without
     * what may block. */
    PASS_DEADLINE_MS = 1000,
    /* For a reader that is runnable: a loaded machine is not a hostile one. */
    READ_DEADLINE_RUNNABLE_MS = 5000,
    READERS_HANGING_MAX = 8,
};

_Noreturn void collector_run(struct wires *wires);

#endif
