/* SPDX-License-Identifier: MIT */
/*
 * asks - the engine as its program holds it, and what it asks of the keeper.
 * Private to engine.c, engine_signal.c and engine_deed.c.
 */
#ifndef ENGINE_ASKS_H
#define ENGINE_ASKS_H

#include "engine/engine.h"
#include "engine/errand.h"
#include "engine/wires.h"

enum { ERRANDS_MAX = 4 };

struct engine {
    struct wires wires;
    pid_t keeper;
    int keeper_pidfd;
    int descriptor; /* epoll: whatever may have something for us */
    uint64_t last_id;
    bool is_lost; /* no further snapshot will come */
    struct strbuf reason;
    struct deed *deeds; /* the program's, and those every engine has */
    struct errand errands[ERRANDS_MAX];
};

/* The deeds of the options, before the keeper is forked. */
void asks_register(struct engine *engine, const struct engine_options *options);
void asks_release(struct engine *engine);

/* What the keeper tells of itself. */
void asks_take_messages(struct engine *engine);

#endif
