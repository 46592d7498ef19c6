/* SPDX-License-Identifier: MIT */
/*
 * mouse - what a click or a turn of the wheel does: by where it is, and through the same
 * actions as the keys.
 */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

#include <curses.h>

#include "ui/app.h"

/* Tell curses what to report. */
void mouse_open(void);

void mouse_act(struct app *app, const MEVENT *event);

#endif
