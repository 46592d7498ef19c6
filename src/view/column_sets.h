/* SPDX-License-Identifier: MIT */
/*
 * column_sets - which columns are shown together, for which question. The reasons
 * follow every set: why a process is listed is never out of sight.
 */
#ifndef VIEW_COLUMN_SETS_H
#define VIEW_COLUMN_SETS_H

#include <stddef.h>

#include "view/columns.h"

enum { COLUMN_SET_MAX = 16 };

struct column_set {
    const char *name;
    const char *keys[COLUMN_SET_MAX + 1]; /* NULL-ended */
    const char *help;
};

extern const struct column_set column_sets[];
extern const size_t column_set_count;

/* By name, or NULL. */
const struct column_set *column_set_find(const char *name);

/* How much a column is missed where there is no room for all: higher is more. Those
 * that are never left out have COLUMN_IS_FIXED; COLUMN_IS_EXTRA is for a wide screen. */
enum { COLUMN_IS_EXTRA = 0, COLUMN_IS_FIXED = 9 };
int column_importance(const struct column *column);

#endif
