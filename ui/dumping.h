/* SPDX-License-Identifier: MIT */
/*
 * dumping - what processes leave behind, kept before they are gone: asked of the
 * engine one after the other, told when it is there.
 */
#ifndef UI_DUMPING_H
#define UI_DUMPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "response/signal.h"

struct app;

struct dumping {
    struct strbuf directory; /* where the last ones went; empty: nowhere yet */
    struct signal_target *waiting;
    size_t waiting_count, next, done;
    bool is_under_way; /* waiting[next] */
    int number;        /* the engine's */
    bool wants_stop;   /* before the first of them */
    bool is_stopping;
    int pin;         /* the engine's, of those who are being stopped */
    uint32_t memory; /* enum dump_memory_kind */
    unsigned flags;  /* enum dump_flags */
};

void dumping_release(struct dumping *dumping);

/* Take what is there by now, and ask for the next. */
void dumping_poll(struct app *app);

#endif
