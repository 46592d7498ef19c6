/* SPDX-License-Identifier: MIT */
/*
 * screen - a program in a pseudo-terminal, and what a terminal would show of it
 * (libvterm). Tests wait for content, never for a time.
 */
#ifndef TESTS_SUPPORT_SCREEN_H
#define TESTS_SUPPORT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include "base/strbuf.h"

struct screen {
    int master;
    int slave; /* kept open, to look at its modes afterwards */
    pid_t pid;
    struct termios before;
    struct VTerm *terminal;
    struct VTermScreen *cells;
    int rows, columns;
    bool is_light;          /* for pictures: dark on white */
    bool is_alternate;      /* the program uses the alternate screen */
    bool is_cursor_visible; /* as the program left it */
    bool has_exited;
    int status;           /* of waitpid(2) */
    size_t bytes;         /* that the program wrote so far */
    size_t hostile_bytes; /* C0 and C1 controls that are none of a screen's own */
};

enum { SCREEN_PATIENCE_MS = 20000 };

/* argv ends with NULL; TERM and such are set by env: "NAME=value" up to NULL. */
void screen_start(struct screen *screen, int rows, int columns, char *const *argv,
                  char *const *env);
/* Kills what still runs. */
void screen_stop(struct screen *screen);

/* Take in what was written, for up to that long; false when nothing came. */
bool screen_read(struct screen *screen, int wait_ms);

/* Until the text is on the screen; false after SCREEN_PATIENCE_MS. */
bool screen_wait(struct screen *screen, const char *text);
bool screen_wait_gone(struct screen *screen, const char *text);
bool screen_wait_exit(struct screen *screen, int patience_ms);

void screen_send(struct screen *screen, const char *keys);
void screen_resize(struct screen *screen, int rows, int columns);
void screen_hang_up(struct screen *screen);

bool screen_shows(const struct screen *screen, const char *text);

/* All rows without trailing blanks, a newline behind each. */
void screen_add_text(const struct screen *screen, struct strbuf *out);

/* One letter a cell for its colours and attributes, and a legend. */
void screen_add_attributes(const struct screen *screen, struct strbuf *out);

/* A picture, for people. */
void screen_add_svg(const struct screen *screen, struct strbuf *out);

#endif
