/* SPDX-License-Identifier: MIT */
/* What the kernel tells of processes, brought to what is kept of them. */
#include "base/problem.h"
#include "gather/reading.h"

int gather_open_events(void)
{
    return proc_events_open();
}

static bool was_listed(void *context, int32_t pid)
{
    const struct gather *gather = context;

    return samples_find_other(&gather->samples, pid) != NULL;
}

void gather_estimate_ended(struct gather *gather, struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    uint32_t count;

    /* Who is told knows; who is shown another namespace's processes or not all, cannot. */
    if (gather->events.is_live || gather->hidden.is_blind || gather->mounts.hides_pids ||
        !gather->procfs.is_live || gather->pass < 2 ||
        !births_estimate_ended(&gather->births, &gather->pids, gather->hidden.pid_max, &count))
        return;
    header->counts.short_lived = count;
    header->flags |= SNAPSHOT_ESTIMATES_SHORT_LIVED;
}

void gather_hear_events(struct gather *gather, struct snapshot_builder *builder)
{
    const struct proc_events_listener listener = {kept_note_change, was_listed, gather};
    struct snapshot_header *header = snapshot_builder_header(builder);

    proc_events_drain(&gather->events, &listener);
    header->counts.short_lived = gather->events.short_lived;
    if (gather->events.is_live)
        header->flags |= SNAPSHOT_COUNTS_SHORT_LIVED;
    births_begin(&gather->births, header->last_pid);
    if (gather->events.has_lost)
        snapshot_builder_add_note(builder, PROBLEM_NOTE,
                                  "more processes came and went than the kernel could tell of");
}
