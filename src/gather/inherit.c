/* SPDX-License-Identifier: MIT */
/* A gatherer that goes on where another one was given up. */
#include "gather/gather.h"

#include "gather/reading.h"

static struct sample sample_of(const struct snapshot *snapshot, const struct process *process)
{
    struct sample sample = {
        .pid = process->pid,
        .starttime = process->starttime,
        .blocked_since_ms = process->blocked_since_ms,
    };

    if (process_knows(process, FACT_BIT(FACT_STAT))) {
        sample.cpu_ticks = process->utime + process->stime;
        sample.child_faults = process->child_faults;
        sample.child_fault_rate = process->child_fault_rate;
        sample.taken_ns = snapshot->header->uptime_ms * 1000000;
    }
    return sample;
}

void gather_inherit(struct gather *gather, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->process_count; i++) {
        struct sample sample = sample_of(snapshot, &snapshot->processes[i]);

        samples_keep(&gather->samples, &sample);
    }
    samples_turn(&gather->samples);
    gather->last_ns = snapshot->header->uptime_ms * 1000000;
    if (gather->pass == 0)
        gather->pass = 1; /* so that who was not in the snapshot is new */
}
