/* SPDX-License-Identifier: MIT */
/*
 * placing - which columns a list of some width shows, and where: what is missed least
 * gives way to the reasons. Arithmetic alone; the list draws by it, the mouse asks it.
 */
#ifndef UI_PLACING_H
#define UI_PLACING_H

#include "ui/list.h"

enum { SAVED_CELLS = 7 };

struct placed {
    const struct column *column;
    int x, width;
};

struct placing {
    struct placed columns[COLUMN_SET_MAX + 1];
    int count;
    int saved_x; /* the score without the edits; 0: not shown */
    int why_x;   /* where the reasons begin */
};

struct placing placing_make(const struct list *list, int width, bool has_saved);

/* Whose heading is there, or NULL. */
const struct column *placing_column_at(const struct placing *placing, int x);

#endif
