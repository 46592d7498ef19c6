/* SPDX-License-Identifier: MIT */
/*
 * remote - the collector's stand-in when the machine is another one: takes the
 * snapshots of its procwatch api and posts them as they are. Whoever reads them
 * verifies them, as always. It serves no focus: a closer look is not to be had.
 */
#ifndef ENGINE_REMOTE_H
#define ENGINE_REMOTE_H

#include "engine/http_get.h"
#include "engine/wires.h"

enum { REMOTE_TOKEN_SIZE = 256 };

/* The first line of the file. Negative errno, or -EBADMSG when it is empty or too
 * long. */
int remote_read_token(const char *path, char (*ret_token)[REMOTE_TOKEN_SIZE]);

/* Gives up, with the reason in the control page, when the other side refuses, or
 * does not answer for ten seconds. */
_Noreturn void remote_run(struct wires *wires);

#endif
