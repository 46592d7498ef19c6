/* SPDX-License-Identifier: MIT */
/*
 * menu - a list to choose one item from, over the rest of the screen. While it
 * is open the process list stands still.
 */
#ifndef UI_MENU_H
#define UI_MENU_H

#include "ui/app.h"

/* Open an empty menu; items are added before the next frame. */
void menu_open(struct app *app, const char *title,
               void (*choose)(struct app *app, const struct menu_item *item));
void menu_add(struct app *app, int value, const char *label, const char *hint);

#endif
