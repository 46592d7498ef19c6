/* SPDX-License-Identifier: MIT */
#include "ui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *glyph(enum text_style style, enum glyph which)
{
    static const char *const glyphs[GLYPH_COUNT][2] = {
        [GLYPH_DOT] = {"\u00b7",       "-" },
          [GLYPH_AT_LEAST] = {"\u2265",       ">="},
        [GLYPH_HORIZONTAL] = {"\u2500",       "-" },
          [GLYPH_VERTICAL] = {"\u2502",       "|" },
        [GLYPH_TOP_LEFT] = {"\u256d",       "+" },
          [GLYPH_TOP_RIGHT] = {"\u256e",       "+" },
        [GLYPH_BOTTOM_LEFT] = {"\u2570",       "+" },
          [GLYPH_BOTTOM_RIGHT] = {"\u256f",       "+" },
        [GLYPH_DOWN] = {"\u25be",       "v" },
          [GLYPH_UP] = {"\u25b4",       "^" },
        [GLYPH_NONE] = {"\u00b7",       "." },
          [GLYPH_MORE] = {"\u2026",       ".."},
        [GLYPH_BRANCH] = {"\u2514\u2500", "`-"},
    };

    return glyphs[which][style == TEXT_ASCII];
}

struct brush brush_part(const struct brush *brush, struct rect area)
{
    struct brush part = *brush;
    int right = brush->area.width, bottom = brush->area.height;

    if (area.x + area.width > right)
        area.width = right - area.x;
    if (area.y + area.height > bottom)
        area.height = bottom - area.y;
    part.area = (struct rect){
        .y = brush->area.y + area.y,
        .x = brush->area.x + area.x,
        .height = area.height < 0 ? 0 : area.height,
        .width = area.width < 0 ? 0 : area.width,
    };
    return part;
}

static void use_role(const struct brush *brush, enum role role)
{
    enum selection selection = !brush->is_selected ? SELECTION_NONE
                               : brush->rests      ? SELECTION_RESTS
                                                   : SELECTION_HERE;
    struct paint paint = brush->theme->paints[role][selection];

    wattr_set(brush->window, paint.attributes, (short)paint.pair, &paint.pair);
}

static void put(const struct brush *brush, const char *bytes, size_t length, enum role role)
{
    if (length == 0)
        return;
    use_role(brush, role);
    waddnstr(brush->window, bytes, (int)length);
}

/* Draw up to limit cells; the rest of the text stays in *text. */
static int draw_pieces(const struct brush *brush, int limit, enum role role, struct span *text)
{
    char run[512];
    size_t length = 0;
    int used = 0;
    bool is_escaped = false;
    struct text_piece piece;

    for (struct span next = *text; text_take_piece(&next, brush->style, &piece); *text = next) {
        if (used + piece.cells > limit)
            break;
        if (piece.is_escaped != is_escaped || length + piece.length > sizeof run) {
            put(brush, run, length, is_escaped ? ROLE_UNSAFE_TEXT : role);
            length = 0;
            is_escaped = piece.is_escaped;
        }
        memcpy(run + length, piece.bytes, piece.length);
        length += piece.length;
        used += piece.cells;
    }
    put(brush, run, length, is_escaped ? ROLE_UNSAFE_TEXT : role);
    return used;
}

static bool move_to(const struct brush *brush, int row, int column)
{
    return row >= 0 && row < brush->area.height && column >= 0 && column < brush->area.width &&
           wmove(brush->window, brush->area.y + row, brush->area.x + column) == OK;
}

int draw_span(const struct brush *brush, int row, int column, enum role role, struct span text)
{
    if (!move_to(brush, row, column))
        return column;
    return column + draw_pieces(brush, brush->area.width - column, role, &text);
}

int draw_text(const struct brush *brush, int row, int column, enum role role, const char *text)
{
    return draw_span(brush, row, column, role, span_of_string(text));
}

int draw_format(const struct brush *brush, int row, int column, enum role role,
                const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return column;
    return draw_text(brush, row, column, role, text);
}

int draw_clipped(const struct brush *brush, int row, struct rect cells, enum role role,
                 struct span text)
{
    int width = cells.width;

    if (cells.x + width > brush->area.width)
        width = brush->area.width - cells.x;
    if (width <= 0 || !move_to(brush, row, cells.x))
        return cells.x;

    const char *more = glyph(brush->style, GLYPH_MORE);
    int more_cells = brush->style == TEXT_ASCII ? 2 : 1;
    bool fits = (int)text_cells(text, brush->style) <= width;
    bool has_room = width > more_cells;
    int used = draw_pieces(brush, fits || !has_room ? width : width - more_cells, role, &text);

    if (!fits && has_room) {
        put(brush, more, strlen(more), ROLE_DIM);
        used += more_cells;
    }
    return cells.x + used;
}

void draw_fill(const struct brush *brush, int row, int column, int cells, enum role role)
{
    if (column + cells > brush->area.width)
        cells = brush->area.width - column;
    if (cells <= 0 || !move_to(brush, row, column))
        return;
    use_role(brush, role);
    whline(brush->window, ' ', cells);
}

void draw_rule(const struct brush *brush, int row, int column, int cells)
{
    const char *line = glyph(brush->style, GLYPH_HORIZONTAL);

    for (int i = 0; i < cells; i++)
        draw_text(brush, row, column + i, ROLE_BORDER, line);
}

void draw_clear(const struct brush *brush)
{
    for (int row = 0; row < brush->area.height; row++)
        draw_fill(brush, row, 0, brush->area.width, ROLE_TEXT);
}

struct brush draw_box(const struct brush *brush, const char *title)
{
    int right = brush->area.width - 1, bottom = brush->area.height - 1;

    draw_clear(brush);
    draw_rule(brush, 0, 1, right - 1);
    draw_rule(brush, bottom, 1, right - 1);
    for (int row = 1; row < bottom; row++) {
        draw_text(brush, row, 0, ROLE_BORDER, glyph(brush->style, GLYPH_VERTICAL));
        draw_text(brush, row, right, ROLE_BORDER, glyph(brush->style, GLYPH_VERTICAL));
    }
    draw_text(brush, 0, 0, ROLE_BORDER, glyph(brush->style, GLYPH_TOP_LEFT));
    draw_text(brush, 0, right, ROLE_BORDER, glyph(brush->style, GLYPH_TOP_RIGHT));
    draw_text(brush, bottom, 0, ROLE_BORDER, glyph(brush->style, GLYPH_BOTTOM_LEFT));
    draw_text(brush, bottom, right, ROLE_BORDER, glyph(brush->style, GLYPH_BOTTOM_RIGHT));
    draw_format(brush, 0, 2, ROLE_KEY, " %s ", title);
    return brush_part(brush, (struct rect){1, 2, bottom - 1, right - 3});
}
