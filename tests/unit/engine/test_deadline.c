/* SPDX-License-Identifier: MIT */
/* Reads that hang, and reads that kill. */
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "engine/collector.h"
#include "engine/engine.h"
#include "engine/privilege.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static struct engine *start(void)
{
    return crew_start(&(struct engine_options){0}, 50);
}

static int set_up(void **state)
{
    (void)state;
    fake_gather_init();
    return 0;
}

static enum fact_state cmdline_of(const struct snapshot *snapshot, int index)
{
    const struct process *process = snapshot_find(snapshot, FAKE_FIRST_PID + index);

    assert_non_null(process);
    return (enum fact_state)process->facts[FACT_CMDLINE];
}

/* Snapshots until that many are blocked; the collector's pid of that one. */
static pid_t await_blocked(struct engine *engine, unsigned count, int wait_ms)
{
    uint64_t end = crew_now_ms() + (uint64_t)wait_ms;
    struct snapshot snapshot;

    while (crew_now_ms() < end) {
        void *block = crew_next(engine, &snapshot);
        uint32_t blocked = snapshot.header->counts.blocked;
        pid_t collector = snapshot.header->collector_pid;
        free(block);
        if (blocked == count)
            return collector;
    }
    fail_msg("never %u blocked", count);
    return 0;
}

static void a_read_that_hangs_costs_its_row_only(void **state)
{
    (void)state;
    struct engine *engine = start();
    struct snapshot snapshot;
    pid_t first = await_blocked(engine, 0, 5000);

    fake_gather->is_hanging[3] = true;
    uint64_t hung_ms = crew_now_ms();
    assert_int_equal(await_blocked(engine, 1, 5000), first);
    assert_true(crew_now_ms() - hung_ms < 2000);
    void *block = crew_next(engine, &snapshot);
    assert_int_equal(snapshot.process_count, 10);
    assert_int_equal(snapshot.header->uptime_ms, 10); /* inherited: see fake_gather.h */
    for (int i = 0; i < 10; i++)
        assert_int_equal(cmdline_of(&snapshot, i), i == 3 ? FACT_BLOCKED : FACT_KNOWN);
    free(block);

    /* The thread that hangs there frees the row when it comes back, and all that
     * it had. */
    assert_int_equal(fake_gather->gatherers, 2);
    fake_gather->is_hanging[3] = false;
    assert_int_equal(await_blocked(engine, 0, 8000), first);
    assert_int_equal(fake_gather->gatherers, 1);
    engine_stop(engine);
}

static void says_what_hangs(void **state)
{
    (void)state;
    struct engine *engine = start();
    struct engine_stall stall;
    uint64_t end;

    await_blocked(engine, 0, 5000);
    assert_false(engine_is_stalled(engine, &stall));
    fake_gather->is_hanging[5] = true;
    end = crew_now_ms() + 5000;
    while (!engine_is_stalled(engine, &stall) && crew_now_ms() < end)
        poll(NULL, 0, 5);
    assert_int_equal(stall.pid, FAKE_FIRST_PID + 5);
    assert_int_equal(stall.fact, FACT_CMDLINE);
    assert_true(stall.for_ms >= 50 && stall.for_ms < 2000);
    engine_stop(engine);
}

static void many_that_hang_cost_a_collector(void **state)
{
    (void)state;
    struct engine *engine = start();
    pid_t first = await_blocked(engine, 0, 5000);

    for (int i = 0; i < READERS_HANGING_MAX + 2; i++)
        fake_gather->is_hanging[i] = true;
    /* What the first collector learned the second one knows. */
    pid_t second = await_blocked(engine, READERS_HANGING_MAX + 2, 15000);
    assert_int_not_equal(second, first);
    uint64_t start_ms = crew_now_ms();
    engine_stop(engine);
    assert_true(crew_now_ms() - start_ms < 1000);
}

/* In a pass of which each other process hangs: those in front are known, those behind
 * are looked at later. */
static void many_that_hang_do_not_hold_up_the_others(void **state)
{
    (void)state;
    uint64_t start_ms = crew_now_ms();
    struct snapshot snapshot;
    unsigned states[FACT_STATE_COUNT] = {0};

    fake_gather->count = 40;
    for (int i = 0; i < 40; i += 2)
        fake_gather->is_hanging[i] = true;
    struct engine *engine = start();
    void *block = crew_next(engine, &snapshot);
    uint64_t took_ms = crew_now_ms() - start_ms;
    for (int i = 0; i < 40; i++)
        states[cmdline_of(&snapshot, i)]++;
    free(block);
    /* 20 times 250 ms, and two collectors, it would be. */
    assert_in_range(took_ms, PASS_DEADLINE_MS - 100, 4500);
    assert_int_equal(snapshot.process_count, 40);
    assert_in_range(states[FACT_BLOCKED], 2, READERS_HANGING_MAX);
    assert_true(states[FACT_KNOWN] >= states[FACT_BLOCKED] - 1);
    assert_true(states[FACT_PENDING] > 10);
    /* And in the end each of them is known for what it is. */
    await_blocked(engine, 20, 30000);
    engine_stop(engine);
}

static void a_slow_machine_is_not_a_hang(void **state)
{
    (void)state;
    struct engine *engine = start();
    struct crew crew;

    fake_gather->pass_ms = 200;
    crew_find(&crew, await_blocked(engine, 0, 5000));
    /* Stopped in the middle of a read, and let go much later. */
    kill(crew.collector, SIGSTOP);
    poll(NULL, 0, 600);
    kill(crew.collector, SIGCONT);
    for (int i = 0; i < 5; i++)
        await_blocked(engine, 0, 5000);
    assert_int_equal(fake_gather->gatherers, 1);
    engine_stop(engine);
    crew_release(&crew);
}

static void a_process_that_kills_its_reader_is_left_alone(void **state)
{
    (void)state;
    struct engine *engine = start();
    pid_t first = await_blocked(engine, 0, 5000);

    fake_gather->crashes_from = 4;
    fake_gather->crashes = 1;
    pid_t second = await_blocked(engine, 1, 5000);
    assert_int_not_equal(second, first);
    fake_gather->crashes = 0;
    assert_int_equal(await_blocked(engine, 0, 8000), second);
    engine_stop(engine);
}

static void several_that_kill_cannot_keep_it_down(void **state)
{
    (void)state;
    struct engine *engine = start();

    await_blocked(engine, 0, 5000);
    fake_gather->crashes = 7;
    await_blocked(engine, 7, 15000);
    /* The list goes on also when they are tried again, one after the other. */
    for (int i = 0; i < 40; i++)
        await_blocked(engine, 7, 10000);
    engine_stop(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_read_that_hangs_costs_its_row_only, set_up),
        cmocka_unit_test_setup(says_what_hangs, set_up),
        cmocka_unit_test_setup(many_that_hang_cost_a_collector, set_up),
        cmocka_unit_test_setup(many_that_hang_do_not_hold_up_the_others, set_up),
        cmocka_unit_test_setup(a_slow_machine_is_not_a_hang, set_up),
        cmocka_unit_test_setup(a_process_that_kills_its_reader_is_left_alone, set_up),
        cmocka_unit_test_setup(several_that_kill_cannot_keep_it_down, set_up),
    };

    /* As root the collector would be another user's, and not ours to stop and
     * kill; test_privilege sees to root. */
    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
