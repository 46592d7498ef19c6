/* SPDX-License-Identifier: MIT */
#include "ui/editor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* $VISUAL, $EDITOR, or vi: a command line of the shell, as git has it. */
static const char *editor_command(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *command = getenv(variables[i]);

        if (command && *command)
            return command;
    }
    return "vi";
}

/* The editor gets the signals as a program started by a shell does. */
static void reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become_editor(const char *path)
{
    struct strbuf command = {0};

    /* The variable may hold options; the path stays one argument. */
    strbuf_add_format(&command, "%s \"$1\"", editor_command());
    reset_signals();
    execl("/bin/sh", "sh", "-c", strbuf_string(&command), "editor", path, (char *)NULL);
    _exit(127);
}

static int wait_for(pid_t pid)
{
    int status;

    for (;;) {
        pid_t result = waitpid(pid, &status, WUNTRACED);

        if (result < 0 && errno == EINTR)
            continue;
        if (result < 0)
            return 0; /* nobody is left to ask */
        if (!WIFSTOPPED(status))
            return status;
        raise(SIGSTOP);
    }
}

bool editor_run(const char *path, struct strbuf *error)
{
    pid_t pid = fork();

    if (pid == 0)
        become_editor(path);
    if (pid < 0) {
        strbuf_add_format(error, "%s cannot be started: %s", editor_command(), strerror(errno));
        return false;
    }
    int status = wait_for(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        strbuf_add_format(error, "%s ended by SIG%s", editor_command(),
                          sigabbrev_np(WTERMSIG(status)));
    else
        strbuf_add_format(error, "%s ended with status %d", editor_command(),
                          WEXITSTATUS(status));
    return false;
}
