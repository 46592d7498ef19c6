/* SPDX-License-Identifier: MIT */
#include "engine/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/child.h"
#include "engine/privilege.h"

enum { DEED_MS = 400 };

struct outcome {
    enum signal_result result;
    int error;
};

_Noreturn static void act(int out, pid_t parent, int32_t pid, uint64_t starttime, int number)
{
    struct outcome outcome = {SIGNAL_FAILED, EPERM};

    child_settle("procwatch-act", &out, 1);
    if (privilege_drop(PRIVILEGE_ACTOR) == 0) {
        child_bind_to_parent(parent);
        outcome.error = 0;
        outcome.result = signal_process(pid, starttime, number, &outcome.error);
    }
    if (write(out, &outcome, sizeof outcome) != (ssize_t)sizeof outcome)
        _exit(1);
    _exit(0);
}

static struct outcome await(int in)
{
    struct pollfd polled = {.fd = in, .events = POLLIN};
    struct outcome outcome;

    if (poll(&polled, 1, DEED_MS) <= 0)
        return (struct outcome){SIGNAL_FAILED, ETIMEDOUT};
    if (read(in, &outcome, sizeof outcome) != (ssize_t)sizeof outcome)
        return (struct outcome){SIGNAL_FAILED, EPIPE};
    return outcome;
}

enum signal_result actor_signal(int32_t pid, uint64_t starttime, int number, int *ret_error)
{
    int ends[2];
    pid_t self = getpid();

    if (pipe2(ends, O_CLOEXEC) < 0) {
        *ret_error = errno;
        return SIGNAL_FAILED;
    }
    pid_t child = fork();
    if (child == 0)
        act(ends[1], self, pid, starttime, number);
    struct outcome outcome = {SIGNAL_FAILED, child < 0 ? errno : 0};
    close(ends[1]);
    if (child > 0) {
        outcome = await(ends[0]);
        /* One that hangs is reaped when it is dead: by whoever reaps. */
        kill(child, SIGKILL);
        waitpid(child, NULL, outcome.error == ETIMEDOUT ? WNOHANG : 0);
    }
    close(ends[0]);
    *ret_error = outcome.error;
    return outcome.result;
}
