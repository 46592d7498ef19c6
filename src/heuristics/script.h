/* SPDX-License-Identifier: MIT */
/* script - what a shell or an interpreter runs. */
#ifndef HEURISTICS_SCRIPT_H
#define HEURISTICS_SCRIPT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "heuristics/heuristic.h"

/* Through a descriptor: /dev/fd/N, /proc/self/fd/N. */
bool is_descriptor_path(struct span path);

/* The absolute path of the script that a shell or interpreter runs, without " (deleted)";
 * by the open descriptor of it, else by its arguments. False without one. */
bool script_path(const struct check_context *context, const struct process *process,
                 struct strbuf *ret_path);

#endif
