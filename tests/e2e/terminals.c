/* SPDX-License-Identifier: MIT */
/*
 * terminals PROGRAM - starts procwatch-top in pseudo-terminals that are not as a user's
 * are: of every kind and size, ended by every signal, that take nothing any more, that
 * go away. However it ends, the terminal is as it was, and it ends at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "tests/e2e/pty.h"

/* A sanitizer keeps what was freed. */
#ifdef WITH_SANITIZERS
enum { IS_SANITIZED = 1, GROWTH_MAX_KB = 16384 };
#else
enum { IS_SANITIZED = 0, GROWTH_MAX_KB = 1024 };
#endif

enum { STUCK_TICKS = 150 };

static const char *program;

static void expect_restored(struct terminal *terminal, const char *how)
{
    struct termios after;

    terminal_listen(terminal);
    if (tcgetattr(terminal->slave, &after) < 0 || after.c_lflag != terminal->before.c_lflag ||
        after.c_iflag != terminal->before.c_iflag || after.c_oflag != terminal->before.c_oflag)
        terminal_fail("%s: the line discipline is not restored", how);
    static const char *const wanted[] = {"\033[?1049l", "\033[?25h", "1000l", "\033[?1l"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(terminal->output, wanted[i]))
            terminal_fail("%s: no %s to restore the terminal", how, wanted[i] + 1);
}

static void try_types(void)
{
    static char endless[5001];
    static const struct {
        const char *type;
        bool has_screen;
    } types[] = {
        {"xterm",            true },
        {"vt100",            true },
        {"linux",            true },
        {"screen",           true },
        {"ansi",             true },
        {"dumb",             false},
        {"",                 false},
        {NULL,               false},
        {"no-such-terminal", false},
        {"../../etc/passwd", false},
        {endless,            false},
    };
    struct terminal terminal;

    memset(endless, 'x', sizeof endless - 1);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *type = types[i].type ? types[i].type : "(unset)";

        /* There curses loads libgpm, which leaks. */
        if (IS_SANITIZED && strcmp(type, "linux") == 0)
            continue;

        terminal_start(&terminal, &(struct terminal_wish){program, types[i].type, 24, 80});
        if (!terminal_shows(&terminal, types[i].has_screen ? "SCORE" : "-b prints the list"))
            terminal_fail("TERM=%.20s: neither a screen nor a reason", type);
        if (types[i].has_screen && write(terminal.master, "q", 1) != 1)
            terminal_fail("TERM=%.20s: takes no key", type);
        int status = terminal_await_end(&terminal, true);
        if (status < 0 || !WIFEXITED(status) ||
            WEXITSTATUS(status) != (types[i].has_screen ? 0 : 5))
            terminal_fail("TERM=%.20s: ended with %#x", type, status);
        terminal_release(&terminal);
    }
}

static void try_sizes(void)
{
    static const unsigned short sizes[][2] = {
        {0,   0   },
        {1,   1   },
        {1,   300 },
        {300, 1   },
        {2,   2   },
        {300, 1000}
    };
    struct terminal terminal;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        terminal_start(&terminal,
                       &(struct terminal_wish){program, "xterm", sizes[i][0], sizes[i][1]});
        if (!terminal_shows(&terminal, "\033[?1049h"))
            terminal_fail("%ux%u: no screen", sizes[i][1], sizes[i][0]);
        /* Details, their tabs, help, and out of all that. */
        if (write(terminal.master, "\r\t\t\tqhqqq", 9) != 9)
            terminal_fail("%ux%u: takes no keys", sizes[i][1], sizes[i][0]);
        int status = terminal_await_end(&terminal, true);
        if (status != 0)
            terminal_fail("%ux%u: ended with %#x", sizes[i][1], sizes[i][0], status);
        terminal_release(&terminal);
    }
}

/* A crash, too, gives the terminal back. */
static void try_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP,  SIGINT,  SIGQUIT,
                                  SIGALRM, SIGUSR2, SIGSEGV, SIGABRT};
    struct terminal terminal;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        terminal_start(&terminal, &(struct terminal_wish){program, "xterm", 24, 80});
        if (!terminal_shows(&terminal, "SCORE"))
            terminal_fail("signal %d: no screen before", numbers[i]);
        kill(terminal.pid, numbers[i]);
        int status = terminal_await_end(&terminal, true);
        /* A sanitizer has its own way to report a crash. */
        bool is_crash = numbers[i] == SIGSEGV || numbers[i] == SIGABRT;
        if (status < 0 ||
            (!is_crash && (!WIFSIGNALED(status) || WTERMSIG(status) != numbers[i])))
            terminal_fail("signal %d: ended with %#x", numbers[i], status);
        expect_restored(&terminal, strsignal(numbers[i]));
        terminal_release(&terminal);
    }
}

static long resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = -1;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

/* Asked to draw everything again and again, and nobody reads it. */
static void try_stuck(void)
{
    struct terminal terminal;

    terminal_start(&terminal, &(struct terminal_wish){program, "xterm", 60, 200});
    if (!terminal_shows(&terminal, "SCORE"))
        terminal_fail("stuck: no screen before");
    fcntl(terminal.master, F_SETFL, O_NONBLOCK);
    long before = resident_kb(terminal.pid);
    for (int i = 0; i < STUCK_TICKS; i++) {
        if (write(terminal.master, "\f", 1) < 0 && errno != EAGAIN)
            terminal_fail("stuck: %s", strerror(errno));
        terminal_rest();
    }
    long after = resident_kb(terminal.pid);
    if (after - before > GROWTH_MAX_KB)
        terminal_fail("stuck: it grew from %ld to %ld kB", before, after);
    kill(terminal.pid, SIGTERM);
    int status = terminal_await_end(&terminal, false);
    if (status < 0 || !WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM)
        terminal_fail("stuck: SIGTERM does not end it: %#x", status);
    expect_restored(&terminal, "stuck");
    terminal_release(&terminal);
}

static void try_hangup(void)
{
    struct terminal terminal;

    terminal_start(&terminal, &(struct terminal_wish){program, "xterm", 24, 80});
    if (!terminal_shows(&terminal, "SCORE"))
        terminal_fail("hangup: no screen before");
    close(terminal.slave);
    close(terminal.master);
    terminal.master = terminal.slave = -1;
    if (terminal_await_end(&terminal, false) < 0)
        terminal_fail("it outlives its terminal");
    terminal_release(&terminal);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    setenv("LC_ALL", "C.UTF-8", 1);
    program = argv[1];
    try_types();
    try_sizes();
    try_signals();
    try_stuck();
    try_hangup();
    return terminal_failures() > 0;
}
