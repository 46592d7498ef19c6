/* SPDX-License-Identifier: MIT */
/*
 * names - the names of users, asked of the user database in threads of their own.
 *
 * A name service over the network may take any time or never answer. Nobody waits
 * for it longer than a moment, and while it does not answer, for nothing at all:
 * then a user is a number until its name is known.
 */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include "gather/gather.h"

struct names;

/* Lives as long as the process: threads of it may hang. */
struct names *names_new(void);

/* What the gatherer is given. Safe from several threads. */
struct gather_names names_hooks(struct names *names);

#endif
