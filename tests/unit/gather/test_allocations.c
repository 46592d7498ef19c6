/* SPDX-License-Identifier: MIT */
/* What a pass allocates: for what it reads, and nothing for who did not change. */
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <time.h>

enum {
    IDLE_COUNT = 300, /* more than a busy machine has read otherwise */
    SETTLING_PASSES = 12,
    PASSES = 8,
    PER_READ = 3,  /* what is kept of a process: itself, its lists, and new texts */
    PER_PASS = 64, /* whoever is there */
};

static unsigned allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    allocations++;
    return __real_realloc(memory, size);
}

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
    allocations++;
    return __real_reallocarray(memory, count, size);
}

static void who_did_not_change_costs_no_allocation(void **state)
{
    const struct gather_request request = {.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256)};
    struct snapshot_builder *builder = snapshot_builder_new();
    struct iovec pieces[SNAPSHOT_PIECES];
    pid_t pids[IDLE_COUNT];
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    unsigned least = UINT32_MAX, reads = 0;
    (void)state;

    for (int i = 0; i < IDLE_COUNT; i++)
        pids[i] = child_start(child_rest, NULL);
    for (int i = 0; i < SETTLING_PASSES + PASSES; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        snapshot_builder_clear(builder);
        unsigned before = allocations;
        assert_int_equal(gather_pass(gather, &request, builder), 0);
        snapshot_builder_seal_pieces(builder, &pieces);
        const struct gather_counts *counts = &snapshot_builder_header(builder)->counts;
        assert_true(counts->processes >= IDLE_COUNT);
        if (i >= SETTLING_PASSES && allocations - before < least) {
            least = allocations - before;
            reads = counts->reads;
        }
    }
    if (least > PER_PASS + PER_READ * reads)
        fail_msg("%u allocations in a pass that read %u processes", least, reads);
    gather_free(gather);
    snapshot_builder_free(builder);
    for (int i = 0; i < IDLE_COUNT; i++)
        child_end(pids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_did_not_change_costs_no_allocation),
    };

    alone_begin();
    return cmocka_run_group_tests_name("allocations", tests, NULL, NULL);
}
