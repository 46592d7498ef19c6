/* SPDX-License-Identifier: MIT */
/* How many came and went between two passes, by the numbers that were given. */
#include "gather/births.h"

#include <sys/wait.h>

#include "tests/support/alone.h"
#include "tests/support/fixture.h"

enum { PID_MAX = 1000, SHORT_LIVED = 50 };

static bool is_alone;

static void ended_are_those_given_and_not_there(void **state)
{
    static const struct {
        int32_t before, last;
        uint32_t threads;
        int32_t listed[6]; /* ascending, until 0 */
        uint32_t ended;
    } cases[] = {
        {100, 100, 0, {1, 50, 100},            0  },
        {100, 104, 0, {1, 50, 100},            4  },
        {100, 104, 0, {1, 101, 103, 104, 105}, 1  },
        {100, 104, 1, {1, 101, 103},           1  },
        {100, 104, 9, {1},                     0  }, /* ids of later ones */
        {990, 309, 0, {1, 299, 500, 980},      19 }, /* 991..999, 300..309 */
        {990, 309, 0, {1, 299, 305, 309, 991}, 16 },
        {990, 20,  0, {1},                     9  }, /* only at the boot it goes below */
        {100, 99,  0, {1},                     899},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct births births = {.last = cases[i].before};
        struct procfs_numbers listed = {0};
        uint32_t ended = 77;

        for (size_t at = 0; at < 6 && cases[i].listed[at] != 0; at++)
            procfs_numbers_add(&listed, cases[i].listed[at]);
        births_begin(&births, cases[i].last);
        births_see(&births, (int32_t)cases[i].threads + 1, 0);
        births_see(&births, 5, 5);
        births_see(&births, 2, 5);
        assert_true(births_estimate_ended(&births, &listed, PID_MAX, &ended));
        assert_int_equal(ended, cases[i].ended);
        procfs_numbers_release(&listed);
    }
}

static void nothing_is_said_without_a_pass_before(void **state)
{
    struct births births = {0};
    const struct procfs_numbers listed = {0};
    uint32_t ended = 77;
    (void)state;

    births_begin(&births, 100);
    assert_false(births_estimate_ended(&births, &listed, PID_MAX, &ended));
    births_begin(&births, 0);
    assert_false(births_estimate_ended(&births, &listed, PID_MAX, &ended));
    assert_int_equal(ended, 77);
}

static void who_was_never_listed_is_estimated(void **state)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_CPU)};
    struct snapshot first, second;
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    (void)state;

    void *block = fixture_gather(gather, &request, &first);
    assert_int_equal(first.header->flags & SNAPSHOT_ESTIMATES_SHORT_LIVED, 0);
    for (int i = 0; i < SHORT_LIVED; i++) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
    void *next = fixture_gather(gather, &request, &second);
    bool is_told = second.header->flags & SNAPSHOT_ESTIMATES_SHORT_LIVED;
    uint32_t count = second.header->counts.short_lived;
    free(block);
    free(next);
    gather_free(gather);
    if (!is_told) /* hidepid, or somebody else's /proc */
        skip();
    if (is_alone)
        assert_int_equal(count, SHORT_LIVED);
    else /* who was begun by others meanwhile and is listed may be counted for ours */
        assert_true(count >= SHORT_LIVED / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ended_are_those_given_and_not_there),
        cmocka_unit_test(nothing_is_said_without_a_pass_before),
        cmocka_unit_test(who_was_never_listed_is_estimated),
    };

    is_alone = alone_begin();
    return cmocka_run_group_tests_name("births", tests, NULL, NULL);
}
