/* SPDX-License-Identifier: MIT */
/* recorded - a machine that changes from frame to frame, its recording, and what it
 * reads back as. */
#ifndef TESTS_UNIT_RECORDING_RECORDED_H
#define TESTS_UNIT_RECORDING_RECORDED_H

#include <netinet/in.h>

#include "recording/recorder.h"
#include "recording/recording.h"
#include "tests/support/block.h"
#include "tests/support/scratch.h"

enum { PROCESSES = 40 };

static inline struct text_ref text(struct snapshot_builder *builder, const char *format,
                                   int number)
{
    char bytes[64];

    snprintf(bytes, sizeof bytes, format, number);
    return snapshot_builder_text(builder, span_of_string(bytes));
}

static inline void add_process(struct snapshot_builder *builder, int pid, int frame)
{
    struct process process = {
        .pid = pid,
        /* Some pids are given to another process meanwhile. */
        .starttime = (uint64_t)(pid * 10 + (pid % 7 == 0 ? frame / 20 : 0)),
        .comm = text(builder, "program-%d", pid),
        .user = text(builder, "root", 0),
        .cmdline = text(builder, "program --work %d", pid % 5 == 0 ? frame : pid),
        .utime = (uint64_t)(pid % 3 == 0 ? frame * 7 : 1),
        .cpu_percent = pid % 3 == 0 ? (float)(frame % 100) : 0,
    };

    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    for (int i = 0; i < pid % 4; i++) {
        struct map map = {
            .start = 0x1000, .end = 0x2000, .name = text(builder, "/lib/%d.so", i)};
        uint32_t at = snapshot_builder_add_map(builder, &map);

        if (process.maps.count++ == 0)
            process.maps.first = at;
    }
    for (int i = 0; i < (pid + frame) % 3; i++) {
        struct descriptor descriptor = {
            .fd = i, .kind = DESCRIPTOR_SOCKET, .inode = (uint64_t)(100 + i)};
        uint32_t at = snapshot_builder_add_descriptor(builder, &descriptor);

        if (process.descriptors.count++ == 0)
            process.descriptors.first = at;
    }
    snapshot_builder_add_process(builder, &process);
}

/* Processes come, go, change, and have more or fewer things. */
static inline void *make_block(int frame, size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->uptime_ms = 1000u + (unsigned)frame * 2000u;
    header->realtime_ns = INT64_C(1763971200000000000) + frame * INT64_C(2000000000);
    header->serial = (uint64_t)frame;
    header->host = text(builder, "web%d", 1);
    for (int pid = 1; pid <= PROCESSES; pid++)
        if (pid == 1 || (pid + frame / 10) % 9 != 0)
            add_process(builder, pid, frame);
    for (int i = 0; i < 5 + frame % 3; i++)
        snapshot_builder_add_socket(builder, &(struct socket){.inode = (uint64_t)(100 + i),
                                                              .family = AF_INET,
                                                              .remote_port = (uint16_t)frame});
    if (frame % 2)
        snapshot_builder_add_note(builder, 1, "something to know");
    if (frame % 3 == 0)
        snapshot_builder_add_hidden(
            builder, &(struct hidden_process){.pid = 99, .evidence = text(builder, "x%d", 1)});
    return block_of(builder, ret_size);
}

/* All of a snapshot that a reader can see. */
static inline void tell(const struct snapshot *snapshot, struct strbuf *out)
{
    strbuf_add_format(out, "%s %llu %lld\n", snapshot_string(snapshot, snapshot->header->host),
                      (unsigned long long)snapshot->header->uptime_ms,
                      (long long)snapshot->header->realtime_ns);
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];

        strbuf_add_format(out, "%d %llu %s [%s] %s %llu %g\n", process->pid,
                          (unsigned long long)process->starttime,
                          snapshot_string(snapshot, process->comm),
                          snapshot_string(snapshot, process->cmdline),
                          snapshot_string(snapshot, process->user),
                          (unsigned long long)process->utime, (double)process->cpu_percent);
        for (uint32_t j = 0; j < process->maps.count; j++)
            strbuf_add_format(
                out, "  map %s\n",
                snapshot_string(snapshot, snapshot->maps[process->maps.first + j].name));
        for (uint32_t j = 0; j < process->descriptors.count; j++)
            strbuf_add_format(out, "  fd %d\n",
                              snapshot->descriptors[process->descriptors.first + j].fd);
    }
    for (size_t i = 0; i < snapshot->socket_count; i++)
        strbuf_add_format(out, "socket %llu %u\n",
                          (unsigned long long)snapshot->sockets[i].inode,
                          snapshot->sockets[i].remote_port);
    for (size_t i = 0; i < snapshot->note_count; i++)
        strbuf_add_format(out, "note %s\n", snapshot_string(snapshot, snapshot->notes[i].text));
    for (size_t i = 0; i < snapshot->hidden_count; i++)
        strbuf_add_format(out, "hidden %d %s\n", snapshot->hidden[i].pid,
                          snapshot_string(snapshot, snapshot->hidden[i].evidence));
}

static inline void tell_block(const void *block, size_t size, struct strbuf *out)
{
    struct snapshot snapshot;
    const char *reason = "";

    if (!snapshot_open(block, size, &snapshot, &reason))
        fail_msg("%s", reason);
    tell(&snapshot, out);
}

/* As it should read back. */
static inline void tell_frame(int frame, struct strbuf *out)
{
    size_t size;
    void *block = make_block(frame, &size);

    tell_block(block, size, out);
    free(block);
}

/* False when it is refused. */
static inline bool reads_back(struct recording *recording, size_t index, const char *expected)
{
    struct strbuf seen = {0};
    const char *reason;
    void *block;
    size_t size;

    if (!recording_read(recording, index, &block, &size, &reason))
        return false;
    tell_block(block, size, &seen);
    assert_string_equal(strbuf_string(&seen), expected);
    free(block);
    strbuf_release(&seen);
    return true;
}

static inline void assert_frame(struct recording *recording, int frame)
{
    struct strbuf expected = {0};

    tell_frame(frame, &expected);
    assert_true(reads_back(recording, (size_t)frame, strbuf_string(&expected)));
    strbuf_release(&expected);
}

static inline int add(struct recorder *recorder, int frame)
{
    struct snapshot snapshot;
    const char *reason;
    size_t size;
    void *block = make_block(frame, &size);

    assert_true(snapshot_open(block, size, &snapshot, &reason));
    int result = recorder_add(recorder, &snapshot);
    free(block);
    return result;
}

static inline void record(struct recorder *recorder, int frame)
{
    assert_int_equal(add(recorder, frame), 0);
}

static inline void make_file(const char *path, int frames, struct recorder_stats *ret_stats)
{
    struct recorder *recorder;

    assert_int_equal(recorder_new(path, &recorder), 0);
    for (int frame = 0; frame < frames; frame++)
        record(recorder, frame);
    recorder_stats(recorder, ret_stats);
    recorder_free(recorder);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

#endif
