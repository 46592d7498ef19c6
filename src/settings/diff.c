/* SPDX-License-Identifier: MIT */
#include "settings/diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    CONTEXT = 3,
    /* Beyond this many cells the differing middle is shown as one block. */
    TABLE_LIMIT = 4000000,
};

struct lines {
    struct span *at; /* without the newline */
    size_t count;
    bool ends_with_newline;
};

enum { KEPT = ' ', REMOVED = '-', ADDED = '+' };

/* One line of the outcome. */
struct step {
    char kind;
    size_t before, after; /* lines of each text that come before this step */
};

struct steps {
    struct step *items;
    size_t count, capacity;
};

static struct lines split(struct span text)
{
    struct lines lines = {.ends_with_newline = text.at == text.end || text.end[-1] == '\n'};
    size_t capacity = 0;
    struct span line;

    while (span_take_until(&text, '\n', &line)) {
        lines.at = memory_grow(lines.at, lines.count, &capacity, sizeof *lines.at);
        lines.at[lines.count++] = line;
    }
    return lines;
}

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
    size_t length = span_length(a->at[i]);

    if (length != span_length(b->at[j]) || memcmp(a->at[i].at, b->at[j].at, length) != 0)
        return false;
    /* A last line without a newline is another line. */
    bool a_bare = i + 1 == a->count && !a->ends_with_newline;
    bool b_bare = j + 1 == b->count && !b->ends_with_newline;
    return a_bare == b_bare;
}

static void add_step(struct steps *steps, char kind, size_t before, size_t after)
{
    steps->items =
        memory_grow(steps->items, steps->count, &steps->capacity, sizeof *steps->items);
    steps->items[steps->count++] = (struct step){kind, before, after};
}

/* Lines of a text from first up to end. */
static struct lines slice(const struct lines *lines, size_t first, size_t end)
{
    return (struct lines){
        .at = lines->at ? lines->at + first : NULL,
        .count = end - first,
        .ends_with_newline = end < lines->count || lines->ends_with_newline,
    };
}

/* The longest common subsequence of two slices that begin at line first. */
static void compare_middle(const struct lines *a, const struct lines *b, size_t first,
                           struct steps *steps)
{
    size_t rows = a->count, columns = b->count, i = 0, j = 0, width = columns + 1;
    bool is_small = rows < TABLE_LIMIT / width;
    unsigned *length = is_small ? memory_new((rows + 1) * width, sizeof *length) : NULL;

    for (size_t row = rows; is_small && row-- > 0;)
        for (size_t column = columns; column-- > 0;) {
            unsigned down = length[(row + 1) * width + column];
            unsigned right = length[row * width + column + 1];

            length[row * width + column] = same(a, row, b, column)
                                               ? length[(row + 1) * width + column + 1] + 1
                                           : down > right ? down
                                                          : right;
        }
    while (i < rows || j < columns) {
        bool can_keep = is_small && i < rows && j < columns && same(a, i, b, j);

        if (can_keep)
            add_step(steps, KEPT, first + i, first + j);
        else if (i < rows && (!is_small || j == columns ||
                              length[(i + 1) * width + j] >= length[i * width + j + 1]))
            add_step(steps, REMOVED, first + i, first + j);
        else
            add_step(steps, ADDED, first + i, first + j);
        i += steps->items[steps->count - 1].kind != ADDED;
        j += steps->items[steps->count - 1].kind != REMOVED;
    }
    free(length);
}

static struct steps compare(const struct lines *a, const struct lines *b)
{
    struct steps steps = {0};
    size_t first = 0, a_end = a->count, b_end = b->count;

    while (first < a_end && first < b_end && same(a, first, b, first)) {
        add_step(&steps, KEPT, first, first);
        first++;
    }
    while (a_end > first && b_end > first && same(a, a_end - 1, b, b_end - 1)) {
        a_end--;
        b_end--;
    }
    struct lines a_middle = slice(a, first, a_end), b_middle = slice(b, first, b_end);
    compare_middle(&a_middle, &b_middle, first, &steps);
    for (size_t i = 0; a_end + i < a->count; i++)
        add_step(&steps, KEPT, a_end + i, b_end + i);
    return steps;
}

static void add_range(struct strbuf *out, char sign, size_t start, size_t count)
{
    /* An empty range stands behind the line before it. */
    strbuf_add_format(out, " %c%zu", sign, count > 0 ? start + 1 : start);
    if (count != 1)
        strbuf_add_format(out, ",%zu", count);
}

static void add_hunk(struct strbuf *out, const struct lines *a, const struct lines *b,
                     const struct step *steps, size_t count)
{
    size_t removed = 0, added = 0;

    for (size_t i = 0; i < count; i++) {
        removed += steps[i].kind != ADDED;
        added += steps[i].kind != REMOVED;
    }
    strbuf_add_string(out, "@@");
    add_range(out, '-', steps[0].before, removed);
    add_range(out, '+', steps[0].after, added);
    strbuf_add_string(out, " @@\n");
    for (size_t i = 0; i < count; i++) {
        const struct lines *lines = steps[i].kind == ADDED ? b : a;
        size_t line = steps[i].kind == ADDED ? steps[i].after : steps[i].before;

        strbuf_add_char(out, steps[i].kind);
        strbuf_add_span(out, lines->at[line]);
        strbuf_add_char(out, '\n');
        if (line + 1 == lines->count && !lines->ends_with_newline)
            strbuf_add_string(out, "\\ No newline at end of file\n");
    }
}

/* The index behind the hunk that holds the change at index first: changes with no
 * more than two contexts between them share one. */
static size_t end_of_hunk(const struct steps *steps, size_t first)
{
    size_t last = first;

    for (size_t i = first; i < steps->count && i <= last + 2 * CONTEXT + 1; i++)
        if (steps->items[i].kind != KEPT)
            last = i;
    return last + 1 + CONTEXT < steps->count ? last + 1 + CONTEXT : steps->count;
}

void diff_unified(struct span before, struct span after, const char *before_name,
                  const char *after_name, struct strbuf *out)
{
    struct lines a = split(before), b = split(after);
    struct steps steps = compare(&a, &b);
    bool is_first = true;

    for (size_t i = 0; i < steps.count; i++) {
        if (steps.items[i].kind == KEPT)
            continue;
        size_t start = i > CONTEXT ? i - CONTEXT : 0, end = end_of_hunk(&steps, i);

        if (is_first)
            strbuf_add_format(out, "--- %s\n+++ %s\n", before_name, after_name);
        is_first = false;
        add_hunk(out, &a, &b, steps.items + start, end - start);
        i = end - 1;
    }
    free(steps.items);
    free(a.at);
    free(b.at);
}
