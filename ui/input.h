/* SPDX-License-Identifier: MIT */
/* input - keys as they come from the terminal. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

/* The next key as keys.h counts them, 0 for one that says nothing, or -1 when
 * there is none. Does not wait. */
int input_read_key(void);

#endif
