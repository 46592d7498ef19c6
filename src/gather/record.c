/* SPDX-License-Identifier: MIT */
/* A recording: what the live machine says now, as the tree that proc_root reads
 * back. The facts that need following a path (exe.stat, exe.sha256) and what was
 * denied come from a pass of our own gatherer; the rest is copied. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "gather/gather.h"
#include "gather/parse.h"
#include "gather/procfs.h"
#include "gather/record_process.h"
#include "gather/tree_writer.h"
#include "model/snapshot.h"

enum {
    ROOT_FILE_MAX = 4 * 1024 * 1024,
    /* CPU shares need two samples; ticks are 10 ms. */
    SAMPLE_MS = 500,
};

static const char *const root_files[] = {
    "uptime", "loadavg", "meminfo", "sys/kernel/hostname", "sys/kernel/osrelease",
};

static const char *const own_links[] = {
    "self/ns/net",
    "self/ns/pid",
    "self/ns/mnt",
    "self/ns/user",
};

static int copy_root_file(struct recorder *recorder, const char *path, const char *as)
{
    int result = procfs_read(&recorder->procfs, recorder->procfs.root, path, ROOT_FILE_MAX,
                             &recorder->text);

    if (result < 0)
        return 0; /* what is not there is not recorded */
    return tree_write(recorder->tree, as, strbuf_span(&recorder->text));
}

/* Of /proc/stat only how many CPUs there are. */
static int write_cpus(struct recorder *recorder, uint32_t cpus)
{
    strbuf_clear(&recorder->text);
    for (uint32_t i = 0; i < cpus; i++)
        strbuf_add_format(&recorder->text, "cpu%u 0 0 0 0 0 0 0 0 0 0\n", i);
    return tree_write(recorder->tree, "stat", strbuf_span(&recorder->text));
}

static int write_number(struct recorder *recorder, const char *path, uint64_t number)
{
    strbuf_clear(&recorder->text);
    strbuf_add_format(&recorder->text, "%llu\n", (unsigned long long)number);
    return tree_write(recorder->tree, path, strbuf_span(&recorder->text));
}

static int write_now(struct recorder *recorder, int64_t realtime_ns)
{
    strbuf_clear(&recorder->text);
    strbuf_add_format(&recorder->text, "%lld.%09lld\n", (long long)(realtime_ns / NS_PER_S),
                      (long long)(realtime_ns % NS_PER_S));
    return tree_write(recorder->tree, "now", strbuf_span(&recorder->text));
}

/* Names of the users that own something here, and nothing else of them. */
static int write_passwd(struct recorder *recorder, const struct snapshot *snapshot)
{
    struct strbuf *text = &recorder->text;

    strbuf_clear(text);
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        const char *name = snapshot_string(snapshot, process->user);
        bool is_first = process_knows(process, FACT_BIT(FACT_STATUS)) &&
                        !strpbrk(name, ":\n") && (*name < '0' || *name > '9');

        for (size_t other = 0; other < i && is_first; other++)
            is_first =
                snapshot->processes[other].uid[ID_EFFECTIVE] != process->uid[ID_EFFECTIVE];
        if (is_first)
            strbuf_add_format(text, "%s:x:%u:0:::\n", name, process->uid[ID_EFFECTIVE]);
    }
    return tree_write(recorder->tree, "passwd", strbuf_span(text));
}

static int write_machine(struct recorder *recorder, const struct snapshot *snapshot)
{
    const struct snapshot_header *header = snapshot->header;
    int error = 0;

    for (size_t i = 0; i < sizeof root_files / sizeof *root_files && !error; i++)
        error = copy_root_file(recorder, root_files[i], root_files[i]);
    for (size_t i = 0; i < sizeof own_links / sizeof *own_links && !error; i++)
        if (procfs_read_link(recorder->procfs.root, own_links[i], &recorder->text) == 0)
            error = tree_link(recorder->tree, own_links[i], strbuf_string(&recorder->text));
    if (!error)
        error = write_cpus(recorder, header->cpus);
    if (!error)
        error = write_number(recorder, "page_size", header->page_size);
    if (!error)
        error = write_number(recorder, "ticks_per_second", header->ticks_per_second);
    if (!error)
        error = write_now(recorder, header->realtime_ns);
    if (!error)
        error = write_passwd(recorder, snapshot);
    return error ? error : record_net(recorder, recorder->procfs.root, "self/", recorder->tree);
}

/* The first sample of the CPU times. */
static int write_before(struct recorder *recorder, const int32_t *pids, size_t pid_count)
{
    int error = copy_root_file(recorder, "uptime", "uptime.before");

    for (size_t i = 0; i < pid_count && !error; i++) {
        char from[32], as[32];

        snprintf(from, sizeof from, "%d/stat", pids[i]);
        snprintf(as, sizeof as, "%d/stat.before", pids[i]);
        error = copy_root_file(recorder, from, as);
    }
    return error;
}

static int write_processes(struct recorder *recorder, const struct snapshot *snapshot,
                           const int32_t *pids, size_t pid_count)
{
    int error = 0;

    for (size_t i = 0; i < pid_count && !error; i++) {
        const struct process *process = snapshot_find(snapshot, pids[i]);
        if (process)
            error = record_process(recorder, snapshot, process);
    }
    return error;
}

static int gather_once(void **ret_block, struct snapshot *ret_snapshot, const char **ret_reason)
{
    const struct gather_options options = {0};
    const struct gather_request request = {.wanted = FACT_ALL};
    struct gather *gather;
    int error = gather_new(&options, &gather, ret_reason);

    if (error)
        return error;
    struct snapshot_builder *builder = snapshot_builder_new();
    error = gather_pass(gather, &request, builder);
    if (!error) {
        size_t size = snapshot_builder_size(builder);

        *ret_block = memory_new(size, 1);
        snapshot_builder_seal(builder, *ret_block);
        error = snapshot_open(*ret_block, size, ret_snapshot, ret_reason) ? 0 : -EBADMSG;
        if (error)
            free(*ret_block);
    } else {
        *ret_reason = "/proc cannot be listed";
    }
    snapshot_builder_free(builder);
    gather_free(gather);
    return error;
}

static int record_into(struct recorder *recorder, const int32_t *pids, size_t pid_count,
                       const char **ret_reason)
{
    const struct timespec pause = {.tv_nsec = SAMPLE_MS * 1000000L};
    struct procfs_numbers all = {0};
    struct snapshot snapshot;
    void *block;

    if (pid_count == 0) {
        int error = procfs_list(recorder->procfs.root, &all);
        if (error) {
            *ret_reason = "/proc cannot be listed";
            procfs_numbers_release(&all);
            return error;
        }
        pids = all.items;
        pid_count = all.count;
    }
    int error = write_before(recorder, pids, pid_count);
    if (!error) {
        nanosleep(&pause, NULL);
        error = gather_once(&block, &snapshot, ret_reason);
    }
    if (!error) {
        error = write_machine(recorder, &snapshot);
        if (!error)
            error = write_processes(recorder, &snapshot, pids, pid_count);
        free(block);
    }
    procfs_numbers_release(&all);
    return error;
}

int gather_record(const char *directory, const int32_t *pids, size_t pid_count,
                  const char **ret_reason)
{
    struct recorder recorder = {0};
    int error = procfs_open(&recorder.procfs, NULL, ret_reason);

    if (error)
        return error;
    *ret_reason = "the directory cannot be made: it must not exist yet";
    recorder.tree = tree_create(directory);
    if (recorder.tree < 0) {
        procfs_close(&recorder.procfs);
        return recorder.tree;
    }
    *ret_reason = "the recording cannot be written";
    error = record_into(&recorder, pids, pid_count, ret_reason);
    close(recorder.tree);
    procfs_close(&recorder.procfs);
    free(recorder.namespaces);
    strbuf_release(&recorder.text);
    strbuf_release(&recorder.scratch);
    return error;
}
