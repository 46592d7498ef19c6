/* SPDX-License-Identifier: MIT */
/*
 * editor - the user's own editor on a file, in the foreground, while the screen
 * is away. It runs as the screen runs: as the same user, without capabilities.
 */
#ifndef UI_EDITOR_H
#define UI_EDITOR_H

#include "base/strbuf.h"

/* Waits for it; false with what happened in error. A stop of the editor stops us
 * with it, so that the shell gets its turn. */
bool editor_run(const char *path, struct strbuf *error);

#endif
