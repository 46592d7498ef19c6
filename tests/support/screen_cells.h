/* SPDX-License-Identifier: MIT */
/* screen_cells - the cells of a screen as libvterm has them. Private to screen*.c. */
#ifndef TESTS_SUPPORT_SCREEN_CELLS_H
#define TESTS_SUPPORT_SCREEN_CELLS_H

#include <vterm.h>

#include "tests/support/screen.h"

static inline VTermScreenCell screen_cell(const struct screen *screen, int row, int column)
{
    VTermScreenCell cell = {0};

    vterm_screen_get_cell(screen->cells, (VTermPos){row, column}, &cell);
    return cell;
}

/* As UTF-8. */
static inline void screen_add_character(struct strbuf *out, uint32_t code)
{
    if (code < 0x80) {
        strbuf_add_char(out, (char)code);
    } else if (code < 0x800) {
        strbuf_add_char(out, (char)(0xc0 | code >> 6));
        strbuf_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        if (code >= 0x10000) {
            strbuf_add_char(out, (char)(0xf0 | code >> 18));
            strbuf_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        } else {
            strbuf_add_char(out, (char)(0xe0 | code >> 12));
        }
        strbuf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        strbuf_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

#endif
