/* SPDX-License-Identifier: MIT */
/* The help screen: the key table, and what the marks and chips mean. */
#ifndef UI_PANEL_HELP_H
#define UI_PANEL_HELP_H

#include "ui/app.h"

/* The keys of the context it was asked for in come first. */
void panel_help_write(struct page *page, const struct theme *theme, const struct keymap *map,
                      bool is_readonly, enum context first);
void panel_help_draw(const struct brush *brush, const struct help *help);

#endif
