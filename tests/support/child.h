/* SPDX-License-Identifier: MIT */
/*
 * Children in a known state: each is ready when child_start() returns, and dies
 * with the test.
 */
#ifndef TESTS_SUPPORT_CHILD_H
#define TESTS_SUPPORT_CHILD_H

#include "tests/support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Gets into the state and either calls child_ready() and returns, or calls exec, which
 * is ready by itself; or ends the process. The descriptor is close-on-exec. */
typedef void child_body(const void *argument, int ready);

static inline void child_ready(int ready)
{
    if (write(ready, "r", 1) != 1)
        _exit(1);
}

static inline pid_t child_start(child_body *body, const void *argument)
{
    int pipe_ends[2];
    char byte;

    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(pipe_ends[0]);
        body(argument, pipe_ends[1]);
        close(pipe_ends[1]);
        for (;;)
            pause();
    }
    close(pipe_ends[1]);
    /* A byte from child_ready(), or the end of file that exec makes. */
    if (read(pipe_ends[0], &byte, 1) < 0)
        fail_msg("the child said nothing");
    close(pipe_ends[0]);
    return pid;
}

/* Bodies. Nothing but there. */
static inline void child_rest(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
}

/* Uses a CPU. */
static inline void child_burn(const void *argument, int ready)
{
    volatile unsigned spins = 0;
    (void)argument;

    child_ready(ready);
    for (;;)
        spins++;
}

/* Runs the program at this path, a sleep(1), for longer than any test takes. */
static inline void child_sleep(const void *path, int ready)
{
    (void)ready;
    execl((const char *)path, "sleep", "1000", (char *)NULL);
    _exit(1);
}

/* The body of a thread. */
static inline void *child_thread_rest(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static inline void child_end(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) == pid)
        ;
}

#endif
