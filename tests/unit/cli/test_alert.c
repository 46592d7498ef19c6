/* SPDX-License-Identifier: MIT */
#include "cli/alert.h"

#include <errno.h>

#include "tests/support/test.h"

static void kills_ten_and_no_more(void **state)
{
    (void)state;
    struct kill_budget budget = {0};

    for (int i = 0; i < KILLS_A_MINUTE; i++)
        assert_true(kill_budget_spend(&budget, 1000));
    assert_false(kill_budget_spend(&budget, 1000));
    assert_false(kill_budget_spend(&budget, 60999));
}

static void forgets_a_kill_after_a_minute(void **state)
{
    (void)state;
    struct kill_budget budget = {0};

    for (int i = 0; i < KILLS_A_MINUTE; i++)
        assert_true(kill_budget_spend(&budget, 1000 + i * 1000));
    assert_false(kill_budget_spend(&budget, 60999));
    assert_true(kill_budget_spend(&budget, 61000));
    assert_false(kill_budget_spend(&budget, 61000)); /* the second is of second 2 */
    assert_true(kill_budget_spend(&budget, 62000));
}

/* Over any minute, however the moments fall. */
static void never_exceeds_the_budget(void **state)
{
    (void)state;
    enum { MOMENTS = 5000 };
    static int64_t spent[MOMENTS];
    struct kill_budget budget = {0};
    uint32_t random = 7;
    int64_t now_ms = 1;
    size_t count = 0;

    for (int i = 0; i < MOMENTS; i++) {
        random = random * 1664525 + 1013904223;
        now_ms += random >> 20;
        if (kill_budget_spend(&budget, now_ms))
            spent[count++] = now_ms;
    }
    assert_true(count > KILLS_A_MINUTE);
    for (size_t i = KILLS_A_MINUTE; i < count; i++)
        assert_true(spent[i] - spent[i - KILLS_A_MINUTE] >= 60000);
}

static void dumps_each_process_once(void **state)
{
    (void)state;
    struct dump_ledger ledger = {0};

    assert_int_equal(dump_ledger_enter(&ledger, 10, 1), 0);
    assert_int_equal(dump_ledger_enter(&ledger, 10, 1), -EALREADY);
    assert_int_equal(dump_ledger_enter(&ledger, 10, 2), 0); /* another of that pid */
}

static void stops_dumping_after_so_many(void **state)
{
    (void)state;
    struct dump_ledger ledger = {0};

    for (int32_t pid = 1; pid <= DUMPS_MAX; pid++)
        assert_int_equal(dump_ledger_enter(&ledger, pid, 1), 0);
    assert_int_equal(dump_ledger_enter(&ledger, DUMPS_MAX + 1, 1), -EDQUOT);
    assert_int_equal(dump_ledger_enter(&ledger, 1, 1), -EALREADY);
}

static void stops_dumping_when_they_hang(void **state)
{
    (void)state;
    struct dump_ledger ledger = {.hangs = DUMP_HANGS_MAX - 1};

    assert_int_equal(dump_ledger_enter(&ledger, 10, 1), 0);
    ledger.hangs++;
    assert_int_equal(dump_ledger_enter(&ledger, 11, 1), -ETIMEDOUT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_ten_and_no_more),
        cmocka_unit_test(forgets_a_kill_after_a_minute),
        cmocka_unit_test(never_exceeds_the_budget),
        cmocka_unit_test(dumps_each_process_once),
        cmocka_unit_test(stops_dumping_after_so_many),
        cmocka_unit_test(stops_dumping_when_they_hang),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
