/* SPDX-License-Identifier: MIT */
/*
 * actor - the process that sends signals: a deed that holds the processes meant
 * from the moment the user is asked until they have answered.
 *
 * Comparing a start time reads a file of the process, and a process can make that
 * read hang. It hangs a thread of the actor then, which is left behind: the process
 * is pinned all the same, and signalled if it looks like the one that was meant.
 */
#ifndef ENGINE_ACTOR_H
#define ENGINE_ACTOR_H

#include "engine/deed.h"
#include "engine/engine.h"

/* Its request is an array of struct signal_target. It tells how each was pinned;
 * after a struct actor_order, what was sent and then what became of it: each time an
 * actor_report with its outcomes. It ends when its socket does. */
extern const struct deed actor_deed;

struct actor_order {
    int32_t number; /* of the signal */
    uint32_t flags; /* enum engine_signal_flags */
};

struct actor_report {
    uint32_t stage; /* enum engine_stage */
    uint32_t count;
};

#endif
