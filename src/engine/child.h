/* SPDX-License-Identifier: MIT */
/*
 * child - what every process of the engine does to itself first: out of the
 * terminal's reach, without descriptors it does not need, and bound to die with
 * its parent.
 */
#ifndef ENGINE_CHILD_H
#define ENGINE_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/* Default signal actions, no input, no output, no descriptor but 2 and the kept
 * ones, which are sorted in place. The name is what ps shows. */
void child_settle(const char *name, int *kept, size_t kept_count);

/* SIGKILL for us when the parent ends. To be called last: a change of
 * privileges takes it back. Ends the process when the parent is gone already. */
void child_bind_to_parent(pid_t parent);

#endif
