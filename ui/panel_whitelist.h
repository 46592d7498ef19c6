/* SPDX-License-Identifier: MIT */
/* The dialog of whitelist entries for a process, with what each would excuse. */
#ifndef UI_PANEL_WHITELIST_H
#define UI_PANEL_WHITELIST_H

#include "ui/app.h"

void panel_whitelist_draw(const struct brush *screen, const struct app *app);

#endif
