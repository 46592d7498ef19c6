/* SPDX-License-Identifier: MIT */
/*
 * problem - what is wrong with something a user wrote, collected so that one
 * run reports all of it.
 *
 * A library adds problems and goes on; the program prints them once:
 * "file:line:column: message". Messages say what is wrong and what to do. They
 * may quote hostile text: problems_print() sanitises the whole line.
 */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct strbuf;

enum problem_level {
    PROBLEM_NOTE,    /* understood, worth knowing */
    PROBLEM_WARNING, /* ignored or adjusted; the rest counts */
    PROBLEM_ERROR,   /* the input is refused */
};

struct problem {
    enum problem_level level;
    char *file;      /* NULL: not about a file */
    unsigned line;   /* 1-based; 0: not about a line */
    unsigned column; /* 1-based; 0: unknown */
    char *message;
};

struct problems {
    struct problem *items;
    size_t count;
    size_t capacity;
};

void problems_release(struct problems *problems);
void problems_clear(struct problems *problems);

void problems_add(struct problems *problems, enum problem_level level, const char *file,
                  unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Append them all and leave the source empty and released. */
void problems_move(struct problems *problems, struct problems *source);

bool problems_has_errors(const struct problems *problems);

/* Append the first, where there is room for one: "line 3: what is wrong". Without any,
 * "it cannot be read". */
void problems_add_first(const struct problems *problems, struct strbuf *out);

/* One line each, sanitised. */
void problems_print(const struct problems *problems, FILE *stream);

#endif
