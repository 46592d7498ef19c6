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

static inline void look_for(struct live *live, const struct gather_request *request)
{
    free(live->block);
    live->block = fixture_gather(live->gather, request, &live->snapshot);
}

/* At all but what is in the program files. */
static inline void look(struct live *live)
{
    look_for(live, &(struct gather_request){.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256)});
}

/* No pass yet. */
static inline void open_eyes_as(struct live *live, const struct gather_options *options)
{
    *live = (struct live){.gather = fixture_gatherer(options)};
}

static inline void open_eyes(struct live *live)
{
    open_eyes_as(live, &(struct gather_options){0});
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
