/* SPDX-License-Identifier: MIT */
/*
 * layout - who gets which part of the screen. Arithmetic alone, no curses.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/draw.h"

enum {
    LAYOUT_MINIMUM_ROWS = 10,
    LAYOUT_MINIMUM_COLUMNS = 40,
    LAYOUT_BESIDE_COLUMNS = 140, /* from here details stand beside the list */
    LAYOUT_BELOW_ROWS = 20,      /* below this many rows they replace it */
};

struct layout {
    bool is_too_small; /* show a message only */
    bool is_beside;    /* the details are to the right of the list */
    struct rect screen;
    struct rect header;
    struct rect list; /* with its heading */
    struct rect detail;
    struct rect bar;
};

struct layout layout_compute(int rows, int columns, bool is_header_folded, bool has_detail);

#endif
