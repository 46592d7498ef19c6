/* SPDX-License-Identifier: MIT */
/*
 * canvas - the program's screen, drawn to whatever is written to, as its loop does.
 */
#ifndef TESTS_BENCH_CANVAS_H
#define TESTS_BENCH_CANVAS_H

#include "ui/app.h"

/* Prepare an app, and curses on that descriptor. False when there is no terminal. */
bool canvas_open(struct app *app, int terminal);

void canvas_resize(int height, int width);

/* The next frame is drawn whole, whatever the terminal shows. */
void canvas_forget(void);

void canvas_draw(struct app *app);

#endif
