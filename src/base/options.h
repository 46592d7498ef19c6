/* SPDX-License-Identifier: MIT */
/*
 * options - command lines from a table.
 *
 * One row an option: parsing, --help, the manual and the shell completions
 * follow the table. An option is applied by its row's function, which says by
 * a message what is wrong with a value.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Apply the option's value (NULL for an option without one) to the target.
 * Returns NULL, or what is wrong with the value ("not a number"). */
typedef const char *option_apply(void *target, const char *value);

/* Defines the function of an option that only says yes to a member of the target. */
#define OPTION_SAYS_YES(apply, target_type, member)           \
    static const char *apply(void *target, const char *value) \
    {                                                         \
        (void)value;                                          \
        ((struct target_type *)target)->member = true;        \
        return NULL;                                          \
    }

struct option_row {
    char letter;          /* short form, or 0 */
    const char *name;     /* long form, without dashes */
    const char *argument; /* placeholder of its value, or NULL for none */
    option_apply *apply;
    const char *help; /* one line, no full stop */
};

struct option_table {
    const char *program;  /* "procwatch scan" */
    const char *synopsis; /* what follows the options, or "" */
    const char *summary;  /* one sentence */
    const struct option_row *rows;
    size_t count;
    const char *const *examples; /* pairs: command, what it does; NULL-ended */
};

/* Permutes argv like getopt_long(3). On success *ret_first is the index of the
 * first operand. On failure a message is on stderr: the caller exits 2. */
bool options_parse(const struct option_table *table, void *target, int argc, char **argv,
                   int *ret_first);

/* The --help text, within 80 columns. */
void options_print_help(const struct option_table *table, FILE *stream);

/* Pairs of a command and what it does, NULL-ended, under their heading. */
void options_print_examples(const char *const *examples, FILE *stream);

/* Strict number parsers for option values and settings, in the C locale
 * whatever LC_NUMERIC says; no NaN, no infinity, no trailing text. */
bool options_parse_double(const char *text, double *ret_value);
bool options_parse_unsigned(const char *text, unsigned long *ret_value);

#endif
