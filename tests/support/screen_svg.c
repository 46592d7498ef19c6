/* SPDX-License-Identifier: MIT */
/* A picture of a screen. */
#include <string.h>

#include "tests/support/screen_cells.h"

enum { CELL_WIDTH = 9, CELL_HEIGHT = 18 };

static void add_css_colour(const struct screen *screen, struct strbuf *out, VTermColor colour,
                           const char *by_default)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) {
        strbuf_add_string(out, by_default);
        return;
    }
    vterm_screen_convert_color_to_rgb(screen->cells, &colour);
    strbuf_add_format(out, "#%02x%02x%02x", colour.rgb.red, colour.rgb.green, colour.rgb.blue);
}

/* Of a terminal that has none of its own: text, or what is behind it. */
static const char *default_colour(const struct screen *screen, bool is_text)
{
    return is_text == screen->is_light ? "#101216" : screen->is_light ? "#ffffff" : "#d8d8d8";
}

static bool is_blank(const VTermScreenCell *cell)
{
    return cell->chars[0] == 0 || cell->chars[0] == ' ' || cell->chars[0] == (uint32_t)-1;
}

static bool looks_alike(const VTermScreenCell *a, const VTermScreenCell *b)
{
    return memcmp(&a->fg, &b->fg, sizeof a->fg) == 0 &&
           memcmp(&a->bg, &b->bg, sizeof a->bg) == 0 && a->attrs.bold == b->attrs.bold &&
           a->attrs.italic == b->attrs.italic && a->attrs.reverse == b->attrs.reverse &&
           a->attrs.underline == b->attrs.underline && a->attrs.strike == b->attrs.strike;
}

/* How many cells from there on look like the first. */
static int same_cells(const struct screen *screen, int row, int column)
{
    VTermScreenCell first = screen_cell(screen, row, column), next;
    int count = 1;

    while (column + count < screen->columns) {
        next = screen_cell(screen, row, column + count);
        if (!looks_alike(&first, &next))
            break;
        count++;
    }
    return count;
}

static void add_background(const struct screen *screen, int row, int column, int count,
                           struct strbuf *out)
{
    VTermScreenCell cell = screen_cell(screen, row, column);
    bool is_reverse = cell.attrs.reverse;

    if (!is_reverse && VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
        return;
    strbuf_add_format(out, "<rect x='%d' y='%d' width='%d' height='%d' fill='",
                      column * CELL_WIDTH, row * CELL_HEIGHT, count * CELL_WIDTH, CELL_HEIGHT);
    add_css_colour(screen, out, is_reverse ? cell.fg : cell.bg,
                   default_colour(screen, is_reverse));
    strbuf_add_string(out, "'/>\n");
}

/* Cells of one word; what is not ASCII stands alone, as its font may be wider. */
static int word_cells(const struct screen *screen, int row, int column, int end)
{
    VTermScreenCell cell = screen_cell(screen, row, column);
    int count = 1;

    if (cell.chars[0] >= 0x80)
        return 1;
    for (; column + count < end; count++) {
        cell = screen_cell(screen, row, column + count);
        if (is_blank(&cell) || cell.chars[0] >= 0x80)
            break;
    }
    return count;
}

static void add_word(const struct screen *screen, int row, int column, int count,
                     struct strbuf *out)
{
    VTermScreenCell cell = screen_cell(screen, row, column);
    bool is_reverse = cell.attrs.reverse;

    strbuf_add_format(out, "<text x='%d' y='%d'%s%s%s%s fill='", column * CELL_WIDTH,
                      row * CELL_HEIGHT + 14, cell.attrs.bold ? " font-weight='bold'" : "",
                      cell.attrs.italic ? " font-style='italic'" : "",
                      cell.attrs.underline ? " text-decoration='underline'" : "",
                      cell.attrs.strike ? " text-decoration='line-through'" : "");
    add_css_colour(screen, out, is_reverse ? cell.bg : cell.fg,
                   default_colour(screen, !is_reverse));
    strbuf_add_string(out, "'>");
    for (int i = 0; i < count; i++) {
        cell = screen_cell(screen, row, column + i);
        if (cell.chars[0] < 0x80 && strchr("<&", (int)cell.chars[0]))
            strbuf_add_format(out, "&#%u;", cell.chars[0]);
        else
            screen_add_character(out, cell.chars[0]);
    }
    strbuf_add_string(out, "</text>\n");
}

static void add_svg_cells(const struct screen *screen, int row, int column, int count,
                          struct strbuf *out)
{
    int end = column + count;

    add_background(screen, row, column, count, out);
    while (column < end) {
        VTermScreenCell cell = screen_cell(screen, row, column);
        int word = is_blank(&cell) ? 1 : word_cells(screen, row, column, end);

        if (!is_blank(&cell))
            add_word(screen, row, column, word, out);
        column += word;
    }
}

void screen_add_svg(const struct screen *screen, struct strbuf *out)
{
    int width = screen->columns * CELL_WIDTH, height = screen->rows * CELL_HEIGHT;

    strbuf_add_format(out,
                      "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
                      "font-family='DejaVu Sans Mono' font-size='15'>\n"
                      "<rect width='100%%' height='100%%' fill='%s'/>\n",
                      width, height, default_colour(screen, false));
    for (int row = 0; row < screen->rows; row++)
        for (int column = 0, count; column < screen->columns; column += count) {
            count = same_cells(screen, row, column);
            add_svg_cells(screen, row, column, count, out);
        }
    strbuf_add_string(out, "</svg>\n");
}
