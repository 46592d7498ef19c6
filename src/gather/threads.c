/* SPDX-License-Identifier: MIT */
#include "gather/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/problem.h"
#include "gather/parse.h"
#include "gather/reading.h"
#include "gather/system_facts.h"

void thread_samples_release(struct thread_samples *samples)
{
    free(samples->previous);
    free(samples->current);
    *samples = (struct thread_samples){0};
}

static int compare_samples(const void *left, const void *right)
{
    const struct thread_sample *a = left, *b = right;

    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    return (a->tid > b->tid) - (a->tid < b->tid);
}

static void keep(struct thread_samples *samples, const struct thread *thread)
{
    samples->current = memory_grow(samples->current, samples->current_count,
                                   &samples->current_capacity, sizeof *samples->current);
    samples->current[samples->current_count++] = (struct thread_sample){
        thread->pid, thread->tid, thread->start_ticks, thread->cpu_ticks};
}

enum { LEAST_NS = 10000000 }; /* a tick of the clock that is read */

/* In percent of one CPU; negative when it was not there, or nobody looked. */
static float cpu_percent(const struct gather *gather, const struct thread *thread,
                         uint64_t now_ns)
{
    const struct thread_samples *samples = &gather->thread_samples;
    const struct thread_sample key = {.pid = thread->pid, .tid = thread->tid};
    const struct thread_sample *before =
        samples->previous_count > 0 ? bsearch(&key, samples->previous, samples->previous_count,
                                              sizeof *samples->previous, compare_samples)
                                    : NULL;

    if (!before || before->start_ticks != thread->start_ticks ||
        now_ns < samples->taken_ns + LEAST_NS)
        return -1;
    return sample_cpu_percent(before->cpu_ticks, thread->cpu_ticks,
                              (double)(now_ns - samples->taken_ns) / 1e9 *
                                  gather->ticks_per_second);
}

static void read_one(struct gather *gather, struct snapshot_builder *builder, int tasks,
                     struct thread thread)
{
    struct process_stat stat;
    char path[32];

    snprintf(path, sizeof path, "%d/stat", thread.tid);
    if (procfs_read_piece(&gather->procfs, tasks, path, STAT_SIZE_MAX, &gather->text) != 0 ||
        !parse_stat(strbuf_span(&gather->text), &stat))
        return; /* it ended meanwhile */
    thread.state = stat.state;
    thread.cpu_ticks = (uint64_t)stat.utime + (uint64_t)stat.stime;
    thread.start_ticks = (uint64_t)stat.starttime;
    thread.comm = snapshot_builder_text(builder, stat.comm);
    thread.cpu_percent = cpu_percent(gather, &thread, gather->now_ns);
    keep(&gather->thread_samples, &thread);
    snapshot_builder_add_thread(builder, &thread);
}

/* Returns whether all of them were read. */
static bool read_process(struct gather *gather, struct snapshot_builder *builder, int32_t pid)
{
    char path[32];

    snprintf(path, sizeof path, "%d/task", pid);
    int tasks = procfs_open_directory(&gather->procfs, gather->procfs.root, path);
    if (tasks < 0)
        return true; /* it ended, or is not ours to see: its own facts tell that */
    int error = procfs_list(tasks, &gather->descriptors);
    size_t count = error ? 0 : gather->descriptors.count, i = 0;
    for (; i < count && i < CLOSER_THREADS_MAX; i++) {
        const struct thread thread = {.pid = pid, .tid = gather->descriptors.items[i]};

        if (gather->thread_samples.current_count == THREADS_MAX)
            break;
        if (thread.tid != pid)
            read_one(gather, builder, tasks, thread);
    }
    close(tasks);
    return i == count;
}

/* What its stat does, those of its threads do. */
static bool may_read(const struct gather *gather, const struct process *process)
{
    return process->threads > 1 && process->facts[FACT_STAT] == FACT_KNOWN &&
           gather_may_begin(gather, process, FACT_STAT);
}

static void turn(struct thread_samples *samples, uint64_t now_ns)
{
    struct thread_samples turned = {
        .previous = samples->current,
        .previous_count = samples->current_count,
        .previous_capacity = samples->current_capacity,
        .current = samples->previous,
        .current_capacity = samples->previous_capacity,
        .taken_ns = now_ns,
    };

    /* Those in the D state were read last. */
    if (turned.previous_count > 0)
        qsort(turned.previous, turned.previous_count, sizeof *turned.previous, compare_samples);
    *samples = turned;
}

void threads_read(struct gather *gather, struct snapshot_builder *builder)
{
    const struct gather_watch *watch = &gather->watch;
    struct snapshot_header *header = snapshot_builder_header(builder);
    bool is_whole = true;

    for (uint32_t i = 0; i < header->counts.processes; i++) {
        const struct process *process = snapshot_builder_process(builder, i);

        if (!may_read(gather, process))
            continue;
        if (watch->is_late && watch->is_late(watch->context, INT32_MAX)) {
            is_whole = false;
            break;
        }
        is_whole &= read_process(gather, builder, process->pid);
    }
    header->flags |= SNAPSHOT_HAS_THREADS;
    if (!is_whole) {
        header->flags |= SNAPSHOT_THREADS_TRUNCATED;
        snapshot_builder_add_note(builder, PROBLEM_NOTE, "not all threads were read");
    }
    turn(&gather->thread_samples, gather->now_ns);
}
