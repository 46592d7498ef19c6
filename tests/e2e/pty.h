/* SPDX-License-Identifier: MIT */
/*
 * pty - a program in a pseudo-terminal, whose other side is the test: what it writes is
 * kept, what it takes is typed, and how it leaves the terminal is seen.
 */
#ifndef TESTS_E2E_PTY_H
#define TESTS_E2E_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

enum {
    TERMINAL_TICK_MS = 10,
    TERMINAL_PATIENCE_MS = 20000, /* a busy machine: what is promised is a second */
    TERMINAL_KEPT = 1 << 20,
};

struct terminal {
    int master, slave; /* the slave stays open: its settings outlive the program */
    struct termios before;
    pid_t pid;
    char *output; /* the last of it, NUL-terminated */
    size_t length;
};

struct terminal_wish {
    const char *program; /* procwatch-top */
    const char *type;    /* TERM; NULL: none */
    unsigned short rows, columns;
};

/* Say what is wrong, and count it. */
void terminal_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned terminal_failures(void);

/* Ends the test with 77 where there are no pseudo-terminals. */
void terminal_start(struct terminal *terminal, const struct terminal_wish *wish);
void terminal_release(struct terminal *terminal);

void terminal_rest(void);

/* What it writes next: false when that takes longer, or nobody is there any more. */
bool terminal_take(struct terminal *terminal, int timeout_ms);

/* What it writes, for a moment; and until that text is there. */
void terminal_listen(struct terminal *terminal);
bool terminal_shows(struct terminal *terminal, const char *text);

/* Its status, or -1 when it does not end. */
int terminal_await_end(struct terminal *terminal, bool is_listening);

#endif
