/* SPDX-License-Identifier: MIT */
/* A few processes as a block for app_adopt(), written by hand. */
#ifndef TESTS_SUPPORT_MACHINE_H
#define TESTS_SUPPORT_MACHINE_H

#include "tests/support/test.h"

#include "tests/support/block.h"
#include "ui/app.h"

struct machine_process {
    int32_t pid, ppid;
    const char *comm, *exe, *cmdline; /* NULL cmdline: comm */
    float cpu_percent;
    uint32_t flags;
    char state;  /* 0: it sleeps */
    int threads; /* beside the first */
};

static inline struct text_ref machine_text(struct snapshot_builder *builder, const char *text)
{
    return snapshot_builder_text(builder, span_of_string(text));
}

static inline void machine_add(struct snapshot_builder *builder,
                               const struct machine_process *written)
{
    const char *cmdline = written->cmdline ? written->cmdline : written->comm;
    struct process process = {
        .pid = written->pid,
        .ppid = written->ppid,
        .starttime = (uint64_t)written->pid * 10,
        .state = written->state ? written->state : 'S',
        .threads = 1 + written->threads,
        .flags = written->flags,
        .cpu_percent = written->cpu_percent,
        .comm = machine_text(builder, written->comm),
        .exe = machine_text(builder, written->exe ? written->exe : "/usr/bin/x"),
        .cwd = machine_text(builder, "/"),
        .maps_flags = MAPS_EXE_IS_MAPPED,
        .user = machine_text(builder, written->pid < 100 ? "root" : "alice"),
        .cmdline = snapshot_builder_text(builder, span_of(cmdline, strlen(cmdline) + 1)),
        .exe_file = {.nlink = 1, .mode = 0100755, .flags = EXE_PATH_EXISTS | EXE_PATH_IS_SAME},
    };

    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    snapshot_builder_add_process(builder, &process);
    for (int i = 1; i <= written->threads; i++)
        snapshot_builder_add_thread(builder, &(struct thread){.pid = written->pid,
                                                              .tid = written->pid * 1000 + i,
                                                              .cpu_percent = -1,
                                                              .state = 'S',
                                                              .comm = process.comm});
}

/* To be free()d, or given to app_adopt(). */
static inline void *machine_block(const struct machine_process *processes, size_t count,
                                  size_t *ret_size)
{
    static uint64_t serial;
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->serial = ++serial;
    header->ticks_per_second = 100;
    header->page_size = 4096;
    header->cpus = 2;
    header->uptime_ms = 5000000;
    header->realtime_ns = 1763971200000000000;
    header->host = machine_text(builder, "web1");
    header->counts.processes = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        machine_add(builder, &processes[i]);
    return block_of(builder, ret_size);
}

static inline void machine_adopt(struct app *app, const struct machine_process *processes,
                                 size_t count)
{
    size_t size;
    void *block = machine_block(processes, count, &size);

    app_adopt(app, block, size);
    if (!app_has_snapshot(app))
        fail_msg("%s", app->message.text);
}

#endif
