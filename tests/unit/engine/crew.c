/* SPDX-License-Identifier: MIT */
#include "tests/unit/engine/crew.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/starttime.h"
#include "tests/support/test.h"

uint64_t crew_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void *crew_next(struct engine *engine, struct snapshot *ret_snapshot)
{
    uint64_t end = crew_now_ms() + 10000;
    const char *reason = "";
    size_t size;
    void *block;

    while (crew_now_ms() < end) {
        struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
        poll(&polled, 1, 100);
        int result = engine_take(engine, &block, &size, &reason);
        if (result == 0) {
            assert_true(snapshot_open(block, size, ret_snapshot, &reason));
            return block;
        }
        if (result != -EAGAIN)
            fail_msg("no snapshot: %s", reason);
    }
    fail_msg("no snapshot within 10 seconds");
    return NULL;
}

struct engine *crew_start(const struct engine_options *options, unsigned interval_ms)
{
    const struct engine_request request = {.wanted = FACT_ALL, .interval_ms = interval_ms};
    const char *reason = "";
    struct engine *engine;

    if (engine_start(options, &engine, &reason) < 0)
        fail_msg("%s", reason);
    engine_request(engine, &request);
    return engine;
}

pid_t crew_collector_of(struct engine *engine)
{
    struct snapshot snapshot;
    void *block = crew_next(engine, &snapshot);
    pid_t collector = snapshot.header->collector_pid;

    free(block);
    return collector;
}

struct signal_outcomes *crew_await_stage(struct engine *engine, int pin,
                                         enum engine_stage stage)
{
    struct signal_outcomes *outcomes = calloc(1, sizeof *outcomes);
    uint64_t end_ms = crew_now_ms() + 10000;

    do {
        struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
        assert_true(crew_now_ms() < end_ms);
        poll(&polled, 1, 100);
        int result = engine_outcomes(engine, pin, outcomes);
        if (result != -EAGAIN)
            assert_int_equal(result, 0);
    } while (outcomes->count == 0 || outcomes->stage != stage);
    return outcomes;
}

unsigned long long status_number(pid_t pid, const char *name, int base)
{
    char path[64], line[256];
    unsigned long long number = 0;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            number = strtoull(line + strlen(name), NULL, base);
    fclose(file);
    return number;
}

static pid_t find_sibling(pid_t parent, pid_t other)
{
    pid_t found = 0;
    DIR *proc = opendir("/proc");
    struct dirent *entry;

    while (found == 0 && (entry = readdir(proc))) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0 && pid != other && status_number(pid, "PPid:", 10) == (unsigned)parent)
            found = pid;
    }
    closedir(proc);
    return found;
}

void crew_find(struct crew *crew, pid_t collector)
{
    uint64_t end = crew_now_ms() + 5000;

    crew->collector = collector;
    crew->keeper = (pid_t)status_number(collector, "PPid:", 10);
    do
        crew->file_worker = find_sibling(crew->keeper, collector);
    while (crew->file_worker == 0 && crew_now_ms() < end);
    const pid_t pids[] = {crew->keeper, crew->collector, crew->file_worker};
    for (size_t i = 0; i < 3; i++) {
        assert_true(pids[i] > 0);
        crew->pidfds[i] = (int)syscall(SYS_pidfd_open, pids[i], 0);
        assert_true(crew->pidfds[i] >= 0);
    }
}

bool pidfd_ends_within(int pidfd, int wait_ms)
{
    struct pollfd polled = {.fd = pidfd, .events = POLLIN};

    return poll(&polled, 1, wait_ms) == 1;
}

bool crew_is_gone_within(const struct crew *crew, int wait_ms)
{
    uint64_t end = crew_now_ms() + (uint64_t)wait_ms;

    for (size_t i = 0; i < 3; i++) {
        uint64_t now = crew_now_ms();
        if (!pidfd_ends_within(crew->pidfds[i], now < end ? (int)(end - now) : 0))
            return false;
    }
    return true;
}

void crew_release(struct crew *crew)
{
    for (size_t i = 0; i < 3; i++)
        close(crew->pidfds[i]);
}

pid_t sleeper_new(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (getppid() == parent)
            pause();
        _exit(0);
    }
    assert_true(pid > 0);
    return pid;
}

void sleeper_end(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

uint64_t starttime_of(pid_t pid)
{
    char path[64];
    uint64_t starttime = 0;

    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(directory >= 0);
    assert_int_equal(starttime_read(directory, &starttime), 0);
    close(directory);
    return starttime;
}
