/* SPDX-License-Identifier: MIT */
#include "gather/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/problem.h"
#include "gather/preloads.h"
#include "gather/reading.h"
#include "gather/system_facts.h"

/* What must be read before something else can be. */
static const struct {
    enum fact fact;
    fact_mask needs;
} dependencies[] = {
    {FACT_SHA256,   FACT_BIT(FACT_EXE_FILE)                       },
    {FACT_MAPS,     FACT_BIT(FACT_EXE_FILE)                       },
    {FACT_EXE_FILE, FACT_BIT(FACT_EXE) | FACT_BIT(FACT_NAMESPACES)},
    {FACT_PACKAGE,  FACT_BIT(FACT_EXE_FILE)                       },
    {FACT_SOCKETS,  FACT_BIT(FACT_NAMESPACES)                     },
};

/* Without these two a record has no identity. */
static const fact_mask always_wanted = FACT_BIT(FACT_STAT) | FACT_BIT(FACT_STATUS);

static fact_mask with_dependencies(fact_mask wanted)
{
    wanted |= always_wanted;
    for (size_t i = 0; i < sizeof dependencies / sizeof *dependencies; i++)
        if (wanted & FACT_BIT(dependencies[i].fact))
            wanted |= dependencies[i].needs;
    return wanted;
}

static void count_states(const struct process *process, struct gather_counts *counts)
{
    bool has[FACT_STATE_COUNT] = {false};

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        has[process->facts[fact]] = true;
    counts->processes++;
    counts->kernel_threads += process_is_kernel_thread(process);
    counts->denied += has[FACT_DENIED];
    counts->failed += has[FACT_FAILED];
    counts->blocked += has[FACT_BLOCKED];
    counts->truncated += has[FACT_TRUNCATED];
}

static void keep_or_drop(struct reading *reading, const struct gather_request *request,
                         struct gather_counts *counts)
{
    struct gather *gather = reading->gather;
    bool is_other = reading->is_focus && request->focus_starttime != 0 &&
                    request->focus_starttime != reading->process.starttime;

    if (reading->is_postponed) {
        procfs_numbers_add(&reading->gather->postponed, reading->process.pid);
    } else if (reading->is_gone || is_other) {
        counts->vanished++;
    } else {
        kept_mark(reading);
        kept_put_out(gather, &reading->process, gather->lists.maps, gather->lists.descriptors);
        count_states(&reading->process, counts);
        snapshot_builder_header(reading->builder)->unfinished += reading->put_off != 0;
        if (reading->keeps_sample) {
            if (reading->process.mark.flags & MARK_IS_KEPT)
                kept_store(reading);
            samples_keep(&gather->samples, &reading->sample);
            reading->sample.kept = NULL;
        }
    }
    kept_free(reading->sample.kept, &gather->samples.descriptor_count);
    if (reading->schedstat >= 0) {
        close(reading->schedstat);
        gather->samples.descriptor_count--;
    }
}

/* Returns false when we ran out of descriptors or memory, not the process. */
static bool read_process(struct gather *gather, const struct gather_request *request,
                         struct snapshot_builder *builder, int32_t pid)
{
    struct gather_counts *counts = &snapshot_builder_header(builder)->counts;
    bool is_focus = request->focus_pid != 0;
    fact_mask wanted =
        with_dependencies(is_focus ? request->wanted : request->wanted & ~FACT_CLOSER);

    if (!is_focus && !gather->is_path_new && kept_reuse(gather, wanted, pid)) {
        count_states(snapshot_builder_process(builder, counts->processes), counts);
        return true;
    }
    int directory = procfs_open_process(&gather->procfs, pid);
    if (directory == -ENOENT || directory == -ESRCH) {
        counts->vanished++;
        return true;
    }
    struct reading reading = {
        .gather = gather,
        .builder = builder,
        .wanted = wanted,
        .is_focus = is_focus,
        .is_last = gather->is_last_round,
        .keeps_sample = !is_focus || gather->pass == 0,
        .directory = directory,
        .body = directory,
        .schedstat = -1,
        .process.pid = pid,
    };
    if (directory == -EXDEV) { /* mounted over: hidden_publish() says so */
        counts->failed++;
        return true;
    }
    if (directory == -EACCES || directory == -EPERM) {
        for (unsigned fact = 0; fact < FACT_COUNT; fact++)
            if (reading.wanted & FACT_BIT(fact))
                reading.process.facts[fact] = FACT_DENIED;
        keep_or_drop(&reading, request, counts);
        return true;
    }
    if (directory < 0) {
        counts->failed++;
        return false;
    }
    counts->reads++;
    kept_prepare(&reading);
    reading_run(&reading);
    close(directory);
    keep_or_drop(&reading, request, counts);
    return true;
}

/* Who hides may still be read, once its number is known. */
static void read_hidden(struct gather *gather, const struct gather_request *request,
                        struct snapshot_builder *builder)
{
    const struct hidden *hidden = &gather->hidden;

    for (size_t i = 0; i < hidden->suspect_count; i++)
        if (hidden->suspects[i].was_seen && hidden->suspects[i].has_directory)
            read_process(gather, request, builder, hidden->suspects[i].pid);
}

static void find_hidden(struct gather *gather, const struct gather_request *request,
                        struct snapshot_builder *builder, uint32_t expected_before)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    uint32_t expected = header->counts.expected;

    if (!gather->procfs.is_live) {
        hidden_of_recording(&gather->hidden, &gather->pids, builder);
        return;
    }
    /* With hidepid we are meant not to see them. */
    if (gather->mounts.hides_pids)
        return;
    if (expected_before < expected)
        expected = expected_before;
    for (uint32_t i = 0; i < header->counts.processes; i++) {
        const struct process *process = snapshot_builder_process(builder, i);
        hidden_consider(&gather->hidden, &gather->pids, process->ppid);
        hidden_consider(&gather->hidden, &gather->pids, process->tracer_pid);
    }
    hidden_search(&gather->hidden, &gather->pids,
                  expected > gather->pids.count ? expected - (uint32_t)gather->pids.count : 0);
    read_hidden(gather, request, builder);
    hidden_publish(&gather->hidden, &gather->mounts, builder);
}

static bool is_given_up(const struct gather *gather)
{
    return gather->watch.is_given_up && gather->watch.is_given_up(gather->watch.context);
}

static size_t read_listed(struct gather *gather, const struct gather_request *request,
                          struct snapshot_builder *builder, const struct procfs_numbers *pids)
{
    size_t unread = 0;

    for (size_t i = 0; i < pids->count && !is_given_up(gather); i++)
        if (!read_process(gather, request, builder, pids->items[i]))
            unread++;
    return unread;
}

static void note_incomplete(struct snapshot_builder *builder, const char *format, size_t count)
{
    char text[128];

    snprintf(text, sizeof text, format, count);
    snapshot_builder_add_note(builder, PROBLEM_WARNING, text);
    snapshot_builder_header(builder)->flags |= SNAPSHOT_IS_INCOMPLETE;
}

static void read_all(struct gather *gather, const struct gather_request *request,
                     struct snapshot_builder *builder)
{
    gather->hurried_count = 0;
    gather->postponed.count = 0;
    size_t unread = read_listed(gather, request, builder, &gather->pids);
    gather->is_last_round = true;
    unread += read_listed(gather, request, builder, &gather->postponed);
    gather->is_last_round = false;
    if (unread > 0)
        note_incomplete(builder, "%zu processes could not be opened: out of descriptors?",
                        unread);
    if (gather->hurried_count > 0)
        note_incomplete(builder,
                        "reads hang: %zu processes were not looked at closely in this pass",
                        gather->hurried_count);
}

/* With hidepid the first process of the machine is somebody else's to see. */
static bool cannot_see_all(const struct gather *gather)
{
    return gather->mounts.hides_pids &&
           faccessat(gather->procfs.root, "1/stat", R_OK, AT_EACCESS) != 0;
}

static void begin(struct gather *gather, const struct gather_request *request,
                  struct snapshot_builder *builder)
{
    bool is_focus = request->focus_pid != 0;

    gather->pass += !is_focus;
    gather->now_ns = system_facts_now_ns(gather);
    if (gather->procfs.is_live) {
        mounts_refresh(&gather->mounts);
        paths_refresh(&gather->paths, gather->now_ns / NS_PER_MS,
                      request->wanted & FACT_BIT(FACT_PACKAGE));
        paths_note_incomplete(&gather->paths, builder);
    }
    system_facts_read(gather, builder);
    preloads_of_host(&gather->procfs, &gather->text);
    snapshot_builder_header(builder)->ld_so_preload =
        snapshot_builder_text(builder, strbuf_span(&gather->text));
    snapshot_builder_header(builder)->own_preload =
        snapshot_builder_text(builder, strbuf_span(&gather->own_preload));
    sockets_begin(&gather->sockets, builder, is_focus);
    texts_begin(&gather->texts, builder);
    exe_table_begin(&gather->exe_table);
    gather->is_sweeping = false;
    gather->has_kept |= !is_focus;
    gather->parent_seen = 0;
}

static void allow(struct gather *gather, const struct gather_request *request)
{
    size_t known = 0;

    /* With a census all of everybody costs half as much, and it is there but once. */
    if (!request->may_put_off || !gather->procfs.is_live || census_is_open(&gather->census)) {
        allowance_waive(&gather->allowance);
        return;
    }
    for (size_t i = 0; i < gather->pids.count; i++) {
        const struct sample *sample = samples_find(&gather->samples, gather->pids.items[i]);
        known += sample && sample->kept;
    }
    allowance_begin(&gather->allowance, gather->allowance_least_us, known,
                    gather->pids.count - known);
}

static int look_at_all(struct gather *gather, const struct gather_request *request,
                       struct snapshot_builder *builder)
{
    gather_hear_events(gather, builder);
    /* Sockets before the list of processes, so that whoever has one is on that. */
    if (gather->procfs.is_live && with_dependencies(request->wanted) & FACT_BIT(FACT_SOCKETS))
        sockets_read_own(&gather->sockets);

    uint32_t expected_before = system_facts_process_count(gather);
    int error = lseek(gather->procfs.root, 0, SEEK_SET) < 0
                    ? -errno
                    : procfs_list(gather->procfs.root, &gather->pids);
    if (error)
        return error;
    snapshot_builder_header(builder)->counts.expected = system_facts_process_count(gather);
    allow(gather, request);
    read_all(gather, request, builder);
    if (is_given_up(gather))
        return -ECANCELED;
    gather_estimate_ended(gather, builder);
    find_hidden(gather, request, builder, expected_before);
    if (request->wants_threads)
        threads_read(gather, builder);
    else
        thread_samples_release(&gather->thread_samples);
    kept_look_again(gather);
    gather->last_ns = gather->now_ns;
    samples_turn(&gather->samples);
    return 0;
}

int gather_pass(struct gather *gather, const struct gather_request *request,
                struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    uint64_t wall_ns = clock_now_ns(CLOCK_MONOTONIC),
             cpu_ns = clock_now_ns(CLOCK_THREAD_CPUTIME_ID);
    bool is_focus = request->focus_pid != 0;

    begin(gather, request, builder);
    if (!is_focus)
        descriptors_ask_for(gather, request->path);
    if (is_focus) {
        header->flags |= SNAPSHOT_HAS_FOCUS;
        header->focus_pid = request->focus_pid;
        read_process(gather, request, builder, request->focus_pid);
        /* A gatherer for nothing but looks at one process keeps samples of it. */
        if (gather->pass == 0)
            samples_turn(&gather->samples);
    } else {
        int error = look_at_all(gather, request, builder);

        census_release(&gather->census); /* by then it is old */
        if (error)
            return error;
    }
    if (!is_focus || !gather->has_kept)
        texts_collect(&gather->texts);
    if (gather->sockets.is_truncated)
        header->flags |= SNAPSHOT_SOCKETS_TRUNCATED;
    if (gather->procfs.is_live && cannot_see_all(gather))
        header->flags |= SNAPSHOT_PROC_HIDES_PIDS;
    header->serial = gather->pass;
    header->pass = is_focus ? 0 : gather->pass;
    header->gather_wall_us = (clock_now_ns(CLOCK_MONOTONIC) - wall_ns) / NS_PER_US;
    header->gather_cpu_us = (clock_now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns) / NS_PER_US;
    return 0;
}
