/* SPDX-License-Identifier: MIT */
#include "engine/child.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fatal.h"

static void reset_signals(void)
{
    /* What a program may have caught; not the faults, which a sanitizer does. */
    static const int caught[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,  SIGALRM, SIGUSR1, SIGUSR2,
                                 SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, SIGCONT, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        signal(caught[i], SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A pipe that our stdout is the last writer of must end when the program does,
 * and nothing of ours may be written across the screen. */
static void leave_terminal(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (isatty(STDERR_FILENO))
        dup2(null, STDERR_FILENO);
    if (null > STDERR_FILENO)
        close(null);
}

static int compare_descriptors(const void *left, const void *right)
{
    return *(const int *)left - *(const int *)right;
}

static void close_others(int *kept, size_t count)
{
    unsigned from = STDERR_FILENO + 1;

    qsort(kept, count, sizeof *kept, compare_descriptors);
    for (size_t i = 0; i < count; i++) {
        if (kept[i] < (int)from)
            continue;
        if ((unsigned)kept[i] > from)
            close_range(from, (unsigned)kept[i] - 1, 0);
        from = (unsigned)kept[i] + 1;
    }
    close_range(from, UINT_MAX, 0);
}

void child_settle(const char *name, int *kept, size_t kept_count)
{
    fatal_set_hook(NULL); /* the terminal is the screen's to restore */
    reset_signals();
    leave_terminal();
    close_others(kept, kept_count);
    prctl(PR_SET_NAME, name);
}

void child_bind_to_parent(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
}
