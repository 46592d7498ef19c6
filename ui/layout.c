/* SPDX-License-Identifier: MIT */
#include "ui/layout.h"

enum { LIST_LEAST_ROWS = 7, LIST_LEAST_COLUMNS = 84 };

static int header_rows(int rows, bool is_folded)
{
    if (is_folded || rows < 14)
        return 1;
    return rows < 18 ? 2 : 3;
}

static int at_least(int value, int least)
{
    return value < least ? least : value;
}

struct layout layout_compute(int rows, int columns, bool is_header_folded, bool has_detail)
{
    struct layout layout = {
        .screen = {0, 0, rows, columns}
    };

    if (rows < LAYOUT_MINIMUM_ROWS || columns < LAYOUT_MINIMUM_COLUMNS) {
        layout.is_too_small = true;
        return layout;
    }

    int header = header_rows(rows, is_header_folded);
    struct rect body = {header, 0, rows - header - 1, columns};

    layout.header = (struct rect){0, 0, header, columns};
    layout.bar = (struct rect){rows - 1, 0, 1, columns};
    layout.list = layout.detail = body;
    if (!has_detail) {
        layout.detail.height = 0;
    } else if (columns >= LAYOUT_BESIDE_COLUMNS) {
        layout.is_beside = true;
        layout.list.width = at_least(columns * 9 / 20, LIST_LEAST_COLUMNS);
        layout.detail.x = layout.list.width;
        layout.detail.width = columns - layout.list.width;
    } else if (rows >= LAYOUT_BELOW_ROWS) {
        layout.list.height = at_least(body.height * 2 / 5, LIST_LEAST_ROWS);
        layout.detail.y = body.y + layout.list.height;
        layout.detail.height = body.height - layout.list.height;
    } else {
        layout.list.height = 0;
    }
    return layout;
}
