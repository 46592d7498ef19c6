/* SPDX-License-Identifier: MIT */
/*
 * hostile - processes that make whoever looks at them hang: one holds its mmap_lock
 * behind a dead FUSE server, one hangs in exec, one runs a program from a dead FUSE
 * mount, and one works in such a mount, which must hang nobody. Prints their pids, waits for
 * the end of its input, lets them go.
 *
 * While it runs, ps and top hang as well: to be run in a pid namespace of its own.
 * Ends with 77 where this machine does not let us.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/engine/dead_fuse.h"

enum { PATIENCE_MS = 5000, HANG_MS = 300, TRIES_MAX = 200, TICK_MS = 10, PAGE = 4096 };

enum { LOCKED, IN_EXEC, RUNNING, WORKING, VICTIM_COUNT };

static struct dead_fuse fuses[VICTIM_COUNT];
static pid_t victims[VICTIM_COUNT];

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = TICK_MS * 1000000L}, NULL);
}

/* Is it in sleep(1)? Where the kernel does not say, after a while. */
static void await_sleep(pid_t pid)
{
    char path[64], text[16] = "";

    snprintf(path, sizeof path, "/proc/%d/syscall", pid);
    for (int waited = 0; waited < PATIENCE_MS; waited += TICK_MS, rest()) {
        FILE *file = fopen(path, "re");
        long number = file && fgets(text, sizeof text, file) ? strtol(text, NULL, 10) : -1;
        if (file)
            fclose(file);
        if (number == SYS_clock_nanosleep || number == SYS_nanosleep)
            return;
    }
}

/* Ended with us; without the descriptors that keep a connection alive. */
static pid_t new_victim(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid != 0)
        return pid;
    for (size_t i = 0; i < VICTIM_COUNT; i++) {
        close(fuses[i].device);
        close(fuses[i].hold);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    return 0;
}

static char first_byte(const char *at)
{
    return *(const volatile char *)at;
}

static void *touch(void *at)
{
    /* The first read fails, so that the fault is tried again, with the lock held. */
    first_byte(at);
    return NULL;
}

/* Maps more once the other thread is in its fault: a writer in the queue, and no later
 * reader of the lock gets past it. */
static pid_t start_locked(struct dead_fuse *fuse)
{
    pid_t pid = new_victim();
    pthread_t thread;

    if (pid != 0)
        return pid;
    int fd = open(fuse->file, O_RDONLY | O_CLOEXEC);
    char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    madvise(map, PAGE, MADV_RANDOM); /* one read for each try */
    *fuse->failing_reads = 1;
    *fuse->is_dead = true;
    if (fd < 0 || map == MAP_FAILED || pthread_create(&thread, NULL, touch, map) != 0)
        _exit(1);
    while (*fuse->failing_reads > 0)
        rest();
    for (int i = 0; i < 30; i++)
        rest();
    mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(0);
}

/* exec closes the file, which asks the server. */
static pid_t start_in_exec(struct dead_fuse *fuse)
{
    pid_t pid = new_victim();

    if (pid != 0)
        return pid;
    if (open(fuse->file, O_RDONLY | O_CLOEXEC) < 0)
        _exit(1);
    *fuse->is_dead = true;
    execl("/bin/sleep", "sleep", "600", (char *)NULL);
    _exit(127);
}

static pid_t start_running(struct dead_fuse *fuse)
{
    pid_t pid = new_victim();

    if (pid == 0) {
        execl(fuse->file, "sleep", "600", (char *)NULL);
        _exit(127);
    }
    await_sleep(pid); /* then it has what it needs in memory */
    *fuse->is_dead = true;
    return pid;
}

/* readlink(2) of its cwd asks no server; whoever followed it would hang. */
static pid_t start_working(struct dead_fuse *fuse)
{
    pid_t pid = new_victim();

    if (pid == 0) {
        if (chdir(fuse->directory) < 0)
            _exit(1);
        execl("/bin/sleep", "sleep", "600", (char *)NULL);
        _exit(127);
    }
    await_sleep(pid);
    *fuse->is_dead = true;
    return pid;
}

/* Does reading that file of it not come back? */
static bool hangs(pid_t pid, const char *file)
{
    pid_t reader = fork();
    char path[64], bytes[256];

    if (reader == 0) {
        snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        _exit(fd < 0 || read(fd, bytes, sizeof bytes) < 0);
    }
    for (int waited = 0; waited < HANG_MS; waited += TICK_MS, rest())
        if (waitpid(reader, NULL, WNOHANG) == reader)
            return false;
    kill(reader, SIGKILL);
    waitpid(reader, NULL, 0);
    return true;
}

static bool comes_to_hang(pid_t pid, const char *file)
{
    for (int tries = 0; tries < TRIES_MAX; tries++, rest())
        if (hangs(pid, file))
            return true;
    return false;
}

static void let_go(void)
{
    for (size_t i = 0; i < VICTIM_COUNT; i++)
        dead_fuse_abort(&fuses[i]);
    for (size_t i = 0; i < VICTIM_COUNT; i++) {
        kill(victims[i], SIGKILL);
        waitpid(victims[i], NULL, 0);
    }
}

int main(void)
{
    char byte;

    for (size_t i = 0; i < VICTIM_COUNT; i++)
        if (!dead_fuse_mount(&fuses[i], "/bin/sleep"))
            return 77;
    victims[RUNNING] = start_running(&fuses[RUNNING]);
    victims[LOCKED] = start_locked(&fuses[LOCKED]);
    victims[IN_EXEC] = start_in_exec(&fuses[IN_EXEC]);
    victims[WORKING] = start_working(&fuses[WORKING]);
    if (!comes_to_hang(victims[LOCKED], "cmdline") ||
        !comes_to_hang(victims[IN_EXEC], "stat")) {
        let_go();
        return 77;
    }
    printf("%d %d %d %d\n", victims[LOCKED], victims[IN_EXEC], victims[RUNNING],
           victims[WORKING]);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    let_go();
    return 0;
}
