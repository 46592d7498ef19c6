/* SPDX-License-Identifier: MIT */
/* What stands over the rest: a menu, or the question before a signal. */
#ifndef UI_PANEL_MENU_H
#define UI_PANEL_MENU_H

#include "ui/app.h"

void panel_menu_draw(const struct brush *screen, const struct menu *menu);
void panel_confirm_draw(const struct brush *screen, const struct confirm *confirm);

#endif
