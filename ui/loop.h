/* SPDX-License-Identifier: MIT */
/*
 * loop - waits for keys, snapshots and signals, whichever comes first; a frame
 * is drawn when something changed, and only then.
 */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include "ui/app.h"
#include "ui/terminal.h"

/* Block what the loop wants to hear of. Call after engine_start(), so that the
 * engine's processes keep their own. Returns a descriptor, or negative errno. */
int loop_take_signals(void);

/* Returns 0, or the signal that ends the program. */
int loop_run(struct app *app, struct terminal *terminal, int signals);

#endif
