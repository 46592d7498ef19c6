/* SPDX-License-Identifier: MIT */
/* Real processes, a made-up /proc. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/privilege.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static struct engine *start(unsigned interval_ms)
{
    return crew_start(&(struct engine_options){0}, interval_ms);
}

static int set_up(void **state)
{
    (void)state;
    fake_gather_init();
    return 0;
}

static void publishes_growing_serials(void **state)
{
    (void)state;
    struct engine *engine = start(20);
    uint64_t serial = 0;

    for (int i = 0; i < 10; i++) {
        struct snapshot snapshot;
        void *block = crew_next(engine, &snapshot);
        assert_true(snapshot.header->serial > serial);
        serial = snapshot.header->serial;
        assert_int_equal(snapshot.process_count, 10);
        free(block);
    }
    engine_stop(engine);
}

static void passes_only_on_demand_without_an_interval(void **state)
{
    (void)state;
    struct engine *engine = start(0);
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};

    assert_int_equal(poll(&polled, 1, 200), 0);
    for (unsigned i = 1; i <= 3; i++) {
        engine_refresh_now(engine);
        crew_collector_of(engine);
        assert_int_equal(fake_gather->passes, i);
    }
    engine_stop(engine);
}

static void what_was_put_off_follows_at_once(void **state)
{
    const unsigned hour_ms = 3600 * 1000;
    (void)state;
    fake_gather->puts_off = 3;
    struct engine *engine = start(hour_ms);
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};

    crew_collector_of(engine);
    assert_int_equal(poll(&polled, 1, 200), 0);
    assert_int_equal(fake_gather->passes, 1); /* nobody allowed it */
    engine_request(engine, &(struct engine_request){.wanted = FACT_ALL,
                                                    .interval_ms = hour_ms,
                                                    .may_put_off = true});
    engine_refresh_now(engine);
    while (fake_gather->passes < 4)
        crew_collector_of(engine);
    while (poll(&polled, 1, 200) > 0)
        crew_collector_of(engine);
    assert_int_equal(fake_gather->passes, 4);
    engine_stop(engine);
}

static void who_always_leaves_something_gets_no_pass_at_once(void **state)
{
    const unsigned hour_ms = 3600 * 1000;
    (void)state;
    fake_gather->puts_off = UINT32_MAX;
    struct engine *engine = start(hour_ms);
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};

    engine_request(engine, &(struct engine_request){.wanted = FACT_ALL,
                                                    .interval_ms = hour_ms,
                                                    .may_put_off = true});
    engine_refresh_now(engine);
    do
        crew_collector_of(engine);
    while (poll(&polled, 1, 500) > 0);
    unsigned passes = fake_gather->passes;
    assert_in_range(passes, 10, 30);
    assert_int_equal(poll(&polled, 1, 500), 0);
    assert_int_equal(fake_gather->passes, passes);
    engine_refresh_now(engine);
    crew_collector_of(engine);
    assert_int_equal(fake_gather->passes, passes + 1);
    engine_stop(engine);
}

static void a_pause_holds_but_a_demand_is_met(void **state)
{
    (void)state;
    struct engine *engine = start(10);

    crew_collector_of(engine);
    engine_request(engine, &(struct engine_request){
                               .wanted = FACT_ALL, .interval_ms = 10, .is_paused = true});
    engine_refresh_now(engine);
    crew_collector_of(engine);
    /* Passes under way when the pause came may still arrive. */
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
    while (poll(&polled, 1, 200) > 0)
        crew_collector_of(engine);
    unsigned passes = fake_gather->passes;
    assert_int_equal(poll(&polled, 1, 200), 0);
    assert_int_equal(fake_gather->passes, passes);
    engine_refresh_now(engine);
    crew_collector_of(engine);
    engine_stop(engine);
}

static void take_focus(struct engine *engine, int32_t pid, int wait_ms)
{
    uint64_t end = crew_now_ms() + (uint64_t)wait_ms;
    const char *reason;
    struct snapshot snapshot;
    size_t size;
    void *block;

    while (crew_now_ms() < end) {
        struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
        poll(&polled, 1, 20);
        if (engine_take_focus(engine, &block, &size) != 0)
            continue;
        assert_true(snapshot_open(block, size, &snapshot, &reason));
        int32_t focus = snapshot.header->focus_pid;
        free(block);
        if (focus == pid)
            return;
    }
    fail_msg("no focus snapshot in %d ms", wait_ms);
}

static void answers_a_focus_in_the_middle_of_a_pass(void **state)
{
    (void)state;
    const struct engine_request request = {
        .wanted = FACT_ALL, .focus_pid = FAKE_FIRST_PID + 3, .focus_starttime = 4};
    struct engine *engine = start(0);

    fake_gather->count = FAKE_COUNT_MAX;
    fake_gather->pass_ms = 5000;
    engine_refresh_now(engine);
    struct pollfd nothing = {.fd = -1};
    poll(&nothing, 1, 300); /* well within the pass */
    engine_request(engine, &request);
    take_focus(engine, FAKE_FIRST_PID + 3, 2500);
    assert_int_equal(fake_gather->passes, 1); /* that of the focus alone */
    engine_stop(engine);
}

static void stop_leaves_nobody(void **state)
{
    (void)state;
    struct engine *engine = start(20);
    struct crew crew;

    crew_find(&crew, crew_collector_of(engine));
    engine_stop(engine);
    assert_true(crew_is_gone_within(&crew, 0));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    crew_release(&crew);
}

static void ends_before_anything_was_asked_for(void **state)
{
    const char *reason = "";
    struct engine *engine;
    (void)state;

    assert_int_equal(engine_start(&(struct engine_options){0}, &engine, &reason), 0);
    engine_stop(engine);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void stop_takes_less_than_a_second(void **state)
{
    static const bool stops_keeper[] = {false, true};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct engine *engine = start(20);
        struct crew crew;

        crew_find(&crew, crew_collector_of(engine));
        kill(crew.collector, SIGSTOP);
        if (stops_keeper[i])
            kill(crew.keeper, SIGSTOP);
        uint64_t start_ms = crew_now_ms();
        engine_stop(engine);
        assert_true(crew_now_ms() - start_ms < 1000);
        assert_true(crew_is_gone_within(&crew, 1000));
        crew_release(&crew);
    }
}

static void goes_on_with_another_collector(void **state)
{
    (void)state;
    struct engine *engine = start(20);
    struct snapshot snapshot;
    pid_t first = crew_collector_of(engine), second;
    uint64_t serial = 0;

    kill(first, SIGKILL);
    do {
        void *block = crew_next(engine, &snapshot);
        assert_true(snapshot.header->serial > serial);
        serial = snapshot.header->serial;
        second = snapshot.header->collector_pid;
        /* It knows whom its predecessor saw: see fake_gather.h. */
        assert_int_equal(snapshot.header->uptime_ms, second == first ? 0 : 10);
        free(block);
    } while (second == first);
    engine_stop(engine);
}

/* Runs an engine for its parent to kill; tells it the collector's pid. */
_Noreturn static void be_a_screen(int out)
{
    struct engine *engine = start(20);
    pid_t collector = crew_collector_of(engine);

    if (write(out, &collector, sizeof collector) != sizeof collector)
        _exit(1);
    for (;;)
        pause();
}

static void all_die_with_the_screen(void **state)
{
    static const bool stops_keeper[] = {false, true};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        int ends[2];
        pid_t collector;
        struct crew crew;

        assert_int_equal(pipe(ends), 0);
        pid_t screen = fork();
        if (screen == 0)
            be_a_screen(ends[1]);
        assert_int_equal(read(ends[0], &collector, sizeof collector), sizeof collector);
        crew_find(&crew, collector);
        if (stops_keeper[i])
            kill(crew.keeper, SIGSTOP);
        kill(screen, SIGKILL);
        assert_true(crew_is_gone_within(&crew, 1000));
        waitpid(screen, NULL, 0);
        crew_release(&crew);
        close(ends[0]);
        close(ends[1]);
    }
}

static int take_until_lost(struct engine *engine, const char **ret_reason)
{
    uint64_t end = crew_now_ms() + 10000;
    int result = -EAGAIN;
    size_t size;
    void *block;

    while ((result == -EAGAIN || result == 0) && crew_now_ms() < end) {
        struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
        poll(&polled, 1, 100);
        result = engine_take(engine, &block, &size, ret_reason);
        if (result == 0)
            free(block);
    }
    return result;
}

static void all_die_with_the_keeper(void **state)
{
    (void)state;
    struct engine *engine = start(20);
    const char *reason = "";
    struct crew crew;

    crew_find(&crew, crew_collector_of(engine));
    kill(crew.keeper, SIGKILL);
    assert_true(crew_is_gone_within(&crew, 1000));
    assert_int_equal(take_until_lost(engine, &reason), -EPIPE);
    assert_string_equal(reason, "the keeper is gone");
    engine_stop(engine);
    crew_release(&crew);
}

static void says_why_the_collector_gave_up(void **state)
{
    (void)state;
    const char *reason = "";

    fake_gather->refuses = true;
    struct engine *engine = start(20);
    assert_int_equal(take_until_lost(engine, &reason), -EPIPE);
    /* The collector's words are made printable: it may be hostile. */
    assert_string_equal(reason, "/proc is not procfs\\x1b[2J");
    /* Whoever polls is not kept busy by what is lost. */
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
    assert_int_equal(poll(&polled, 1, 50), 0);
    engine_stop(engine);
}

static void gives_up_when_nothing_can_be_listed(void **state)
{
    (void)state;
    const char *reason = "";

    fake_gather->is_failing = true;
    struct engine *engine = start(20);
    assert_int_equal(take_until_lost(engine, &reason), -EPIPE);
    assert_non_null(strstr(reason, "Too many open files"));
    engine_stop(engine);
}

static void leaves_the_terminal_alone(void **state)
{
    (void)state;
    struct engine *engine = start(20);
    struct crew crew;

    crew_find(&crew, crew_collector_of(engine));
    /* A session of their own, without a terminal. */
    assert_int_equal(getsid(crew.collector), crew.keeper);
    assert_int_not_equal(getsid(crew.collector), getsid(0));
    engine_stop(engine);
    crew_release(&crew);
}

static void starts_without_standard_descriptors(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();

    if (child == 0) {
        for (int fd = 0; fd <= STDERR_FILENO; fd++)
            close(fd);
        struct engine *engine = start(20);
        crew_collector_of(engine);
        engine_stop(engine);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(publishes_growing_serials, set_up),
        cmocka_unit_test_setup(passes_only_on_demand_without_an_interval, set_up),
        cmocka_unit_test_setup(what_was_put_off_follows_at_once, set_up),
        cmocka_unit_test_setup(who_always_leaves_something_gets_no_pass_at_once, set_up),
        cmocka_unit_test_setup(a_pause_holds_but_a_demand_is_met, set_up),
        cmocka_unit_test_setup(answers_a_focus_in_the_middle_of_a_pass, set_up),
        cmocka_unit_test_setup(stop_leaves_nobody, set_up),
        cmocka_unit_test_setup(ends_before_anything_was_asked_for, set_up),
        cmocka_unit_test_setup(stop_takes_less_than_a_second, set_up),
        cmocka_unit_test_setup(goes_on_with_another_collector, set_up),
        cmocka_unit_test_setup(all_die_with_the_screen, set_up),
        cmocka_unit_test_setup(all_die_with_the_keeper, set_up),
        cmocka_unit_test_setup(says_why_the_collector_gave_up, set_up),
        cmocka_unit_test_setup(gives_up_when_nothing_can_be_listed, set_up),
        cmocka_unit_test_setup(leaves_the_terminal_alone, set_up),
        cmocka_unit_test_setup(starts_without_standard_descriptors, set_up),
    };

    /* As root the collector would be another user's, and not ours to stop and
     * kill; test_privilege sees to root. */
    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
