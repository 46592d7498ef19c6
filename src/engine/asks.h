/* SPDX-License-Identifier: MIT */
/*
 * asks - the engine as its program holds it, and what it asks of the keeper.
 * Private to engine.c and asks*.c.
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
    bool is_sealed;
    bool is_lost; /* no further snapshot will come */
    struct strbuf reason;
    struct deed *deeds; /* the program's, and those every engine has */
    struct errand errands[ERRANDS_MAX];
};

/* The deeds of the options, before the keeper is forked. */
void asks_register(struct engine *engine, const struct engine_options *options);
void asks_release(struct engine *engine);

/* The deeds every engine has, by name. */
enum own_deed { OWN_DUMP, OWN_SIGNAL, OWN_COUNT };

/* As engine_begin(). */
int asks_begin(struct engine *engine, enum own_deed deed, struct span request);

/* Wait until that errand has something to say, or the time is over. */
void asks_await(struct engine *engine, int number, uint64_t until_ms);

/* What the keeper tells of itself. */
void asks_take_news(struct engine *engine);

#endif
