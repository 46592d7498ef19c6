/* SPDX-License-Identifier: MIT */
#include "tests/e2e/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned failures;

unsigned terminal_failures(void)
{
    return failures;
}

void terminal_fail(const char *format, ...)
{
    va_list arguments;

    printf("FAILED: ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    failures++;
}

void terminal_rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = TERMINAL_TICK_MS * 1000000L}, NULL);
}

_Noreturn static void become_program(const struct terminal *terminal,
                                     const struct terminal_wish *wish)
{
    setsid();
    ioctl(terminal->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(terminal->slave, fd);
    close(terminal->master);
    if (wish->type)
        setenv("TERM", wish->type, 1);
    else
        unsetenv("TERM");
    execl(wish->program, wish->program, "-d", "0.2", (char *)NULL);
    _exit(127);
}

void terminal_start(struct terminal *terminal, const struct terminal_wish *wish)
{
    struct winsize size = {.ws_row = wish->rows, .ws_col = wish->columns};

    *terminal = (struct terminal){.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (terminal->master < 0 || grantpt(terminal->master) < 0 ||
        unlockpt(terminal->master) < 0) {
        printf("skipped: no pseudo-terminals here\n");
        exit(77);
    }
    terminal->slave = open(ptsname(terminal->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    terminal->output = calloc(TERMINAL_KEPT, 1);
    if (terminal->slave < 0 || !terminal->output)
        abort();
    ioctl(terminal->master, TIOCSWINSZ, &size);
    tcgetattr(terminal->slave, &terminal->before);
    terminal->pid = fork();
    if (terminal->pid == 0)
        become_program(terminal, wish);
}

bool terminal_take(struct terminal *terminal, int timeout_ms)
{
    struct pollfd polled = {.fd = terminal->master, .events = POLLIN};

    if (poll(&polled, 1, timeout_ms) <= 0)
        return false;
    if (terminal->length > TERMINAL_KEPT / 2)
        terminal->length = 0;
    ssize_t got =
        read(terminal->master, terminal->output + terminal->length, TERMINAL_KEPT / 4);
    if (got <= 0)
        return false;
    terminal->length += (size_t)got;
    terminal->output[terminal->length] = '\0';
    return true;
}

void terminal_listen(struct terminal *terminal)
{
    while (terminal_take(terminal, TERMINAL_TICK_MS))
        ;
}

bool terminal_shows(struct terminal *terminal, const char *text)
{
    for (int waited = 0; waited < TERMINAL_PATIENCE_MS; waited += TERMINAL_TICK_MS) {
        terminal_listen(terminal);
        if (strstr(terminal->output, text))
            return true;
    }
    return false;
}

int terminal_await_end(struct terminal *terminal, bool is_listening)
{
    struct timespec from, to;
    int status = -1;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int waited = 0; waited < TERMINAL_PATIENCE_MS; waited += TERMINAL_TICK_MS) {
        if (waitpid(terminal->pid, &status, WNOHANG) == terminal->pid) {
            clock_gettime(CLOCK_MONOTONIC, &to);
            long ms = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
            if (ms > 1000)
                printf("took %ld ms to end\n", ms);
            return status;
        }
        if (is_listening)
            terminal_listen(terminal);
        else
            terminal_rest();
    }
    kill(terminal->pid, SIGKILL);
    waitpid(terminal->pid, &status, 0);
    return -1;
}

void terminal_release(struct terminal *terminal)
{
    close(terminal->master);
    close(terminal->slave);
    free(terminal->output);
}
