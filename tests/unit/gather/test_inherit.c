/* SPDX-License-Identifier: MIT */
/* A gatherer that takes over from another knows the machine by its last snapshot. */
#include <time.h>

#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/fixture.h"

static const struct gather_request request = {.wanted = FACT_BIT(FACT_CPU)};

static const struct process *find(const struct snapshot *snapshot, pid_t pid)
{
    const struct process *process = snapshot_find(snapshot, pid);

    assert_non_null(process);
    return process;
}

static void a_successor_knows_whom_its_predecessor_saw(void **state)
{
    const struct timespec moment = {.tv_nsec = 50 * 1000000};
    struct snapshot first, second;
    void *block = fixture_look(NULL, &request, &first);
    (void)state;

    assert_int_equal(find(&first, getpid())->facts[FACT_CPU], FACT_PENDING);
    pid_t child = child_start(child_rest, NULL);
    nanosleep(&moment, NULL); /* what is to be measured */

    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    gather_inherit(gather, &first);
    free(block); /* only copied from */
    block = fixture_gather(gather, &request, &second);
    assert_int_equal(find(&second, getpid())->facts[FACT_CPU], FACT_KNOWN);
    assert_false(find(&second, getpid())->is_new);
    assert_true(second.header->interval_ms >= 49);
    assert_int_equal(find(&second, child)->facts[FACT_CPU], FACT_PENDING);
    assert_true(find(&second, child)->is_new);
    free(block);
    gather_free(gather);
    child_end(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_successor_knows_whom_its_predecessor_saw),
    };

    alone_begin();
    return cmocka_run_group_tests_name("inherit", tests, NULL, NULL);
}
