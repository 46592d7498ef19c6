/* SPDX-License-Identifier: MIT */
/*
 * progress - how far something long has come, on standard error: a bar that
 * moves on a terminal, else a line for each tenth.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

struct progress {
    bool is_terminal;
    bool is_shown;  /* an unfinished line stands there */
    int last_tenth; /* that was told */
};

void progress_init(struct progress *progress);

/* share 0 .. 1, what is left in seconds, and what else there is to say. */
void progress_show(struct progress *progress, double share, double left_s, const char *note);

/* Before anything else is written. */
void progress_clear(struct progress *progress);

#endif
