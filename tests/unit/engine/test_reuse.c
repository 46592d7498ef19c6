/* SPDX-License-Identifier: MIT */
/* A pid changes hands at a random moment while its process is being killed, again
 * and again: nobody else is ever hit. In a pid namespace of its own, where pids can
 * be chosen. */
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

enum { CYCLES = 200, REUSED_PID = 4321, WINDOW_US = 12000, NOT_POSSIBLE = 77 };

/* With that pid; its exit status tells whether it was hit. */
static pid_t sleeper_as(pid_t pid)
{
    struct clone_args args = {
        .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&pid, .set_tid_size = 1};
    long result = syscall(SYS_clone3, &args, sizeof args);

    if (result != 0)
        return (pid_t)result;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

static void sleep_us(long microseconds)
{
    const struct timespec moment = {.tv_nsec = microseconds * 1000};

    nanosleep(&moment, NULL);
}

/* Start times are counted in ticks: another one for the next process. */
enum { TICK_US = 11000 };

struct handed_over {
    uint64_t starttime; /* of the first one */
    int is_hit;         /* the second one was; told at the end */
};

/* The first one ends, and the second one takes its pid at a moment of its own. */
static void hand_over(int socket, long delay_us)
{
    pid_t first = sleeper_as(REUSED_PID), second;
    struct handed_over told = {0};

    if (first != REUSED_PID)
        _exit(NOT_POSSIBLE);
    told.starttime = starttime_of(first);
    sleep_us(TICK_US);
    CLAIM(write(socket, &told, sizeof told) == sizeof told);
    sleep_us(delay_us);
    kill(first, SIGKILL);
    CLAIM(waitpid(first, NULL, 0) == first);
    second = sleeper_as(REUSED_PID);
    CLAIM(second == REUSED_PID);
    sleep_us(2 * WINDOW_US); /* what is on its way arrives */
    told.is_hit = waitpid(second, NULL, WNOHANG) == second;
    kill(second, SIGKILL);
    waitpid(second, NULL, 0);
    CLAIM(write(socket, &told, sizeof told) == sizeof told);
}

_Noreturn static void deal(int socket)
{
    long delay_us;

    while (read(socket, &delay_us, sizeof delay_us) == sizeof delay_us)
        hand_over(socket, delay_us);
    _exit(0);
}

struct tally {
    unsigned sent, gone;
};

static bool cycle(struct engine *engine, int dealer, struct tally *tally)
{
    long delay_us = random() % WINDOW_US, lead_us = random() % (WINDOW_US / 4);
    struct handed_over told;
    int error;

    CLAIM(write(dealer, &delay_us, sizeof delay_us) == sizeof delay_us);
    if (read(dealer, &told, sizeof told) != sizeof told)
        return false;
    sleep_us(lead_us);
    enum signal_result result =
        engine_signal(engine, REUSED_PID, told.starttime, SIGKILL, &error);
    /* On a machine that is too busy to answer in time, nothing may be sent either. */
    CLAIM(result == SIGNAL_SENT || result == SIGNAL_GONE || result == SIGNAL_UNSURE ||
          (result == SIGNAL_FAILED && error == ETIMEDOUT));
    tally->sent += result == SIGNAL_SENT;
    tally->gone += result == SIGNAL_GONE;
    CLAIM(read(dealer, &told, sizeof told) == sizeof told);
    CLAIM(!told.is_hit);
    return true;
}

_Noreturn static void run_cycles(void)
{
    const char *reason = "";
    struct engine *engine;
    struct tally tally = {0};
    int ends[2], status;

    CLAIM(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0);
    CLAIM(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    /* Before the engine takes away what choosing a pid needs. */
    pid_t dealer = fork();
    if (dealer == 0) {
        close(ends[0]);
        deal(ends[1]);
    }
    close(ends[1]);
    fake_gather_init();
    CLAIM(engine_start(&(struct engine_options){0}, &engine, &reason) == 0);
    for (unsigned number = 0; number < CYCLES && cycle(engine, ends[0], &tally); number++)
        ;
    close(ends[0]);
    CLAIM(waitpid(dealer, &status, 0) == dealer);
    engine_stop(engine);
    if (status != 0)
        _exit(WEXITSTATUS(status));
    /* Both must have happened, or the moments were not random. */
    dprintf(STDERR_FILENO, "%u sent, %u gone\n", tally.sent, tally.gone);
    CLAIM(tally.sent > CYCLES / 20 && tally.gone > CYCLES / 20);
    _exit(0);
}

static void no_other_process_is_killed_when_a_pid_is_reused(void **state)
{
    int status;
    (void)state;

    if (geteuid() != 0)
        skip();
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0 ||
            mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
            _exit(NOT_POSSIBLE);
        pid_t init = fork();
        if (init == 0)
            run_cycles();
        waitpid(init, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_POSSIBLE)
        skip();
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_other_process_is_killed_when_a_pid_is_reused),
    };

    srandom(20260101);
    return cmocka_run_group_tests_name("reuse", tests, NULL, NULL);
}
