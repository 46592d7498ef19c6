/* SPDX-License-Identifier: MIT */
/* Where a process stands, and where its script is. */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/specimens/specimen.h"

static const char script[] = "read line\n";

static void make_script(struct stage *stage, const char *directory)
{
    char name[64];

    snprintf(name, sizeof name, "specimen-%d.sh", (int)getpid());
    int file = specimen_create(stage, directory, name, 0600);
    if (write(file, script, sizeof script - 1) != sizeof script - 1)
        specimen_fail(stage->file);
    close(file);
}

static void prepare_script(struct stage *stage)
{
    make_script(stage, stage->directory);
}

static void prepare_temporary_script(struct stage *stage)
{
    make_script(stage, "/tmp");
    stage_expect(stage, "script_tmp", "%s", stage->file);
}

/* sh waits for its input. */
static void enter_script(struct stage *stage)
{
    specimen_open_input();
    execl("/bin/sh", "sh", stage->file, (char *)NULL);
    specimen_fail("/bin/sh");
}

/* Has the shell opened it yet? Its exec alone does not say so. */
static bool has_open(pid_t pid, const char *path)
{
    static const int numbers[] = {10, 11, 255};
    char link[64], target[PATH_MAX];

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)pid, numbers[i]);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (strcmp(target, path) == 0)
            return true;
    }
    return false;
}

static void finish_script(struct stage *stage)
{
    enum { TRIES = 500, PAUSE_US = 10000 };

    for (int i = 0; i < TRIES && !has_open(stage->child, stage->file); i++)
        usleep(PAUSE_US);
    if (!has_open(stage->child, stage->file))
        specimen_skip("this sh keeps no script open");
    unlink(stage->file);
    stage_expect(stage, "script_deleted", "%s (deleted)", stage->file);
    if (is_temporary(stage->file))
        stage_expect(stage, "script_tmp", "%s", stage->file);
    stage->file[0] = '\0';
}

static void enter_tmp(struct stage *stage)
{
    if (chdir("/tmp") != 0)
        specimen_fail("/tmp");
    /* A program that is there itself is told of by its place. */
    if (strncmp(specimen_path(), "/tmp/", 5) != 0)
        stage_expect(stage, "tmp_cwd", "/tmp");
}

static void enter_lost(struct stage *stage)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/gone", stage->directory);
    if (mkdir(path, 0700) != 0 || chdir(path) != 0 || rmdir(path) != 0)
        specimen_fail(path);
    stage_expect(stage, "cwd_deleted", "/gone (deleted)");
}

static void write_line(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0 || write(file, text, strlen(text)) < 0)
        specimen_skip(path);
    close(file);
}

static void become_root_somewhere(void)
{
    char map[64];
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (uid == 0)
        return;
    if (unshare(CLONE_NEWUSER) != 0)
        specimen_skip("user namespaces");
    write_line("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_line("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_line("/proc/self/gid_map", map);
}

static void prepare_root(struct stage *stage)
{
    snprintf(stage->file, sizeof stage->file, "%s/root", stage->directory);
    if (mkdir(stage->file, 0700) != 0)
        specimen_fail(stage->file);
}

static void enter_root(struct stage *stage)
{
    become_root_somewhere();
    if (chroot(stage->file) != 0)
        specimen_skip("chroot");
}

static void finish_root(struct stage *stage)
{
    if (rmdir(stage->file) != 0)
        specimen_fail(stage->file);
    stage->file[0] = '\0';
    stage_expect(stage, "root_deleted", "/root (deleted)");
}

/* A program on a file system that nobody else has mounted. */
static void enter_private(struct stage *stage)
{
    become_root_somewhere();
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("specimen", stage->directory, "tmpfs", 0, NULL) != 0)
        specimen_skip("mounts of its own");
    specimen_copy(stage, stage->directory, "private");
    stage_expect(stage, "exe_unreachable", "/private");
    specimen_enter_copy(stage);
}

static const struct specimen rows[] = {
    {"unscripted", "its script was deleted",              prepare_script,           enter_script,  finish_script},
    {"tmpscript",  "its script is in /tmp",               prepare_temporary_script, enter_script,  NULL         },
    {"tmpcwd",     "works in /tmp",                       NULL,                     enter_tmp,     NULL         },
    {"lost",       "its directory was deleted",           NULL,                     enter_lost,    NULL         },
    {"rootless",   "its root was deleted",                prepare_root,             enter_root,    finish_root  },
    {"private",    "its program is in mounts of its own", NULL,                     enter_private, NULL         },
};

const struct specimen_table specimens_places = {rows, sizeof rows / sizeof *rows};
