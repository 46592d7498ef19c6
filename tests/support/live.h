/* SPDX-License-Identifier: MIT */
/* live - passes over this machine, and what they saw of a process. */
#ifndef TESTS_SUPPORT_LIVE_H
#define TESTS_SUPPORT_LIVE_H

#include "tests/support/fixture.h"

struct live {
    struct gather *gather;
    void *block;
    struct snapshot snapshot;
};

static inline void look(struct live *live)
{
    const struct gather_request request = {.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256)};

    free(live->block);
    live->block = fixture_gather(live->gather, &request, &live->snapshot);
}

static inline void open_eyes(struct live *live)
{
    const struct gather_options options = {0};
    const char *reason;

    *live = (struct live){0};
    assert_int_equal(gather_new(&options, &live->gather, &reason), 0);
    look(live);
}

static inline void close_eyes(struct live *live)
{
    gather_free(live->gather);
    free(live->block);
}

static inline const struct process *see(const struct live *live, pid_t pid)
{
    const struct process *process = snapshot_find(&live->snapshot, pid);

    assert_non_null(process);
    assert_int_equal(process->facts[FACT_STAT], FACT_KNOWN);
    return process;
}

#endif
