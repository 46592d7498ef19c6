/* SPDX-License-Identifier: MIT */
/*
 * output - what a command writes, and whether that arrived. A full disk is an
 * error; a reader that went away (head, less) is the end, and a quiet one.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "base/problem.h"
#include "base/strbuf.h"
#include "base/text.h"

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum output_result {
    OUTPUT_WRITTEN,
    OUTPUT_CLOSED, /* the reader is gone: end with status 0 */
    OUTPUT_FAILED, /* said on standard error: end with status 1 */
};

/* Write to standard output and flush it. */
enum output_result output_write(struct span text);

/* Write and release it; the exit status that follows: 0 or 1. */
int output_print(struct strbuf *text);

/* Write a file whole, beside it and then over it; by the umask. It must be no
 * file or a regular one. */
enum output_result output_replace(const char *path, struct span text);

/* Flush what stdio holds; the exit status that follows: 0 or 1. */
int output_finish(void);

/* One line on standard error, "procwatch: " before it, made printable. */
void output_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each problem as a line on standard error. */
void output_problems(const struct problems *problems);

/* NO_COLOR, TERM and whether standard output is a terminal decide on auto. */
bool output_wants_color(enum color_when when);

/* What the locale's character set allows. */
enum text_style output_style(void);

#endif
