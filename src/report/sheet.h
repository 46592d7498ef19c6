/* SPDX-License-Identifier: MIT */
/*
 * sheet - facts about one process as lines, each piece with a tone: written once,
 * for the tabs of the screen and for the text of explain alike. Who shows them
 * decides how a tone looks; and makes text safe, which is raw here.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include <stdbool.h>

#include "base/span.h"
#include "view/row.h"

enum tone {
    TONE_TEXT,
    TONE_DIM,
    TONE_LABEL,
    TONE_KEY,     /* what it is about */
    TONE_WARNING, /* not known, or not as usual */
    TONE_ALARM,   /* should not be so */
};

/* Where the lines go. */
struct sheet {
    void (*line)(void *context); /* begin the next one */
    /* Add to the last one; broken between words where there is no room, further
     * lines then beginning after so many cells; indent < 0: not broken. */
    void (*add)(void *context, enum tone tone, int indent, struct span text);
    void *context;
};

/* Whom it is about. */
struct sheet_subject {
    struct row row;              /* in the snapshot of everybody */
    struct row full;             /* the closer look; without one the same as row */
    const struct closer *closer; /* or NULL */
    bool reveals_secrets;
};

/* The process of a row, with a closer look at it, if there is one: NULL, or a snapshot of
 * anybody with its relations. */
void sheet_subject_init(struct sheet_subject *subject, const struct row *row,
                        const struct relations *look);

/* What is told. */
typedef void sheet_writer(const struct sheet *sheet, const struct sheet_subject *subject);

sheet_writer sheet_ancestry; /* who started it, from where */
sheet_writer sheet_program;  /* what it is, and what it calls itself */
sheet_writer sheet_security; /* what it may do, and where it is confined */
sheet_writer sheet_files;    /* open descriptors */
sheet_writer sheet_environ;  /* secrets masked, unless revealed */
sheet_writer sheet_threads;

/* For those who write one: */
enum { SHEET_LABEL = 12 };

/* "(pending)": why a fact is not known; what may still come is no warning. */
void sheet_unknown(const struct sheet *sheet, enum fact_state state);

void sheet_line(const struct sheet *sheet);
void sheet_add(const struct sheet *sheet, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sheet_add_text(const struct sheet *sheet, enum tone tone, const struct row *row,
                    struct text_ref text);
/* A command line; indent as for a sheet. */
void sheet_arguments(const struct sheet *sheet, enum tone tone, int indent,
                     const struct row *row, struct text_ref arguments);
/* A new line that begins with a label. */
void sheet_label(const struct sheet *sheet, const char *label);
/* Behind a label, broken where there is no room. */
void sheet_wrap(const struct sheet *sheet, enum tone tone, struct span text);
/* A labelled fact, or why it is not known. */
void sheet_fact(const struct sheet *sheet, const char *label, const struct row *row,
                enum fact fact, struct text_ref text);
/* A labelled cell of the list; nothing where that is empty. */
void sheet_column(const struct sheet *sheet, const char *label, const struct row *row,
                  const char *key);
/* False, with a line that says why, when that part is not known. */
bool sheet_knows(const struct sheet *sheet, const struct sheet_subject *subject,
                 enum closer_part part, const char *what);
/* "2026-11-24 08:40:00" of seconds since 1970, and how long that was before the
 * snapshot. */
void sheet_time(const struct sheet *sheet, const struct row *row, int64_t at_ns);

#endif
