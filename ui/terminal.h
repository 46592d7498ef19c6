/* SPDX-License-Identifier: MIT */
/*
 * terminal - taking the terminal over, and giving it back as it was: in the end,
 * for a suspension, and from a signal handler when the program crashes.
 */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct terminal {
    SCREEN *screen;
    struct termios saved;
    char restore[256]; /* what puts the screen back, for terminal_rescue() */
    size_t restore_length;
    bool is_open; /* ours at the moment */
};

/* Returns NULL, or why there is no screen to be had (static). */
const char *terminal_open(struct terminal *terminal);
void terminal_close(struct terminal *terminal);

/* Only what may be called in a signal handler; does nothing when it is not ours. */
void terminal_rescue(const struct terminal *terminal);

/* Draw what curses has to draw. The terminal may take nothing any more (^S, a line that
 * is dead); a signal that shall end us is not held up by that, and stays pending for
 * whoever waits for it. */
void terminal_show(void);

/* Drop what the terminal did not take, so that the next write does not wait. */
void terminal_unblock(void);

/* Ask for the size; curses' idea of it follows. */
void terminal_update_size(void);

/* Give the terminal to somebody else, and take it back. */
void terminal_leave(struct terminal *terminal);
void terminal_return(struct terminal *terminal);

/* Stop this process as ^Z stops any; returns when it goes on. */
void terminal_suspend(struct terminal *terminal);

#endif
