/* SPDX-License-Identifier: MIT */
/* The live kernel: threads beside the first of each process. */
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <pthread.h>
#include <time.h>

static void *burn_in_a_thread(void *context)
{
    child_burn(NULL, *(const int *)context);
    return NULL;
}

static void burn_beside(const void *argument, int ready)
{
    pthread_t thread;
    int pipe_end = ready;
    (void)argument;

    if (pthread_create(&thread, NULL, burn_in_a_thread, &pipe_end) != 0)
        _exit(1);
    pthread_join(thread, NULL);
}

static void a_thread_has_a_cpu_share_of_its_own(void **state)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_STAT),
                                           .wants_threads = true};
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    struct snapshot snapshot;
    float share = -1;
    (void)state;

    pid_t pid = child_start(burn_beside, NULL);
    for (int tries = 0; tries < 200 && share <= 0; tries++) {
        void *block = fixture_gather(gather, &request, &snapshot);
        size_t count; /* a sanitizer may have threads of its own */
        const struct thread *threads = snapshot_threads(&snapshot, pid, &count);

        assert_true(count >= 1);
        for (size_t i = 0; i < count; i++) {
            assert_int_not_equal(threads[i].tid, pid);
            if (threads[i].cpu_percent > share)
                share = threads[i].cpu_percent;
        }
        if (tries == 0)
            assert_true(share < 0); /* nobody looked before */
        free(block);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    assert_true(share > 0 && share < 150);
    gather_free(gather);
    child_end(pid);
}

static void have_many_threads(const void *argument, int ready)
{
    pthread_attr_t small;
    pthread_t thread;

    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    for (int i = 0; i < *(const int *)argument; i++)
        if (pthread_create(&thread, &small, child_thread_rest, NULL) != 0)
            _exit(1);
    child_ready(ready);
}

static void more_threads_than_are_read_are_told_of(void **state)
{
    static const int counts[] = {CLOSER_THREADS_MAX - 1, CLOSER_THREADS_MAX};
    const struct gather_request request = {.wanted = FACT_BIT(FACT_STAT),
                                           .wants_threads = true};
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    struct snapshot snapshot;
    (void)state;

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        pid_t pid = child_start(have_many_threads, &counts[i]);
        void *block = fixture_gather(gather, &request, &snapshot);
        size_t count;

        snapshot_threads(&snapshot, pid, &count);
        assert_int_equal(count, CLOSER_THREADS_MAX - 1); /* and the first */
        if (counts[i] >= CLOSER_THREADS_MAX)
            assert_true(snapshot.header->flags & SNAPSHOT_THREADS_TRUNCATED);
        /* A sanitizer may have threads of its own. */
        assert_true(snapshot_find(&snapshot, pid)->threads >= counts[i] + 1);
        free(block);
        child_end(pid);
    }
    gather_free(gather);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_has_a_cpu_share_of_its_own),
        cmocka_unit_test(more_threads_than_are_read_are_told_of),
    };
    return cmocka_run_group_tests_name("live_threads", tests, NULL, NULL);
}
