/* SPDX-License-Identifier: MIT */
/*
 * page - lines of text with roles, more of them than a window may hold. The
 * detail tabs and the help screen write pages; page_draw() shows the part that
 * was scrolled to. Text is kept raw: draw makes it safe.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/strbuf.h"
#include "ui/draw.h"

struct page_run {
    enum role role;
    size_t offset, length; /* of the text */
};

struct page {
    struct strbuf text;
    struct page_run *runs;
    size_t run_count, run_capacity;
    size_t *lines; /* first run of each line */
    size_t line_count, line_capacity;
    int width; /* cells that page_wrap() fills */
    enum text_style style;
    long cursor;         /* line drawn as the selected one; -1: none */
    size_t cursor_lines; /* and those behind it, all of one thing */
};

void page_release(struct page *page);

/* Empty, for a window of that width; memory is kept. */
void page_clear(struct page *page, int width, enum text_style style);

/* Begin the next line. */
void page_line(struct page *page);

/* Add to the last line. */
void page_add(struct page *page, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void page_add_span(struct page *page, enum role role, struct span text);

/* Add the text, broken between words; further lines begin after indent cells. */
void page_wrap(struct page *page, enum role role, int indent, struct span text);

/* The line as it was written, raw; empty behind the last. */
struct span page_line_text(const struct page *page, size_t line);

/* The first line at or after the given one that contains the text, case
 * ignored, or -1. */
long page_find(const struct page *page, size_t from, const char *text);

/* Show from line first on; match, if not NULL, is marked where it stands. */
void page_draw(const struct page *page, const struct brush *brush, size_t first,
               const char *match);

#endif
