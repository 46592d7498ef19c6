/* SPDX-License-Identifier: MIT */
/*
 * A gatherer that goes on where another one was given up, from nothing but the last
 * snapshot that one made: its memory may be in use by a read that hangs, or was another
 * process's. What is not in the snapshot is made up for:
 *   - what schedstat said is, but not the open file: it is opened by pid, once. Who was
 *     given a CPU as often, and had it as long to the nanosecond, is the same process;
 *   - what the kernel told of since then went to the predecessor: for so long as
 *     everybody's status is asked in turn, as if it did not tell;
 *   - paths on disk and packages are looked up again.
 */
#include "gather/gather.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "gather/reading.h"

static struct sample sample_of(const struct snapshot *snapshot, const struct process *process)
{
    struct sample sample = {
        .pid = process->pid,
        .starttime = process->starttime,
        .blocked_since_ms = process->blocked_since_ms,
        .threads = process->threads,
        .is_zombie = process->state == 'Z' || process->state == 'X',
    };

    if (process_knows(process, FACT_BIT(FACT_STAT))) {
        sample.cpu_ticks = process->utime + process->stime;
        sample.child_faults = process->child_faults;
        sample.child_fault_rate = process->child_fault_rate;
        sample.taken_ns = snapshot->header->uptime_ms * NS_PER_MS;
    }
    return sample;
}

static struct text_ref take_text(struct gather *gather, const struct snapshot *snapshot,
                                 struct text_ref text)
{
    return texts_add(&gather->texts, snapshot_span(snapshot, text));
}

static void take_lists(struct gather *gather, const struct snapshot *snapshot,
                       struct kept *kept)
{
    struct process *process = &kept->process;
    struct range maps = process->maps, descriptors = process->descriptors;

    kept->maps = memory_copy(snapshot->maps + maps.first, maps.count, sizeof *kept->maps);
    for (uint32_t i = 0; i < maps.count; i++)
        kept->maps[i].name = take_text(gather, snapshot, kept->maps[i].name);
    gather->lists.descriptor_count = 0;
    for (uint32_t i = 0; i < descriptors.count; i++) {
        struct descriptor descriptor = snapshot->descriptors[descriptors.first + i];

        descriptor.target = take_text(gather, snapshot, descriptor.target);
        lists_add_descriptor(&gather->lists, &descriptor);
    }
    kept_set_descriptors(kept, gather->lists.descriptors, descriptors.count);
}

static struct kept *take_kept(struct gather *gather, const struct snapshot *snapshot,
                              const struct process *process)
{
    const struct read_mark *mark = &process->mark;
    struct kept *kept = memory_new(1, sizeof *kept);

    *kept = (struct kept){
        .process = *process,
        .first_pass = (uint32_t)gather->pass,
        .schedstat = -1,
        .has_no_memory = mark->flags & MARK_HAS_NO_MEMORY,
        .owes_place = mark->flags & MARK_OWES_PLACE,
        .owes_descriptors = mark->flags & MARK_OWES_DESCRIPTORS,
        .is_void = mark->flags & MARK_IS_VOID,
    };
    kept->has_failures = kept_has_failed(process);
    for (size_t i = 0; i < PROCESS_TEXT_COUNT; i++) {
        struct text_ref *text = (struct text_ref *)((char *)&kept->process + process_texts[i]);

        *text = take_text(gather, snapshot, *text);
    }
    take_lists(gather, snapshot, kept);
    return kept;
}

/* A snapshot whose processes share their lists was not made by a gatherer: it could
 * become many times its size. */
static bool are_lists_its_own(const struct process *process, size_t *maps, size_t *descriptors)
{
    if (process->maps.count > *maps || process->descriptors.count > *descriptors)
        return false;
    *maps -= process->maps.count;
    *descriptors -= process->descriptors.count;
    return true;
}

static void begin_after(struct gather *gather, const struct snapshot *snapshot)
{
    gather->last_ns = snapshot->header->uptime_ms * NS_PER_MS;
    if (gather->pass == 0)
        gather->pass = 1; /* so that who was not in the snapshot is new */
}

void gather_inherit(struct gather *gather, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->process_count; i++) {
        struct sample sample = sample_of(snapshot, &snapshot->processes[i]);

        samples_keep(&gather->samples, &sample);
    }
    samples_turn(&gather->samples);
    begin_after(gather, snapshot);
}

void gather_succeed(struct gather *gather, const struct snapshot *snapshot)
{
    size_t maps = snapshot->map_count, descriptors = snapshot->descriptor_count;

    /* Turns are taken by the number of the pass: it goes on, or whoever comes late in the
     * round might never be swept. */
    gather->pass = snapshot->header->pass;
    begin_after(gather, snapshot);
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        struct sample sample = sample_of(snapshot, process);

        if (gather->procfs.is_live && process->mark.flags & MARK_IS_KEPT &&
            are_lists_its_own(process, &maps, &descriptors))
            sample.kept = take_kept(gather, snapshot, process);
        samples_keep(&gather->samples, &sample);
    }
    samples_turn(&gather->samples);
    for (size_t i = 0; i < snapshot->socket_count; i++)
        newcomers_see(&gather->sockets.newcomers, snapshot->sockets[i].inode);
    gather->births.last = snapshot->header->last_pid;
    gather->untold_until = gather->pass + KEPT_STATUS_PASSES;
}
