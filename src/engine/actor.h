/* SPDX-License-Identifier: MIT */
/*
 * actor - a process for one deed.
 *
 * Comparing a start time reads a file of the process meant, and a process can
 * make that read hang. So the keeper never does it itself: a child does, which
 * has only what sending signals needs, and which is killed when it takes long.
 */
#ifndef ENGINE_ACTOR_H
#define ENGINE_ACTOR_H

#include "response/signal.h"

/* signal_process() in such a child; SIGNAL_FAILED with ETIMEDOUT when it hangs.
 * Returns within half a second. */
enum signal_result actor_signal(int32_t pid, uint64_t starttime, int number, int *ret_error);

#endif
