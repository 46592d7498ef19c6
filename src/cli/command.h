/* SPDX-License-Identifier: MIT */
/*
 * command - the commands of procwatch: one row and one file each.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/options.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_INCOMPLETE = 1, /* something could not be read, or went wrong */
    EXIT_USAGE = 2,
    EXIT_CONFIGURATION = 3,
    EXIT_PERMISSION = 4, /* with --strict */
    EXIT_FLAGGED = 10,   /* with --exit-code */
};

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command; an exit status */
    const struct option_table *table;  /* its options */
    const char *operands;              /* words to complete, "a|b"; "" for none */
    const char *summary;               /* one line, no full stop */
};

/* Ended by a row without a name. */
extern const struct command commands[];

/* By name, or NULL. */
const struct command *command_find(const char *name);

/* The examples of "procwatch --help", as those of a table. */
extern const char *const command_examples[];

/* Say on standard error that there is no such command; EXIT_USAGE. */
int command_unknown(const char *name);

/* "procwatch --help". */
void command_print_all(FILE *stream);

/* The manual is drawn from these, too (doc/docgen.c). */
extern const struct option_table scan_table, explain_table, check_table, config_table,
    list_table, record_table, train_table, api_table, completion_table, help_table,
    version_table;

int scan_run(int argc, char **argv);
int explain_run(int argc, char **argv);
int check_run(int argc, char **argv);
int config_run(int argc, char **argv);
int list_run(int argc, char **argv);
int record_run(int argc, char **argv);
int train_run(int argc, char **argv);
int api_run(int argc, char **argv);
int completion_run(int argc, char **argv);
int help_run(int argc, char **argv);
int version_run(int argc, char **argv);

/* The --help row of every command's table. Its target starts with a bool, which
 * becomes true. */
option_apply option_help;

/* For the apply function of an option whose value is a text: keep it, unless it is empty. */
const char *option_set_text(const char **member, const char *value);

/* A command's line, and what became of it. */
struct command_line {
    int argc;
    char **argv;
    int operands_max; /* more of them are wrong */
    int first;        /* out: index of the first operand, argc without one */
    int status;       /* out: to end with, when parsing says so */
};

/*
 * True to go on; false to end with line->status: help was asked for and is
 * printed, or the line is wrong and that was said.
 */
bool command_parse(const struct option_table *table, bool *target, struct command_line *line);

#define HELP_ROW                                          \
    {                                                     \
        'h', "help", NULL, option_help, "print this help" \
    }

#endif
