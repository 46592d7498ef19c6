/* SPDX-License-Identifier: MIT */
/*
 * draw - the only way to put text on the screen: clipped by cells, and passed
 * through base/text, so that nothing a process calls itself is obeyed by the
 * terminal. What had to be escaped is drawn in the role unsafe.text.
 *
 * A brush is a rectangle of a window. Positions count from its corner; what lies
 * outside is not drawn. Nobody here refreshes: the program does that once a frame.
 */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include <curses.h>
#include <stdbool.h>

#include "base/span.h"
#include "base/text.h"
#include "ui/theme.h"

struct rect {
    int y, x, height, width;
};

struct brush {
    WINDOW *window;
    const struct theme *theme;
    enum text_style style;
    struct rect area;
    bool is_selected; /* draw in the colours of the selected row */
    bool rests;       /* of one that the keys do not move now */
};

enum glyph {
    GLYPH_DOT,        /* between facts */
    GLYPH_AT_LEAST,   /* the threshold */
    GLYPH_HORIZONTAL, /* a rule */
    GLYPH_VERTICAL,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_BOTTOM_LEFT,
    GLYPH_BOTTOM_RIGHT,
    GLYPH_DOWN, /* sorted highest first */
    GLYPH_UP,
    GLYPH_NONE, /* an empty cell of the matrix */
    GLYPH_MORE, /* text goes on */
    GLYPH_BRANCH,
    GLYPH_COUNT
};

const char *glyph(enum text_style style, enum glyph which);

/* The part of a brush. */
struct brush brush_part(const struct brush *brush, struct rect area);

/* Each returns the column behind what was drawn. */
int draw_span(const struct brush *brush, int row, int column, enum role role, struct span text);
int draw_text(const struct brush *brush, int row, int column, enum role role, const char *text);
int draw_format(const struct brush *brush, int row, int column, enum role role,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* At most that many cells: what was cut ends in a mark. */
int draw_clipped(const struct brush *brush, int row, struct rect cells, enum role role,
                 struct span text);

void draw_fill(const struct brush *brush, int row, int column, int cells, enum role role);
void draw_rule(const struct brush *brush, int row, int column, int cells);
void draw_clear(const struct brush *brush);

/* A frame around the brush; returns the brush inside it. */
struct brush draw_box(const struct brush *brush, const char *title);

#endif
