/* SPDX-License-Identifier: MIT */
/* What is not read again yet; and when the next pass is due. */
#include "engine/quarantine.h"
#include "engine/schedule.h"
#include "model/facts.h"
#include "tests/support/test.h"

enum { FACT = FACT_CGROUP }; /* that shares no lock */

static bool is_closed(const struct quarantine *quarantine, int32_t pid, uint64_t now_ms)
{
    return quarantine_is_closed(quarantine, pid, 1, FACT, now_ms);
}

static void waits_twice_as_long_each_time(void **state)
{
    static const uint64_t waits_ms[] = {2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct quarantine quarantine = {0};
    uint64_t now_ms = 1000;
    (void)state;

    for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
        quarantine_add(&quarantine, 7, 1, FACT, now_ms);
        quarantine_returned(&quarantine, 7, 1, FACT, now_ms);
        assert_true(is_closed(&quarantine, 7, now_ms + waits_ms[i] - 1));
        assert_false(is_closed(&quarantine, 7, now_ms + waits_ms[i]));
        now_ms += waits_ms[i];
    }
    assert_int_equal(quarantine.count, 1);
    assert_int_equal(quarantine_find(&quarantine, 7, 1, FACT)->since_ms, 1000);
}

static void stays_closed_while_somebody_hangs_there(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, FACT, 0);
    assert_true(is_closed(&quarantine, 7, 1000000));
    quarantine_expire(&quarantine, 1000000);
    assert_int_equal(quarantine.count, 1);
    quarantine_returned(&quarantine, 7, 1, FACT, 1000000);
    assert_true(is_closed(&quarantine, 7, 1001999));
    assert_false(is_closed(&quarantine, 7, 1002000));
}

static void a_reused_pid_is_another_process(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, FACT, 0);
    assert_null(quarantine_find(&quarantine, 7, 5, FACT));
    assert_null(quarantine_find(&quarantine, 7, 1, FACT + 1));
    assert_null(quarantine_find(&quarantine, 8, 1, FACT));
    quarantine_remove(&quarantine, 7, 1, FACT);
    assert_null(quarantine_find(&quarantine, 7, 1, FACT));
    assert_int_equal(quarantine.count, 0);
}

static void a_hang_closes_what_waits_for_the_same_lock(void **state)
{
    static const struct {
        enum fact hangs, other;
        bool closes;
    } cases[] = {
        {FACT_STAT,    FACT_EXE,         true },
        {FACT_STAT,    FACT_DESCRIPTORS, true },
        {FACT_STAT,    FACT_ENVIRON,     true },
        {FACT_STAT,    FACT_CMDLINE,     false}, /* a process in exec still tells it */
        {FACT_STAT,    FACT_STATUS,      false},
        {FACT_CMDLINE, FACT_ENVIRON,     true },
        {FACT_CMDLINE, FACT_EXE,         false},
        {FACT_CMDLINE, FACT_STATUS,      false},
        {FACT_CGROUP,  FACT_LOGINUID,    false}, /* no lock is not a lock */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct quarantine quarantine = {0};

        quarantine_add(&quarantine, 7, 1, cases[i].hangs, 0);
        assert_int_equal(quarantine_is_closed(&quarantine, 7, 1, cases[i].other, 0),
                         cases[i].closes);
        assert_false(quarantine_is_closed(&quarantine, 8, 1, cases[i].other, 0));
        quarantine_returned(&quarantine, 7, 1, cases[i].hangs, 0);
        assert_false(quarantine_is_closed(&quarantine, 7, 1, cases[i].other, 2000));
    }
}

static void a_full_table_gives_up_the_soonest(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    for (int32_t pid = 1; pid <= QUARANTINE_MAX + 10; pid++)
        quarantine_add(&quarantine, pid, 1, FACT, (uint64_t)pid);
    assert_int_equal(quarantine.count, QUARANTINE_MAX);
    for (int32_t pid = 1; pid <= 10; pid++)
        assert_null(quarantine_find(&quarantine, pid, 1, FACT));
    assert_non_null(quarantine_find(&quarantine, 11, 1, FACT));
}

static void a_successor_inherits(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, FACT, 0);
    quarantine_add(&quarantine, 8, 1, FACT, 100000);
    quarantine.count = 77; /* its predecessor died in the middle of something */
    quarantine_inherit(&quarantine, 100500);
    assert_int_equal(quarantine.count, 1); /* the old one is forgotten */
    assert_true(is_closed(&quarantine, 8, 101999));
    assert_false(is_closed(&quarantine, 8, 102000));
}

static void the_schedule_keeps_its_grid(void **state)
{
    static const struct {
        uint64_t due, now, interval, next;
    } cases[] = {
        {1000, 900,  100, 1000}, /* not due yet */
        {1000, 1000, 100, 1100}, /* on time */
        {1000, 1030, 100, 1100}, /* late: no drift */
        {1000, 1100, 100, 1200}, /* exactly one late */
        {1000, 1555, 100, 1600}, /* a long pass: no burst */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(schedule_next(cases[i].due, cases[i].now, cases[i].interval),
                         cases[i].next);
}

static void the_pace_leaves_half_of_the_time(void **state)
{
    static const struct {
        uint64_t interval, took, before, pace;
    } cases[] = {
        {1000, 20,   20,   1000},
        {1000, 500,  500,  1000}, /* exactly half */
        {1000, 501,  501,  2000},
        {1000, 2400, 20,   1000}, /* once is no habit */
        {1000, 20,   2400, 1000},
        {1000, 2400, 2300, 5000},
        {100,  340,  330,  700 }, /* on the grid that was asked for */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(schedule_pace(cases[i].interval, cases[i].took, cases[i].before),
                         cases[i].pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_twice_as_long_each_time),
        cmocka_unit_test(stays_closed_while_somebody_hangs_there),
        cmocka_unit_test(a_reused_pid_is_another_process),
        cmocka_unit_test(a_hang_closes_what_waits_for_the_same_lock),
        cmocka_unit_test(a_full_table_gives_up_the_soonest),
        cmocka_unit_test(a_successor_inherits),
        cmocka_unit_test(the_schedule_keeps_its_grid),
        cmocka_unit_test(the_pace_leaves_half_of_the_time),
    };

    return cmocka_run_group_tests_name("quarantine", tests, NULL, NULL);
}
