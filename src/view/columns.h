/* SPDX-License-Identifier: MIT */
/*
 * columns - the list's columns: one row of a table each, from which the screen,
 * the batch and scan tables, --sort, help and the manual follow. Cells are
 * text, already made printable; nobody here knows a terminal or JSON.
 */
#ifndef VIEW_COLUMNS_H
#define VIEW_COLUMNS_H

#include <stddef.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "model/facts.h"
#include "model/relations.h"
#include "model/score.h"
#include "model/snapshot.h"

/* One process with all that is known about it. */
struct row {
    const struct snapshot *snapshot;
    const struct relations *relations;
    const struct scores *scores;
    const struct process *process;
    const struct verdict *verdict;
    enum text_style style;
};

enum column_align { ALIGN_LEFT, ALIGN_RIGHT };

struct column {
    const char *key;   /* name in --sort, filters and top.yaml */
    const char *title; /* heading */
    unsigned width;    /* cells; 0 takes what is left */
    enum column_align align;
    fact_mask needs;
    void (*format)(const struct row *row, struct strbuf *out);
    int (*compare)(const struct row *a, const struct row *b); /* ascending */
    const char *help;
};

extern const struct column columns[];
extern const size_t column_count;

/* By key, or NULL. */
const struct column *column_find(const char *key);

/* "DEL+4 TMP+4": the reasons that count, strongest first, as far as cells go. */
void format_chips(const struct row *row, struct strbuf *out, size_t cells);

/* "Executable was deleted from disk; Runs from /tmp": full sentences. */
void format_sentences(const struct row *row, struct strbuf *out, size_t cells);

/* One reason as a sentence with its evidence, and "(whitelisted)" where due. */
void format_reason(const struct row *row, const struct reason *reason, struct strbuf *out);

#endif
