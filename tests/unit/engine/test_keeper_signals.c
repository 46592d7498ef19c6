/* SPDX-License-Identifier: MIT */
/* Signals, asked of the keeper. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/privilege.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static struct engine *start(bool is_readonly)
{
    const struct engine_options options = {.is_readonly = is_readonly};

    fake_gather_init();
    return crew_start(&options, 20);
}

/* A recorded tree names pids that are other processes here. */
static void touches_nobody_of_a_recording(void **state)
{
    (void)state;
    const struct engine_options options = {.proc_root = "/"};
    int error;

    fake_gather_init();
    struct engine *engine = crew_start(&options, 0);
    pid_t pid = sleeper_new();
    const struct engine_dump dump = {
        .pid = pid, .starttime = starttime_of(pid), .directory = "/nonexistent"};
    assert_int_equal(engine_signal(engine, pid, dump.starttime, SIGKILL, &error),
                     SIGNAL_REFUSED);
    assert_int_equal(engine_begin_dump(engine, &dump), -EPERM);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    engine_stop(engine);
    sleeper_end(pid);
}

static void sends_what_it_is_asked_to(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    uint64_t starttime = starttime_of(pid);
    int error, status;

    assert_int_equal(engine_signal(engine, pid, starttime + 1, SIGKILL, &error), SIGNAL_GONE);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    assert_int_equal(engine_signal(engine, pid, starttime, SIGTERM, &error), SIGNAL_SENT);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_int_equal(engine_signal(engine, pid, starttime, SIGTERM, &error), SIGNAL_GONE);
    engine_stop(engine);
}

static void refuses_our_own(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct crew crew;
    int error;

    crew_find(&crew, crew_collector_of(engine));
    /* Ourselves, where we come from, and the crew. */
    const pid_t pids[] = {1,           getpid(),       getppid(),
                          crew.keeper, crew.collector, crew.file_worker};
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++)
        assert_int_equal(engine_signal(engine, pids[i], starttime_of(pids[i]), SIGKILL, &error),
                         SIGNAL_REFUSED);
    assert_false(crew_is_gone_within(&crew, 0));
    engine_stop(engine);
    crew_release(&crew);
}

static void readonly_refuses_everything(void **state)
{
    (void)state;
    struct engine *engine = start(true);
    pid_t pid = sleeper_new();
    int error;

    assert_int_equal(engine_signal(engine, pid, starttime_of(pid), SIGKILL, &error),
                     SIGNAL_REFUSED);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    engine_stop(engine);
    sleeper_end(pid);
}

static void a_keeper_that_is_gone_sends_nothing(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    struct crew crew;
    int error;

    crew_find(&crew, crew_collector_of(engine));
    kill(crew.keeper, SIGKILL);
    assert_true(crew_is_gone_within(&crew, 1000));
    uint64_t start_ms = crew_now_ms();
    assert_int_equal(engine_signal(engine, pid, starttime_of(pid), SIGKILL, &error),
                     SIGNAL_FAILED);
    assert_true(crew_now_ms() - start_ms < 1000);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    engine_stop(engine);
    crew_release(&crew);
    sleeper_end(pid);
}

static struct signal_target target_of(pid_t pid)
{
    return (struct signal_target){.pid = pid, .starttime = starttime_of(pid)};
}

static void what_was_pinned_is_what_is_hit(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pids[3] = {sleeper_new(), sleeper_new(), sleeper_new()};
    struct signal_target targets[4] = {target_of(pids[0]), target_of(pids[1]),
                                       target_of(pids[2]), target_of(getppid())};

    targets[1].starttime++; /* another one */
    int pin = engine_pin(engine, targets, 4);
    assert_true(pin >= 0);
    struct signal_outcomes *outcomes = crew_await_stage(engine, pin, ENGINE_STAGE_PINNED);
    assert_int_equal(outcomes->count, 4);
    assert_int_equal(outcomes->items[0].result, SIGNAL_SENT);
    assert_int_equal(outcomes->items[1].result, SIGNAL_GONE);
    assert_int_equal(outcomes->items[2].result, SIGNAL_SENT);
    assert_int_equal(outcomes->items[3].result, SIGNAL_REFUSED);
    free(outcomes);
    /* Nothing was sent yet; one of them ends while the user thinks. */
    sleeper_end(pids[2]);
    assert_int_equal(engine_send(engine, pin, SIGKILL, ENGINE_FREEZE_FIRST), 0);
    outcomes = crew_await_stage(engine, pin, ENGINE_STAGE_AFTER);
    assert_int_equal(outcomes->items[0].result, SIGNAL_SENT);
    assert_int_equal(outcomes->items[0].state, 0);
    assert_int_equal(outcomes->items[1].result, SIGNAL_GONE);
    assert_int_equal(outcomes->items[2].result, SIGNAL_GONE);
    free(outcomes);
    assert_int_equal(engine_send(engine, pin, SIGKILL, 0), -EINVAL);
    assert_int_equal(waitpid(pids[0], NULL, 0), pids[0]);
    assert_int_equal(waitpid(pids[1], NULL, WNOHANG), 0);
    sleeper_end(pids[1]);
    engine_stop(engine);
}

static void a_pin_that_is_dropped_sends_nothing(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    struct signal_target target = target_of(pid);

    for (int i = 0; i < 20; i++) {
        int pin = engine_pin(engine, &target, 1);
        assert_true(pin >= 0);
        if (i % 2)
            free(crew_await_stage(engine, pin, ENGINE_STAGE_PINNED));
        engine_unpin(engine, pin);
    }
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    sleeper_end(pid);
    engine_stop(engine);
}

enum { BROOD = 12 };

/* Bears children as long as it lives, and says so; each of them holds the end. */
static pid_t breeder_new(int born)
{
    pid_t parent = getpid(), pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    for (;;) {
        if (fork() == 0) {
            alarm(20); /* should the test fail */
            for (;;)
                pause();
        }
        if (write(born, "", 1) != 1)
            _exit(1);
        poll(NULL, 0, 1); /* so that it does not outrun who stops it */
    }
}

static void no_child_escapes_from_a_frozen_tree(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    char byte;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = breeder_new(ends[1]);
    struct signal_target target = target_of(pid);
    close(ends[1]);
    for (int i = 0; i < BROOD; i++)
        assert_int_equal(read(ends[0], &byte, 1), 1);
    int pin = engine_pin(engine, &target, 1);
    assert_true(pin >= 0);
    free(crew_await_stage(engine, pin, ENGINE_STAGE_PINNED));
    assert_int_equal(engine_send(engine, pin, SIGKILL, ENGINE_TREE), 0);
    struct signal_outcomes *outcomes = crew_await_stage(engine, pin, ENGINE_STAGE_SENT);
    assert_in_range(outcomes->count, BROOD + 1, ENGINE_TARGETS_MAX);
    for (unsigned i = 0; i < outcomes->count; i++)
        assert_int_equal(outcomes->items[i].result, SIGNAL_SENT);
    free(outcomes);
    engine_unpin(engine, pin);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    /* The end of the pipe: the last of them is gone. */
    struct pollfd polled = {.fd = ends[0], .events = POLLIN};
    do
        assert_int_equal(poll(&polled, 1, 5000), 1);
    while (read(ends[0], &byte, 1) == 1);
    close(ends[0]);
    engine_stop(engine);
}

static void a_gentle_signal_to_frozen_ones_lets_them_go_on(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    struct signal_target target = target_of(pid);
    int status, pin = engine_pin(engine, &target, 1);

    assert_int_equal(engine_send(engine, pin, SIGTERM, ENGINE_FREEZE_FIRST), 0);
    struct signal_outcomes *outcomes = crew_await_stage(engine, pin, ENGINE_STAGE_AFTER);
    assert_int_equal(outcomes->items[0].state, 0);
    free(outcomes);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    engine_stop(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(touches_nobody_of_a_recording),
        cmocka_unit_test(sends_what_it_is_asked_to),
        cmocka_unit_test(refuses_our_own),
        cmocka_unit_test(readonly_refuses_everything),
        cmocka_unit_test(a_keeper_that_is_gone_sends_nothing),
        cmocka_unit_test(what_was_pinned_is_what_is_hit),
        cmocka_unit_test(a_pin_that_is_dropped_sends_nothing),
        cmocka_unit_test(no_child_escapes_from_a_frozen_tree),
        cmocka_unit_test(a_gentle_signal_to_frozen_ones_lets_them_go_on),
    };

    /* As root the collector would be another user's, and not ours to stop and
     * kill; test_privilege sees to root. */
    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("keeper_signals", tests, NULL, NULL);
}
