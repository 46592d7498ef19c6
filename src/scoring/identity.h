/* SPDX-License-Identifier: MIT */
/*
 * identity - what a whitelist may know a program by: its executable, never a name
 * that a process gives to itself.
 */
#ifndef SCORING_IDENTITY_H
#define SCORING_IDENTITY_H

#include <stdbool.h>

#include "model/snapshot.h"

/* The executable's path is this one. Never a deleted one, nor a memfd. */
bool exe_is_at_path(const char *path, const struct snapshot *snapshot,
                    const struct process *process);

/* The glob fits the executable's path, with or without its " (deleted)"; '*' crosses
 * slashes. A memfd's only if the glob says so. */
bool exe_fits_pattern(const char *pattern, const struct snapshot *snapshot,
                      const struct process *process);

/* The same for the name of the executable's file; a memfd has none. */
bool exe_fits_name(const char *pattern, const struct snapshot *snapshot,
                   const struct process *process);

#endif
