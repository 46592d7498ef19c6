/* SPDX-License-Identifier: MIT */
/*
 * alone - a test program as the first process of a pid namespace, so that /proc lists
 * it and its children only: what it counts and how long a pass takes does not depend
 * on what else the machine does.
 */
#ifndef TESTS_SUPPORT_ALONE_H
#define TESTS_SUPPORT_ALONE_H

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ALONE_IS_NOT_POSSIBLE = 254 }; /* no count of failed tests */

static inline bool alone_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    return file && (fputs(text, file) < 0) + (fclose(file) != 0) == 0;
}

/* As whoever it was before, and allowed to mount. */
static inline bool alone_unshare(void)
{
    unsigned uid = geteuid(), gid = getegid();
    char users[64], groups[64];

    if (uid == 0)
        return unshare(CLONE_NEWPID | CLONE_NEWNS) == 0;
    snprintf(users, sizeof users, "%u %u 1\n", uid, uid);
    snprintf(groups, sizeof groups, "%u %u 1\n", gid, gid);
    return unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS) == 0 &&
           alone_write("/proc/self/setgroups", "deny") &&
           alone_write("/proc/self/uid_map", users) &&
           alone_write("/proc/self/gid_map", groups);
}

static inline int alone_status_of(pid_t pid)
{
    int status;

    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
                                                                           : 1;
}

/* True: goes on alone, and what it returns from main() is the program's status. False
 * where that is not permitted: goes on as it was, among all others. */
static inline bool alone_begin(void)
{
    pid_t middle = fork();

    if (middle != 0) {
        int status = alone_status_of(middle);

        if (status == ALONE_IS_NOT_POSSIBLE)
            return false;
        _exit(status);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!alone_unshare())
        _exit(ALONE_IS_NOT_POSSIBLE);
    pid_t first = fork();
    if (first != 0)
        _exit(alone_status_of(first));
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        _exit(ALONE_IS_NOT_POSSIBLE);
    return true;
}

#endif
