/* SPDX-License-Identifier: MIT */
/* input - keys as they come from the terminal. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "ui/keymap.h"

/* The next key as keys.h counts them, 0 for one that says nothing, or -1 when
 * there is none. Does not wait. Alt and a key that mean nothing together in
 * the context (enum context) are Escape and the key. */
int input_read_key(const struct keymap *map, unsigned context);

#endif
