/* SPDX-License-Identifier: MIT */
/* watched - passes, and which facts of one process they read; each by the same gatherer,
 * or each by another one, which knows nothing but the snapshot of the pass before. */
#ifndef TESTS_UNIT_GATHER_WATCHED_H
#define TESTS_UNIT_GATHER_WATCHED_H

#include <time.h>

#include "gather/kept.h"
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/live.h"

struct watched {
    struct live live;
    pid_t pid;
    fact_mask read;     /* of it, in the last pass */
    fact_mask unwanted; /* besides digests and packages */
    bool succeeds;      /* each pass is another gatherer's */
    const pid_t *crowd; /* others, or NULL */
    size_t crowd_count;
    unsigned crowd_reads; /* of them, in all passes */
};

static inline void watch_note(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    struct watched *watched = context;
    (void)starttime;

    if (pid == watched->pid)
        watched->read |= FACT_BIT(fact);
    for (size_t i = 0; fact == FACT_MAPS && i < watched->crowd_count; i++)
        watched->crowd_reads += watched->crowd[i] == pid;
}

static inline void watch_new_gather(struct watched *watched)
{
    watched->live.gather = fixture_gatherer(&(struct gather_options){
        .watch = {.before = watch_note, .context = watched}
    });
}

/* The list of packages takes each gatherer a while to load, and nothing here asks it. */
static inline void watch_pass(struct watched *watched)
{
    const fact_mask unwanted = FACT_BIT(FACT_SHA256) | FACT_BIT(FACT_PACKAGE);

    if (watched->succeeds && watched->live.block) {
        gather_free(watched->live.gather);
        watch_new_gather(watched);
        gather_succeed(watched->live.gather, &watched->live.snapshot);
    }
    watched->read = 0;
    look_for(&watched->live,
             &(struct gather_request){.wanted = FACT_ALL & ~unwanted & ~watched->unwanted});
}

/* Until the process was left alone in a pass: it is idle, and known to be. */
static inline void watch_settle(struct watched *watched)
{
    bool is_left_alone = false;

    for (int i = 0; i < 100 && !is_left_alone; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        watch_pass(watched);
        is_left_alone = !(watched->read & FACT_BIT(FACT_MAPS));
    }
    assert_true(is_left_alone);
}

/* Of its turn, which comes once in so many passes. */
static inline uint64_t watch_passes_since_turn(const struct watched *watched, unsigned every)
{
    return (watched->live.snapshot.header->pass + (uint64_t)watched->pid) % every;
}

/* Until that is no less than so many passes away. */
static inline void watch_until_turn_is_far(struct watched *watched, unsigned every,
                                           unsigned passes)
{
    for (unsigned i = 0; watch_passes_since_turn(watched, every) > every - passes; i++) {
        assert_true(i < every);
        watch_pass(watched);
    }
}

/* Past its first moments, in which all of it is read, and past the pass in which its turn
 * comes. The state of a test tells whether each pass is another gatherer's. */
static inline void watch_begin(struct watched *watched, pid_t pid, void *const *state)
{
    *watched = (struct watched){.pid = pid, .succeeds = *state};
    watch_new_gather(watched);
    watch_pass(watched);
    assert_true(watched->read & FACT_BIT(FACT_MAPS));
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++)
        watch_pass(watched);
    watch_settle(watched);
    watch_until_turn_is_far(watched, KEPT_PLACE_PASSES, KEPT_PLACE_PASSES - 3);
    watch_settle(watched);
}

static inline void watch_end(struct watched *watched)
{
    close_eyes(&watched->live);
}

static inline const struct process *watch_see(const struct watched *watched)
{
    return see(&watched->live, watched->pid);
}

/* clang-format off */
/* A test with one gatherer, and with one for each pass. */
#define WATCHED(test)                \
    {#test, test, NULL, NULL, NULL}, \
    {#test "_by_successors", test, NULL, NULL, (void *)#test}
/* clang-format on */

#endif
