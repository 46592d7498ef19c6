/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"

#include "gather/newcomers.h"

enum { MANY = 5000 };

static void see_all(struct newcomers *newcomers, uint64_t from, uint64_t to)
{
    newcomers_begin(newcomers);
    for (uint64_t inode = from; inode < to; inode++)
        newcomers_see(newcomers, inode);
}

static void who_was_there_before_is_no_newcomer(void **state)
{
    struct newcomers newcomers = {0};
    (void)state;

    see_all(&newcomers, 1, MANY);
    assert_int_equal(newcomers.count, MANY - 1);
    see_all(&newcomers, 1, MANY);
    assert_int_equal(newcomers.count, 0);
    see_all(&newcomers, 10, MANY + 2);
    assert_int_equal(newcomers.count, 2);
    see_all(&newcomers, 1, 11); /* gone for a pass: may be another by now */
    assert_int_equal(newcomers.count, 9);
    newcomers_release(&newcomers);
}

static void who_is_seen_twice_counts_once(void **state)
{
    struct newcomers newcomers = {0};
    (void)state;

    newcomers_begin(&newcomers);
    newcomers_see(&newcomers, 7);
    newcomers_see(&newcomers, 7);
    assert_int_equal(newcomers.count, 1);
    newcomers_release(&newcomers);
}

static void a_claim_counts_once_and_only_for_newcomers(void **state)
{
    struct newcomers newcomers = {0};
    (void)state;

    newcomers_claim(&newcomers, 1); /* nobody was seen yet */
    see_all(&newcomers, 1, 3);
    see_all(&newcomers, 1, 5);
    assert_int_equal(newcomers.count, 2);
    newcomers_claim(&newcomers, 1);
    newcomers_claim(&newcomers, 99);
    assert_int_equal(newcomers.count, 2);
    newcomers_claim(&newcomers, 3);
    newcomers_claim(&newcomers, 3);
    assert_int_equal(newcomers.count, 1);
    newcomers_claim(&newcomers, 4);
    assert_int_equal(newcomers.count, 0);
    newcomers_release(&newcomers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_there_before_is_no_newcomer),
        cmocka_unit_test(who_is_seen_twice_counts_once),
        cmocka_unit_test(a_claim_counts_once_and_only_for_newcomers),
    };

    return cmocka_run_group_tests_name("newcomers", tests, NULL, NULL);
}
