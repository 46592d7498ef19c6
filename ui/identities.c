/* SPDX-License-Identifier: MIT */
#include "ui/identities.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct identity identity_of(const struct process *process)
{
    return (struct identity){process->pid, process->starttime};
}

bool identity_is(struct identity identity, const struct process *process)
{
    return identity.pid == process->pid && identity.starttime == process->starttime;
}

void identities_release(struct identities *set)
{
    free(set->items);
    *set = (struct identities){0};
}

void identities_clear(struct identities *set)
{
    set->count = 0;
}

/* Where the pid stands, or would stand. */
static size_t place_of(const struct identities *set, int32_t pid)
{
    size_t from = 0, to = set->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (set->items[middle].pid < pid)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool identities_have(const struct identities *set, const struct process *process)
{
    size_t at = place_of(set, process->pid);

    return at < set->count && identity_is(set->items[at], process);
}

void identities_put(struct identities *set, const struct process *process, bool is_in)
{
    size_t at = place_of(set, process->pid);
    bool has_pid = at < set->count && set->items[at].pid == process->pid;

    if (is_in && !has_pid) {
        set->items = memory_grow(set->items, set->count, &set->capacity, sizeof *set->items);
        memmove(set->items + at + 1, set->items + at, (set->count - at) * sizeof *set->items);
        set->count++;
    }
    if (is_in) {
        set->items[at] = identity_of(process);
    } else if (has_pid && identity_is(set->items[at], process)) {
        set->count--;
        memmove(set->items + at, set->items + at + 1, (set->count - at) * sizeof *set->items);
    }
}

void identities_prune(struct identities *set, const struct snapshot *snapshot)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++)
        if (snapshot_find_identity(snapshot, set->items[i].pid, set->items[i].starttime))
            set->items[kept++] = set->items[i];
    set->count = kept;
}
