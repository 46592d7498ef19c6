/* SPDX-License-Identifier: MIT */
/*
 * who - which processes have something open or run from it: a port, an address, a
 * path, an inode. Answers from a snapshot alone; what that keeps of files is what
 * the engine was asked for.
 */
#ifndef VIEW_WHO_H
#define VIEW_WHO_H

#include <stdbool.h>
#include <stdint.h>

#include "view/row.h"

enum who_kind {
    WHO_ANYBODY, /* nothing is asked */
    WHO_PORT,    /* ":4444": on either end of a connection */
    WHO_ADDRESS, /* "10.0.0.5", "10.0.0.5:4444", "::1" or "[::1]:4444": likewise */
    WHO_PATH,    /* "/path", or below it: as program, directory, odd code mapping or open file;
                  * of all open files only if the gatherer was asked for the path */
    WHO_INODE,   /* "81234": of a socket, a pipe, a program or a mapping */
};

enum { WHO_TEXT_SIZE = 256 };

struct who {
    enum who_kind kind;
    uint64_t number;
    char text[WHO_TEXT_SIZE]; /* as it was asked */
};

/* NULL, or what is wrong with the text (static). */
const char *who_parse(const char *text, struct who *ret_who);

bool who_matches(const struct who *who, const struct row *row);

/* Whether it could be told: of what may not be read, "no" is no answer. */
bool who_is_known(const struct who *who, const struct process *process);

/* Facts that answer it. */
fact_mask who_needs(const struct who *who);

#endif
