/* SPDX-License-Identifier: MIT */
/*
 * columns - the list's columns: one row of a table each, from which the screen,
 * the batch and scan tables, --sort, help and the manual follow. Cells are
 * text, already made printable; nobody here knows a terminal or JSON.
 */
#ifndef VIEW_COLUMNS_H
#define VIEW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/facts.h"
#include "view/row.h"

enum column_align { ALIGN_LEFT, ALIGN_RIGHT };

struct column {
    const char *key;   /* name in --sort, filters and top.yaml */
    const char *title; /* heading */
    unsigned width;    /* cells; 0 takes what is left */
    enum column_align align;
    fact_mask needs; /* without these a cell says why instead: column_format() */
    const char *help;
    /* What it sorts by, one of these: a number, the highest first; a text, ascending, which
     * lies in the snapshot; or how many its cell stands for, the most first. */
    double (*number)(const struct row *row);
    struct span (*text)(const struct row *row);
    size_t (*count)(const struct row *row);
    /* Its cell. NULL: the number, or the text, with a "-" for none. */
    void (*format)(const struct row *row, struct strbuf *out);
    int decimals; /* of the number, where it is the cell */
};

extern const struct column columns[];
extern const size_t column_count;

/* By key, or NULL. */
const struct column *column_find(const char *key);

/* The cell, unclipped; where a fact it needs is not known, why: "-" not asked,
 * "..." pending, "?" denied or failed, "hung" blocked. Of a thread's row, what is its
 * own; else empty. */
void column_format(const struct column *column, const struct row *row, struct strbuf *out);

/* Whether the facts of the column are known, so that its number counts. */
bool column_is_known(const struct column *column, const struct row *row);

/* "DEL+4 TMP+4": the reasons that count, strongest first, as far as cells go. A
 * "w" behind the points: lowered by the whitelist. */
void format_chips(const struct row *row, struct strbuf *out, size_t cells);

/* "Executable was deleted from disk; Runs from /tmp": full sentences. */
void format_sentences(const struct row *row, struct strbuf *out, size_t cells);

/* One reason as a sentence with its evidence, and "(whitelisted)" where due. */
void format_reason(const struct row *row, const struct reason *reason, struct strbuf *out);

#endif
