/* SPDX-License-Identifier: MIT */
/*
 * plain - the screen for who does not see one: lines of text and no drawing. It says
 * what changed since the refresh before, a line each, and answers commands that are
 * typed as lines: list, why PID, filter EXPR, quit.
 */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include "ui/app.h"

/* Until the input says quit or ends, or a signal is to end it. Returns that signal, 0,
 * or -1 when the collector gave up. signals: of loop_take_signals(). */
int plain_run(struct app *app, int signals);

/* For tests: what a new snapshot has to say, and what a command answers; false when it
 * was quit. */
void plain_tell_changes(struct app *app, struct strbuf *out);
bool plain_answer(struct app *app, struct span line, struct strbuf *out);

#endif
