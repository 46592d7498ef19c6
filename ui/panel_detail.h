/* SPDX-License-Identifier: MIT */
/* The detail pane: its frame, its tabs, and the page of the open one. */
#ifndef UI_PANEL_DETAIL_H
#define UI_PANEL_DETAIL_H

#include "ui/detail.h"

/* Write the open tab's page anew for a pane of that width. */
void panel_detail_write(struct app *app, int width);

void panel_detail_draw(const struct brush *brush, struct app *app);

const char *panel_detail_tab_name(enum tab tab);

#endif
