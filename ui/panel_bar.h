/* SPDX-License-Identifier: MIT */
/* The last line: a prompt, else a message, else what the function keys do. */
#ifndef UI_PANEL_BAR_H
#define UI_PANEL_BAR_H

#include "ui/app.h"

/* Returns the column of the prompt's cursor, or -1. */
int panel_bar_draw(const struct brush *brush, const struct app *app);

/* The key whose label is there, or 0. */
int panel_bar_key_at(const struct app *app, int x);

#endif
