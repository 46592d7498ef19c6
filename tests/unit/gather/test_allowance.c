/* SPDX-License-Identifier: MIT */
/* What a pass puts off, and that nothing is lost by it. */
#include "gather/allowance.h"
#include "gather/reading.h"
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/live.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { PASSES_MAX = 400 };

/* All facts of one process that may wait. */
static void spend_on_one(struct allowance *allowance)
{
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (allowance_may_wait & FACT_BIT(fact))
            allowance_spend(allowance, fact, fact == FACT_DESCRIPTORS ? 10 : 0);
}

/* How many are read in full before the rest is put off. */
static size_t full_reads(size_t known, size_t unknown)
{
    struct allowance allowance;
    size_t count = 0;

    allowance_begin(&allowance, ALLOWANCE_LEAST_US, known, unknown);
    while (count < known + unknown && allowance_is_left(&allowance)) {
        spend_on_one(&allowance);
        count++;
    }
    return count;
}

static void some_hundreds_are_read_at_once(void **state)
{
    (void)state;
    assert_int_equal(full_reads(0, 1), 1);
    assert_int_equal(full_reads(0, 500), 500);
    assert_true(full_reads(9500, 500) >= 500); /* of a fork storm, beside those there were */
}

static void thousands_get_a_glance_first(void **state)
{
    (void)state;
    assert_int_equal(full_reads(0, 10000), 0);
    assert_in_range(full_reads(0, 1000), 1, 500);
}

static void those_seen_before_are_read_in_few_passes(void **state)
{
    (void)state;
    assert_in_range(full_reads(10000, 0), 4000, 6000);
    assert_in_range(full_reads(100000, 0), 40000, 60000);
}

static void what_need_not_wait_costs_nothing(void **state)
{
    struct allowance allowance;
    (void)state;

    allowance_begin(&allowance, ALLOWANCE_LEAST_US, 0, 1);
    int64_t left_us = allowance.left_us;
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (!(allowance_may_wait & FACT_BIT(fact)))
            allowance_spend(&allowance, fact, 0);
    assert_int_equal(allowance.left_us, left_us);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++) {
        left_us = allowance.left_us;
        if (allowance_may_wait & FACT_BIT(fact)) {
            allowance_spend(&allowance, fact, 0);
            assert_true(allowance.left_us < left_us);
        }
    }
}

static void a_waived_one_is_never_used_up(void **state)
{
    struct allowance allowance;
    (void)state;

    allowance_waive(&allowance);
    for (int i = 0; i < 1000; i++)
        spend_on_one(&allowance);
    assert_true(allowance_is_left(&allowance));
}

/* A screen on a machine so large that nothing is read in full at first. */
static const struct gather_request as_screen = {
    .wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256),
    .may_put_off = true,
};

static void open_tired_eyes(struct live *live)
{
    open_eyes_as(live, &(struct gather_options){0});
    live->gather->allowance_least_us = 0;
}

/* Writable code, a listening socket, a directory of its own. */
static void be_remarkable(const void *argument, int ready)
{
    const struct sockaddr_in any = {.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    (void)argument;

    if (listener < 0 || bind(listener, (const struct sockaddr *)&any, sizeof any) != 0 ||
        listen(listener, 1) != 0 || chdir("/tmp") != 0 ||
        mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
             0) == MAP_FAILED)
        _exit(1);
    child_ready(ready);
}

static uint32_t count_half_read(const struct snapshot *snapshot)
{
    uint32_t count = 0;

    for (size_t i = 0; i < snapshot->process_count; i++)
        count += process_is_half_read(&snapshot->processes[i]);
    return count;
}

static void a_first_pass_says_what_it_put_off(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(be_remarkable, NULL);
    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    const struct process *process = snapshot_find(&live.snapshot, pid);
    assert_non_null(process);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (FACT_CLOSER & FACT_BIT(fact))
            assert_int_equal(process->facts[fact], FACT_NOT_ASKED);
        else if (allowance_may_wait & FACT_BIT(fact))
            assert_int_equal(process->facts[fact], FACT_PENDING);
        else if (fact != FACT_CPU && fact != FACT_PACKAGE && fact != FACT_SHA256)
            assert_int_equal(process->facts[fact], FACT_KNOWN);
    assert_true(process_is_half_read(process));
    assert_true(live.snapshot.header->unfinished > 0);
    assert_int_equal(live.snapshot.header->unfinished, count_half_read(&live.snapshot));
    close_eyes(&live);
    child_end(pid);
}

/* Of everybody who is in both. */
static void assert_nothing_was_forgotten(const struct snapshot *before,
                                         const struct snapshot *after)
{
    for (size_t i = 0; i < after->process_count; i++) {
        const struct process *now = &after->processes[i];
        const struct process *then = snapshot_find_identity(before, now->pid, now->starttime);

        for (unsigned fact = 0; then && fact < FACT_COUNT; fact++)
            if (then->facts[fact] == FACT_KNOWN && fact != FACT_CPU)
                assert_int_not_equal(now->facts[fact], FACT_PENDING);
    }
}

/* Passes until nothing is left; how many. */
static unsigned finish(struct live *live)
{
    unsigned passes = 0;

    while (live->snapshot.header->unfinished > 0) {
        void *block = live->block;
        struct snapshot before = live->snapshot;

        assert_true(++passes < PASSES_MAX);
        live->block = NULL;
        look_for(live, &as_screen);
        assert_nothing_was_forgotten(&before, &live->snapshot);
        assert_int_equal(live->snapshot.header->counts.sweep_disagreements, 0);
        free(block);
    }
    return passes;
}

static void assert_same_text(const struct snapshot *a, struct text_ref x,
                             const struct snapshot *b, struct text_ref y)
{
    assert_string_equal(snapshot_string(a, x), snapshot_string(b, y));
}

static void passes_behind_it_read_the_same_as_one_would(void **state)
{
    struct live live, whole;
    (void)state;

    pid_t pid = child_start(be_remarkable, NULL);
    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    assert_true(finish(&live) > 0);
    assert_int_equal(count_half_read(&live.snapshot), 0);
    open_eyes(&whole);
    assert_int_equal(whole.snapshot.header->unfinished, 0);

    const struct process *a = snapshot_find(&live.snapshot, pid);
    const struct process *b = snapshot_find(&whole.snapshot, pid);
    assert_non_null(a);
    assert_non_null(b);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (fact != FACT_CPU)
            assert_int_equal(a->facts[fact], b->facts[fact]);
    assert_same_text(&live.snapshot, a->cwd, &whole.snapshot, b->cwd);
    assert_same_text(&live.snapshot, a->root, &whole.snapshot, b->root);
    assert_same_text(&live.snapshot, a->cgroup, &whole.snapshot, b->cgroup);
    assert_int_equal(a->loginuid, b->loginuid);
    assert_int_equal(a->environ_flags, b->environ_flags);
    assert_int_equal(a->map_count, b->map_count);
    assert_int_equal(a->maps_flags, b->maps_flags);
    assert_int_equal(a->maps.count, b->maps.count);
    assert_true(a->maps.count > 0);
    for (uint32_t i = 0; i < a->maps.count; i++) {
        const struct map *x = &live.snapshot.maps[a->maps.first + i];
        const struct map *y = &whole.snapshot.maps[b->maps.first + i];

        assert_int_equal(x->start, y->start);
        assert_int_equal(x->permissions, y->permissions);
        assert_same_text(&live.snapshot, x->name, &whole.snapshot, y->name);
    }
    assert_int_equal(a->descriptor_count, b->descriptor_count);
    assert_int_equal(a->descriptors.count, b->descriptors.count);
    assert_true(a->descriptors.count > 0);
    for (uint32_t i = 0; i < a->descriptors.count; i++) {
        const struct descriptor *x = &live.snapshot.descriptors[a->descriptors.first + i];
        const struct descriptor *y = &whole.snapshot.descriptors[b->descriptors.first + i];

        assert_int_equal(x->fd, y->fd);
        assert_int_equal(x->kind, y->kind);
        assert_int_equal(x->inode, y->inode);
    }
    close_eyes(&whole);
    close_eyes(&live);
    child_end(pid);
}

static void one_newcomer_among_many_is_read_at_once(void **state)
{
    struct live live;
    (void)state;

    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    finish(&live);
    pid_t pid = child_start(be_remarkable, NULL);
    look_for(&live, &as_screen);
    const struct process *process = snapshot_find(&live.snapshot, pid);
    assert_non_null(process);
    assert_false(process_is_half_read(process));
    assert_true(process_knows(process, allowance_may_wait));
    close_eyes(&live);
    child_end(pid);
}

static void a_look_at_one_process_is_whole(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(be_remarkable, NULL);
    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    struct gather_request request = as_screen;
    request.focus_pid = pid;
    look_for(&live, &request);
    assert_true(process_knows(&live.snapshot.processes[0], allowance_may_wait));
    close_eyes(&live);
    child_end(pid);
}

/* Nobody waits for what nobody wants. */
static void what_is_not_wanted_any_more_is_not_pending(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(be_remarkable, NULL);
    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    assert_true(live.snapshot.header->unfinished > 0);
    struct gather_request request = as_screen;
    request.wanted &= ~allowance_may_wait;
    look_for(&live, &request);
    assert_int_equal(live.snapshot.header->unfinished, 0);
    assert_int_equal(count_half_read(&live.snapshot), 0);
    close_eyes(&live);
    child_end(pid);
}

/* The reader of a screen is replaced before all is read: the next one goes on. */
static void a_successor_puts_off_nothing_that_was_known(void **state)
{
    struct live live;
    (void)state;

    open_tired_eyes(&live);
    look_for(&live, &as_screen);
    look_for(&live, &as_screen);
    uint32_t unfinished = live.snapshot.header->unfinished;
    void *block = live.block;
    struct snapshot before = live.snapshot;
    gather_free(live.gather);
    open_tired_eyes(&live);
    gather_succeed(live.gather, &before);
    look_for(&live, &as_screen);
    assert_nothing_was_forgotten(&before, &live.snapshot);
    assert_true(live.snapshot.header->unfinished < unfinished ||
                live.snapshot.header->unfinished == 0);
    finish(&live);
    free(block);
    close_eyes(&live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_hundreds_are_read_at_once),
        cmocka_unit_test(thousands_get_a_glance_first),
        cmocka_unit_test(those_seen_before_are_read_in_few_passes),
        cmocka_unit_test(what_need_not_wait_costs_nothing),
        cmocka_unit_test(a_waived_one_is_never_used_up),
        cmocka_unit_test(a_first_pass_says_what_it_put_off),
        cmocka_unit_test(passes_behind_it_read_the_same_as_one_would),
        cmocka_unit_test(one_newcomer_among_many_is_read_at_once),
        cmocka_unit_test(a_look_at_one_process_is_whole),
        cmocka_unit_test(what_is_not_wanted_any_more_is_not_pending),
        cmocka_unit_test(a_successor_puts_off_nothing_that_was_known),
    };

    alone_begin();
    return cmocka_run_group_tests_name("allowance", tests, NULL, NULL);
}
