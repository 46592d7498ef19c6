/* SPDX-License-Identifier: MIT */
/* Signals, asked of the keeper. */
#include <signal.h>
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
    const char *reason = "";
    struct engine *engine;

    fake_gather_init();
    if (engine_start(&options, &engine, &reason) < 0)
        fail_msg("%s", reason);
    engine_request(engine, &(struct engine_request){.wanted = FACT_ALL, .interval_ms = 20});
    return engine;
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
    struct snapshot snapshot;
    struct crew crew;
    int error;
    void *block = crew_next(engine, &snapshot);

    crew_find(&crew, snapshot.header->collector_pid);
    free(block);
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
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void a_keeper_that_is_gone_sends_nothing(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    struct snapshot snapshot;
    struct crew crew;
    int error;
    void *block = crew_next(engine, &snapshot);

    crew_find(&crew, snapshot.header->collector_pid);
    free(block);
    kill(crew.keeper, SIGKILL);
    assert_true(crew_is_gone_within(&crew, 1000));
    uint64_t start_ms = crew_now_ms();
    assert_int_equal(engine_signal(engine, pid, starttime_of(pid), SIGKILL, &error),
                     SIGNAL_FAILED);
    assert_true(crew_now_ms() - start_ms < 1000);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    engine_stop(engine);
    crew_release(&crew);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_what_it_is_asked_to),
        cmocka_unit_test(refuses_our_own),
        cmocka_unit_test(readonly_refuses_everything),
        cmocka_unit_test(a_keeper_that_is_gone_sends_nothing),
    };

    /* As root the collector would be another user's, and not ours to stop and
     * kill; test_privilege sees to root. */
    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("deeds", tests, NULL, NULL);
}
