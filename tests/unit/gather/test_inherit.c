/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gather/gather.h"
#include "tests/support/test.h"

static struct gather *new_gather(void)
{
    const char *reason = "";
    struct gather *gather;

    if (gather_new(&(struct gather_options){0}, &gather, &reason) < 0)
        fail_msg("%s", reason);
    return gather;
}

static void *pass(struct gather *gather, struct snapshot *ret_snapshot)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_CPU)};
    struct snapshot_builder *builder = snapshot_builder_new();
    const char *reason = "";

    assert_int_equal(gather_pass(gather, &request, builder), 0);
    size_t size = snapshot_builder_size(builder);
    void *block = malloc(size);
    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    if (!snapshot_open(block, size, ret_snapshot, &reason))
        fail_msg("%s", reason);
    return block;
}

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
    struct gather *gather = new_gather();
    void *first_block = pass(gather, &first), *second_block;
    pid_t parent = getpid(), child = fork();
    (void)state;

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (getppid() == parent)
            pause();
        _exit(0);
    }
    assert_int_equal(find(&first, parent)->facts[FACT_CPU], FACT_PENDING);
    gather_free(gather);
    nanosleep(&moment, NULL);

    gather = new_gather();
    gather_inherit(gather, &first);
    free(first_block); /* only copied from */
    second_block = pass(gather, &second);
    assert_int_equal(find(&second, parent)->facts[FACT_CPU], FACT_KNOWN);
    assert_false(find(&second, parent)->is_new);
    assert_true(second.header->interval_ms >= 49);
    assert_int_equal(find(&second, child)->facts[FACT_CPU], FACT_PENDING);
    assert_true(find(&second, child)->is_new);
    free(second_block);
    gather_free(gather);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_successor_knows_whom_its_predecessor_saw),
    };

    return cmocka_run_group_tests_name("inherit", tests, NULL, NULL);
}
