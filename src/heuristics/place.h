/* SPDX-License-Identifier: MIT */
/* place - where a process stands: questions that checks of several families ask. */
#ifndef HEURISTICS_PLACE_H
#define HEURISTICS_PLACE_H

#include <stdbool.h>

#include "heuristics/heuristic.h"

/* Somebody works here: a build tool started it, or it is on the terminal of a login.
 * Names alone say so, and an intruder has a terminal, too: never excuse wholly what
 * would be grave. */
bool is_at_work(const struct check_context *context, const struct process *process);

/* /tmp and its kin, or below them. */
bool is_temporary_directory(struct span path);

#endif
