/* SPDX-License-Identifier: MIT */
#include "scoring/acknowledged.h"

#include <stdlib.h>

#include "base/memory.h"

void acknowledged_release(struct acknowledged *acknowledged)
{
    free(acknowledged->processes);
    *acknowledged = (struct acknowledged){0};
}

bool acknowledged_toggle(struct acknowledged *acknowledged, int32_t pid, uint64_t starttime)
{
    struct acknowledged_process *processes = acknowledged->processes;

    for (size_t i = 0; i < acknowledged->count; i++)
        if (processes[i].pid == pid && processes[i].starttime == starttime) {
            processes[i] = processes[--acknowledged->count];
            return false;
        }
    processes =
        memory_grow(processes, acknowledged->count, &acknowledged->capacity, sizeof *processes);
    processes[acknowledged->count++] = (struct acknowledged_process){pid, starttime};
    acknowledged->processes = processes;
    return true;
}

void acknowledged_apply(const struct acknowledged *acknowledged,
                        const struct snapshot *snapshot, struct scores *scores)
{
    scores->acknowledged_count = 0;
    for (size_t i = 0; i < acknowledged->count; i++) {
        const struct acknowledged_process *known = &acknowledged->processes[i];
        const struct process *process =
            snapshot_find_identity(snapshot, known->pid, known->starttime);

        if (!process)
            continue;
        struct verdict *verdict = &scores->verdicts[process - snapshot->processes];
        scores->flagged_count -= verdict->is_flagged;
        scores->acknowledged_count++;
        verdict->is_flagged = false;
        verdict->is_acknowledged = true;
    }
}
