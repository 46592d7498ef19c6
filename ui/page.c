/* SPDX-License-Identifier: MIT */
#include "ui/page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

void page_release(struct page *page)
{
    strbuf_release(&page->text);
    free(page->runs);
    free(page->lines);
    *page = (struct page){0};
}

void page_clear(struct page *page, int width, enum text_style style)
{
    strbuf_clear(&page->text);
    page->run_count = page->line_count = 0;
    page->width = width;
    page->style = style;
    page->cursor = -1;
    page->cursor_lines = 1;
}

void page_line(struct page *page)
{
    page->lines =
        memory_grow(page->lines, page->line_count, &page->line_capacity, sizeof *page->lines);
    page->lines[page->line_count++] = page->run_count;
}

void page_add_span(struct page *page, enum role role, struct span text)
{
    if (page->line_count == 0)
        page_line(page);
    page->runs =
        memory_grow(page->runs, page->run_count, &page->run_capacity, sizeof *page->runs);
    page->runs[page->run_count++] = (struct page_run){
        .role = role,
        .offset = page->text.length,
        .length = span_length(text),
    };
    strbuf_add_span(&page->text, text);
}

void page_add(struct page *page, enum role role, const char *format, ...)
{
    struct strbuf text = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&text, format, arguments);
    va_end(arguments);
    page_add_span(page, role, strbuf_span(&text));
    strbuf_release(&text);
}

static size_t line_end(const struct page *page, size_t line)
{
    return line + 1 < page->line_count ? page->lines[line + 1] : page->run_count;
}

static struct span run_text(const struct page *page, const struct page_run *run)
{
    return span_of(strbuf_string(&page->text) + run->offset, run->length);
}

static int line_cells(const struct page *page)
{
    int cells = 0;

    if (page->line_count == 0)
        return 0;
    for (size_t i = page->lines[page->line_count - 1]; i < page->run_count; i++)
        cells += (int)text_cells(run_text(page, &page->runs[i]), page->style);
    return cells;
}

/* As much of the text as fits, up to a blank if one is there. */
static struct span take_fitting(struct span *text, enum text_style style, int cells)
{
    struct span rest = *text, taken = {text->at, text->at};
    const char *blank = NULL;
    struct text_piece piece;
    int used = 0;

    for (struct span next = rest; text_take_piece(&next, style, &piece); rest = next) {
        if (used + piece.cells > cells && taken.end > taken.at)
            break;
        if (*rest.at == ' ')
            blank = rest.at;
        used += piece.cells;
        taken.end = next.at;
    }
    bool is_cut = taken.end < text->end && *taken.end != ' ';
    if (is_cut && blank && blank > text->at)
        taken.end = blank;
    text->at = taken.end;
    while (text->at < text->end && *text->at == ' ')
        text->at++;
    return taken;
}

void page_wrap(struct page *page, enum role role, int indent, struct span text)
{
    int room = page->width - line_cells(page);

    while (span_length(text) > 0) {
        page_add_span(page, role, take_fitting(&text, page->style, room > 4 ? room : 4));
        if (span_length(text) == 0)
            return;
        page_line(page);
        page_add(page, role, "%*s", indent, "");
        room = page->width - indent;
    }
}

static const char *find_ignoring_case(struct span text, const char *needle)
{
    size_t length = strlen(needle);

    for (; length > 0 && span_length(text) >= length; text.at++)
        if (strncasecmp(text.at, needle, length) == 0)
            return text.at;
    return NULL;
}

struct span page_line_text(const struct page *page, size_t line)
{
    if (line >= page->line_count || page->lines[line] == line_end(page, line))
        return span_of_string("");
    size_t first = page->lines[line], end = line_end(page, line);
    /* A line's runs lie one behind the other. */
    return (struct span){
        strbuf_string(&page->text) + page->runs[first].offset,
        strbuf_string(&page->text) + page->runs[end - 1].offset + page->runs[end - 1].length,
    };
}

long page_find(const struct page *page, size_t from, const char *text)
{
    for (size_t line = from; line < page->line_count; line++)
        if (find_ignoring_case(page_line_text(page, line), text))
            return (long)line;
    return -1;
}

/* A run from a column on, with what is looked for marked in it. */
static int draw_run(const struct brush *line, int column, enum role role, struct span text,
                    const char *match)
{
    const char *found;

    while (match && (found = find_ignoring_case(text, match))) {
        const char *behind = found + strlen(match);

        column = draw_span(line, 0, column, role, (struct span){text.at, found});
        column = draw_span(line, 0, column, ROLE_MATCH, (struct span){found, behind});
        text.at = behind;
    }
    return draw_span(line, 0, column, role, text);
}

/* What has no room must not look like the end. */
static void mark_cut(const struct brush *line, const struct page *page, size_t index)
{
    const char *more = glyph(line->style, GLYPH_MORE);
    int cells = (int)text_cells(span_of_string(more), line->style), width = 0;

    for (size_t i = page->lines[index]; i < line_end(page, index); i++)
        width += (int)text_cells(run_text(page, &page->runs[i]), line->style);
    if (width > line->area.width && line->area.width > cells)
        draw_text(line, 0, line->area.width - cells, ROLE_DIM, more);
}

void page_draw(const struct page *page, const struct brush *brush, size_t first,
               const char *match)
{
    for (int row = 0; row < brush->area.height; row++) {
        size_t line = first + (size_t)row;
        struct brush part = brush_part(brush, (struct rect){row, 0, 1, brush->area.width});
        int column = 0;

        if (line >= page->line_count)
            return;
        if (page->cursor >= 0 && line >= (size_t)page->cursor &&
            line - (size_t)page->cursor < page->cursor_lines) {
            part.is_selected = true;
            draw_fill(&part, 0, 0, part.area.width, ROLE_TEXT);
        }
        for (size_t i = page->lines[line]; i < line_end(page, line); i++)
            column = draw_run(&part, column, page->runs[i].role, run_text(page, &page->runs[i]),
                              match);
        mark_cut(&part, page, line);
    }
}
