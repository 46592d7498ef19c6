/* SPDX-License-Identifier: MIT */
/*
 * completion - what an option table is in the completion scripts of bash, zsh and fish:
 * the part that all programs have alike. Each writes the frame around it. What a value
 * may be is told by its placeholder ("FILE", "DIR", "on|off"), and by whoever knows more.
 */
#ifndef BASE_COMPLETION_H
#define BASE_COMPLETION_H

#include "base/options.h"
#include "base/strbuf.h"

/* Adds the words that the option's value may be, separated by blanks; none: no one knows. */
typedef void completion_words(const struct option_row *row, struct strbuf *out);

/* "--all --sort ": the names. */
void completion_add_names(const struct option_table *table, struct strbuf *out);

/* A branch of bash's case for each option that has a value, on the word before; each
 * pattern begins with the prefix. */
void completion_add_bash(const struct option_table *table, const char *prefix,
                         completion_words *add_words, struct strbuf *out);

/* An argument of zsh's _arguments for each, and a line for each. */
void completion_add_zsh(const struct option_table *table, completion_words *add_words,
                        struct strbuf *out);

/* A line of fish for each, which begins with that. */
void completion_add_fish(const struct option_table *table, const char *begin,
                         completion_words *add_words, struct strbuf *out);

/* In double quotes, where fish takes a quote, a dollar and a backslash. */
void completion_add_fish_text(const char *text, struct strbuf *out);

#endif
