/* SPDX-License-Identifier: MIT */
/*
 * replay - a recording in place of the engine: the same screen over what was, step by
 * step, on its own or by jumps; judged by the settings of now. Nothing can be acted on.
 */
#ifndef UI_REPLAY_H
#define UI_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recording/recording.h"

struct app;

struct replay {
    struct recording *recording;
    size_t index;   /* shown; the count: none yet */
    int64_t due_ms; /* monotonic: when the next is shown */
};

/* NULL, or why not (static text). */
const char *replay_open(struct app *app, const char *path);
void replay_close(struct app *app);

/* "14:03", "14:03:22" on the day it began; "2026-11-24 14:03:22"; seconds, minutes or
 * hours from where it stands: "+90", "-5m", "+1h". False when it is none of these. */
bool replay_parse_time(const struct replay *replay, const char *text, int64_t *ret_ns);

/* Show that one; false with a message when it cannot be read. */
bool replay_show(struct app *app, size_t index);

/* At that time; NULL: the first. */
void replay_begin(struct app *app, const char *at);

/* The next one, when it is due; how long until then, in milliseconds. */
void replay_tick(struct app *app);
int replay_patience(const struct app *app, int otherwise_ms);

#endif
