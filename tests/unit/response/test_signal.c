/* SPDX-License-Identifier: MIT */
#include "response/signal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/starttime.h"
#include "tests/support/test.h"

enum { CYCLES = 200 };

/* Pin, verify, send and unpin. */
static enum signal_result signal_process(int32_t pid, uint64_t starttime, int number,
                                         int *ret_error)
{
    struct signal_pin pin;

    signal_pin(&pin, &(struct signal_target){.pid = pid, .starttime = starttime});
    enum signal_result result = signal_verify(&pin, ret_error);
    if (result == SIGNAL_SENT)
        result = signal_send(&pin, number, ret_error);
    signal_unpin(&pin);
    return result;
}

static void sleep_for_ever(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent)
        pause();
    _exit(0);
}

static pid_t new_sleeper(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        sleep_for_ever(parent);
    assert_true(pid > 0);
    return pid;
}

/* The same pid again; needs CAP_SYS_ADMIN. Negative errno. */
static pid_t new_sleeper_as(pid_t pid)
{
    pid_t parent = getpid();
    struct clone_args args = {
        .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&pid, .set_tid_size = 1};
    long result = syscall(SYS_clone3, &args, sizeof args);

    if (result == 0)
        sleep_for_ever(parent);
    return result < 0 ? -errno : (pid_t)result;
}

static uint64_t starttime_of(pid_t pid)
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

static int end_of(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void sends_to_the_process_that_was_meant(void **state)
{
    (void)state;
    pid_t pid = new_sleeper();
    int error = -1;

    assert_int_equal(signal_process(pid, starttime_of(pid), SIGTERM, &error), SIGNAL_SENT);
    assert_int_equal(error, 0);
    int status = end_of(pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void spares_another_start_time(void **state)
{
    (void)state;
    pid_t pid = new_sleeper();
    uint64_t starttime = starttime_of(pid);
    int error;

    assert_int_equal(signal_process(pid, starttime + 1, SIGKILL, &error), SIGNAL_GONE);
    assert_int_equal(signal_process(pid, 0, SIGKILL, &error), SIGNAL_GONE);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* lives */
    assert_int_equal(signal_process(pid, starttime, SIGKILL, &error), SIGNAL_SENT);
    end_of(pid);
    assert_int_equal(signal_process(pid, starttime, SIGKILL, &error), SIGNAL_GONE);
}

/* Wait out the clock tick, so that the next process has another start time. */
static void next_tick(void)
{
    struct timespec tick = {.tv_nsec = 11 * 1000000};

    nanosleep(&tick, NULL);
}

static void never_hits_a_reused_pid(void **state)
{
    (void)state;
    pid_t pid = new_sleeper();
    uint64_t starttime = starttime_of(pid);
    int error;

    for (int cycle = 0; cycle < CYCLES; cycle++) {
        kill(pid, SIGKILL);
        end_of(pid);
        next_tick();
        pid_t again = new_sleeper_as(pid);
        if (again == -EPERM)
            skip();
        assert_int_equal(again, pid);
        assert_int_equal(signal_process(pid, starttime, SIGKILL, &error), SIGNAL_GONE);
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* lives */
        starttime = starttime_of(pid);
    }
    assert_int_equal(signal_process(pid, starttime, SIGKILL, &error), SIGNAL_SENT);
    end_of(pid);
}

static void refuses_us_and_those_we_come_from(void **state)
{
    (void)state;
    int error, status = 0;
    const pid_t pids[] = {-1, 0, 1, getpid(), getppid()};

    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
        uint64_t starttime = pids[i] > 0 ? starttime_of(pids[i]) : 0;
        assert_int_equal(signal_process(pids[i], starttime, 0, &error), SIGNAL_REFUSED);
    }
    /* A grandchild of ours is not to signal us. */
    pid_t us = getpid(), child = fork();
    if (child == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0)
            _exit(signal_process(us, starttime_of(us), SIGKILL, &error) == SIGNAL_REFUSED ? 0
                                                                                          : 1);
        waitpid(grandchild, &status, 0);
        _exit(WEXITSTATUS(status));
    }
    assert_int_equal(end_of(child), 0);
}

static void refuses_kernel_threads(void **state)
{
    (void)state;
    int error;
    char path[] = "/proc/2/comm", comm[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || read(fd, comm, 8) != 8 || memcmp(comm, "kthreadd", 8) != 0)
        skip(); /* in a pid namespace of its own */
    close(fd);
    assert_int_equal(signal_process(2, starttime_of(2), 0, &error), SIGNAL_REFUSED);
}

static void says_when_it_is_not_allowed(void **state)
{
    (void)state;
    int error = 0;

    if (geteuid() != 0)
        skip();
    pid_t pid = new_sleeper(), child = fork();
    if (child == 0) {
        if (setresuid(65534, 65534, 65534) < 0)
            _exit(2);
        enum signal_result result = signal_process(pid, starttime_of(pid), SIGKILL, &error);
        _exit(result == SIGNAL_NOT_ALLOWED && error == EPERM ? 0 : 1);
    }
    assert_int_equal(end_of(child), 0);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    kill(pid, SIGKILL);
    end_of(pid);
}

static void says_what_else_went_wrong(void **state)
{
    (void)state;
    pid_t pid = new_sleeper();
    int error = 0;

    assert_int_equal(signal_process(pid, starttime_of(pid), 1000, &error), SIGNAL_FAILED);
    assert_int_equal(error, EINVAL);
    assert_string_equal(signal_result_text(SIGNAL_FAILED), "failed");
    kill(pid, SIGKILL);
    end_of(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_to_the_process_that_was_meant),
        cmocka_unit_test(spares_another_start_time),
        cmocka_unit_test(never_hits_a_reused_pid),
        cmocka_unit_test(refuses_us_and_those_we_come_from),
        cmocka_unit_test(refuses_kernel_threads),
        cmocka_unit_test(says_when_it_is_not_allowed),
        cmocka_unit_test(says_what_else_went_wrong),
    };

    return cmocka_run_group_tests_name("signal", tests, NULL, NULL);
}
