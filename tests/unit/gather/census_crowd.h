/* SPDX-License-Identifier: MIT */
/*
 * census_crowd - processes of all kinds that a census may meet, asleep; and what the files
 * in /proc say of them.
 */
#ifndef TESTS_UNIT_GATHER_CENSUS_CROWD_H
#define TESTS_UNIT_GATHER_CENSUS_CROWD_H

#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#include "base/clock.h"
#include "gather/kept.h"
#include "gather/parse.h"
#include "gather/procfs.h"

enum { SHORT_PATH = 300, LONG_PATH = 1000, PATIENCE = 400, OWN_FD = 77, SOMEBODY = 4711 };

static char scratch[64];

static inline int make_scratch(void **state)
{
    (void)state;
    strcpy(scratch, "/tmp/procwatch-census-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static inline int remove_scratch(void **state)
{
    (void)state;
    fixture_remove(scratch);
    return 0;
}

/* A file whose path has so many bytes; the directories above it are made. */
static inline int open_at_depth(size_t length)
{
    char path[LONG_PATH + 256];

    strcpy(path, scratch);
    while (strlen(path) + 101 < length) {
        memset(path + strlen(path) + 1, 0, 101);
        strcat(path, "/");
        memset(path + strlen(path), 'd', 99);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return -1;
    }
    strcat(path, "/");
    for (size_t at = strlen(path); at < length; at++)
        path[at] = 'f', path[at + 1] = '\0';
    return open(path, O_RDWR | O_CREAT, 0600);
}

static inline int open_deleted(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/gone-%d", scratch, getpid());
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    unlink(path);
    return fd;
}

static inline void have_everything_open(const void *argument, int ready)
{
    int pair[2];
    (void)argument;

    bool is_good = pipe(pair) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
                   socket(AF_INET, SOCK_STREAM, 0) >= 0 &&
                   (int)memfd_create("in memory", 0) >= 0 && open_deleted() >= 0 &&
                   posix_openpt(O_RDWR | O_NOCTTY) >= 0 && eventfd(0, 0) >= 0 &&
                   epoll_create1(0) >= 0 && inotify_init() >= 0 &&
                   timerfd_create(CLOCK_MONOTONIC, 0) >= 0 && open("/tmp", O_PATH) >= 0 &&
                   open("/proc/self/stat", O_RDONLY) >= 0 && open("/", O_RDONLY) >= 0 &&
                   open_at_depth(SHORT_PATH) >= 0 && open_at_depth(LONG_PATH) >= 0;

    if (is_good)
        child_ready(ready);
}

static inline void *open_apart(void *argument)
{
    const int *ready = argument;

    if (unshare(CLONE_FILES) == 0 && dup2(*ready, OWN_FD) == OWN_FD)
        child_ready(*ready);
    for (;;)
        pause();
    return NULL;
}

static inline void have_other_files_in_a_thread(const void *argument, int ready)
{
    static int shared;
    pthread_t thread;
    (void)argument;

    shared = ready;
    pthread_create(&thread, NULL, open_apart, &shared);
}

static inline void exit_first(const void *argument, int ready)
{
    have_other_files_in_a_thread(argument, ready);
    pthread_exit(NULL);
}

static inline void be_there(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
}

static inline void be_at_root(const void *argument, int ready)
{
    (void)argument;
    if (chdir("/") == 0)
        child_ready(ready);
}

static inline void be_elsewhere(const void *argument, int ready)
{
    (void)argument;
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUSER) == 0 && chroot("/tmp") == 0)
        child_ready(ready);
}

/* Another's, with privileges left, none to gain, and a filter. */
static inline void be_confined(const void *argument, int ready)
{
    int ends[2];
    char byte;
    (void)argument;

    if (pipe(ends) != 0 || prctl(PR_SET_KEEPCAPS, 1) != 0 ||
        setresgid(SOMEBODY, SOMEBODY + 1, SOMEBODY + 2) != 0 ||
        setresuid(SOMEBODY, SOMEBODY + 1, SOMEBODY + 2) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    child_ready(ready);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT); /* no pause(2) from now on */
    while (read(ends[0], &byte, 1) < 0)
        ;
}

/* What its files say. */
struct said {
    struct process_status status;
    struct process_stat stat;
    struct times times;
};

static inline struct said files_of(pid_t pid)
{
    struct procfs procfs = {.root = AT_FDCWD, .is_live = true};
    struct said said = {0};
    struct strbuf text = {0};
    char path[48];

    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(directory >= 0);
    assert_int_equal(procfs_read(&procfs, directory, "schedstat", 65536, &text), 0);
    assert_true(
        parse_schedstat(strbuf_span(&text), &said.times.runtime_ns, &said.times.arrivals));
    assert_int_equal(procfs_read(&procfs, directory, "status", 65536, &text), 0);
    assert_true(parse_status(strbuf_span(&text), &said.status));
    assert_int_equal(procfs_read(&procfs, directory, "stat", 65536, &text), 0);
    assert_true(parse_stat(strbuf_span(&text), &said.stat));
    close(directory);
    strbuf_release(&text);
    return said;
}

static inline uint64_t ticks_of(uint64_t start_ns)
{
    return start_ns / ((uint64_t)NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* Children are ready a moment before they sleep. */
static inline void wait_until_asleep(pid_t pid)
{
    for (int i = 0; i < PATIENCE && files_of(pid).stat.state != 'S'; i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(files_of(pid).stat.state, 'S');
}

#endif
