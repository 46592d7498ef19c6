/* SPDX-License-Identifier: MIT */
/* The list: one row a process, and why it is where it is; what ended below it. */
#ifndef UI_PANEL_LIST_H
#define UI_PANEL_LIST_H

#include "engine/refresh.h"
#include "ui/app.h"

struct panel_list {
    const struct refresh *refresh;
    const struct view *view;
    const struct list *list;
    const struct whatif *whatif; /* show the scores without the edits; or NULL */
    bool rests;                  /* the keys go to the panel beside it */
};

void panel_list_draw(const struct brush *brush, const struct panel_list *panel);

#endif
