/* SPDX-License-Identifier: MIT */
/*
 * sending - signals that are under way: to whom they went, and what became of those,
 * told on the status line and in the event log as it is, not as it was wished.
 */
#ifndef UI_SENDING_H
#define UI_SENDING_H

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { SENDINGS_MAX = 4 };

/* One signal, to one process or several. */
struct sending {
    bool is_busy;
    int pin; /* the engine's number */
    int number;
    int32_t pid;   /* the first of them */
    char name[64]; /* raw */
};

/* The question was answered with yes: send to what it pinned. */
void sending_begin(struct app *app);

/* Take what the engine knows by now. */
void sending_poll(struct app *app);

#endif
