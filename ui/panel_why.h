/* SPDX-License-Identifier: MIT */
/*
 * panel_why - the right part of the list: the reasons, as chips, as a matrix or
 * as sentences, and sentences behind the first two where there is room.
 */
#ifndef UI_PANEL_WHY_H
#define UI_PANEL_WHY_H

#include "engine/refresh.h"
#include "ui/app.h"

struct why {
    const struct refresh *refresh;
    enum list_mode mode;
    int x, width;         /* of chips or matrix */
    int sentences_x;      /* -1: no room */
    size_t skip;          /* cells of them that are scrolled away */
    bool is_command;      /* the command line in their place */
    uint32_t columns[32]; /* of the matrix: heuristics */
    int column_count;
};

struct why why_arrange(const struct refresh *refresh, const struct view *view,
                       const struct list *list, const struct brush *brush, int x);
void why_draw_heading(const struct brush *brush, const struct why *why);
void why_draw_row(const struct brush *brush, int at, const struct why *why,
                  const struct row *row);

/* How loud a reason is by itself. */
enum role role_of_reason(const struct reason *reason);

#endif
