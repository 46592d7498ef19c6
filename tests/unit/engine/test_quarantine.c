/* SPDX-License-Identifier: MIT */
#include "engine/quarantine.h"
#include "engine/schedule.h"
#include "tests/support/test.h"

static bool is_closed(const struct quarantine *quarantine, int32_t pid, uint64_t now_ms)
{
    const struct quarantine_entry *entry = quarantine_find(quarantine, pid, 1, 2);

    return entry && quarantine_entry_is_closed(entry, now_ms);
}

static void waits_twice_as_long_each_time(void **state)
{
    static const uint64_t waits_ms[] = {2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct quarantine quarantine = {0};
    uint64_t now_ms = 1000;
    (void)state;

    for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
        quarantine_add(&quarantine, 7, 1, 2, now_ms);
        quarantine_returned(&quarantine, 7, 1, 2, now_ms);
        assert_true(is_closed(&quarantine, 7, now_ms + waits_ms[i] - 1));
        assert_false(is_closed(&quarantine, 7, now_ms + waits_ms[i]));
        now_ms += waits_ms[i];
    }
    assert_int_equal(quarantine.count, 1);
    assert_int_equal(quarantine_find(&quarantine, 7, 1, 2)->since_ms, 1000);
}

static void stays_closed_while_somebody_hangs_there(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, 2, 0);
    assert_true(is_closed(&quarantine, 7, 1000000));
    quarantine_expire(&quarantine, 1000000);
    assert_int_equal(quarantine.count, 1);
    quarantine_returned(&quarantine, 7, 1, 2, 1000000);
    assert_true(is_closed(&quarantine, 7, 1001999));
    assert_false(is_closed(&quarantine, 7, 1002000));
}

static void a_reused_pid_is_another_process(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, 2, 0);
    assert_null(quarantine_find(&quarantine, 7, 5, 2));
    assert_null(quarantine_find(&quarantine, 7, 1, 3));
    assert_null(quarantine_find(&quarantine, 8, 1, 2));
    quarantine_remove(&quarantine, 7, 1, 2);
    assert_null(quarantine_find(&quarantine, 7, 1, 2));
    assert_int_equal(quarantine.count, 0);
}

static void a_full_table_gives_up_the_soonest(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    for (int32_t pid = 1; pid <= QUARANTINE_MAX + 10; pid++)
        quarantine_add(&quarantine, pid, 1, 2, (uint64_t)pid);
    assert_int_equal(quarantine.count, QUARANTINE_MAX);
    for (int32_t pid = 1; pid <= 10; pid++)
        assert_null(quarantine_find(&quarantine, pid, 1, 2));
    assert_non_null(quarantine_find(&quarantine, 11, 1, 2));
}

static void a_successor_inherits(void **state)
{
    struct quarantine quarantine = {0};
    (void)state;

    quarantine_add(&quarantine, 7, 1, 2, 0);
    quarantine_add(&quarantine, 8, 1, 2, 100000);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_twice_as_long_each_time),
        cmocka_unit_test(stays_closed_while_somebody_hangs_there),
        cmocka_unit_test(a_reused_pid_is_another_process),
        cmocka_unit_test(a_full_table_gives_up_the_soonest),
        cmocka_unit_test(a_successor_inherits),
        cmocka_unit_test(the_schedule_keeps_its_grid),
    };

    return cmocka_run_group_tests_name("quarantine", tests, NULL, NULL);
}
