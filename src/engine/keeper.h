/* SPDX-License-Identifier: MIT */
/*
 * keeper - the process that keeps the privileges and parses nothing hostile.
 *
 * Starts the collector and the file worker, starts them again when they die or
 * hang, has the screen's deeds done by others, and ends, with everybody, when the
 * screen does. It waits for nobody: what cannot be killed is left behind.
 */
#ifndef ENGINE_KEEPER_H
#define ENGINE_KEEPER_H

#include <sys/types.h>

#include "engine/wires.h"

/* The life of the keeper, in a process forked for it by that parent. */
_Noreturn void keeper_run(struct wires *wires, pid_t parent);

#endif
