/* SPDX-License-Identifier: MIT */
/*
 * place - where a process stands, and where its script is: questions that checks
 * of several families ask.
 */
#ifndef HEURISTICS_PLACE_H
#define HEURISTICS_PLACE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "heuristics/heuristic.h"

/* Somebody works here: a build tool started it, or it is on the terminal of a login.
 * Names alone say so, and an intruder has a terminal, too: never excuse wholly what
 * would be grave. */
bool is_at_work(const struct check_context *context, const struct process *process);

/* /tmp and its kin, or below them. */
bool is_temporary_directory(struct span path);

/* Through a descriptor: /dev/fd/N, /proc/self/fd/N. */
bool is_descriptor_path(struct span path);

/* The absolute path of the script that a shell or interpreter runs, without " (deleted)";
 * by the open descriptor of it, else by its arguments. False without one. */
bool script_path(const struct check_context *context, const struct process *process,
                 struct strbuf *ret_path);

#endif
