/* SPDX-License-Identifier: MIT */
#include "tests/unit/anomaly/photograph.h"

#include <netinet/in.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/block.h"

enum { UPTIME_S = 1000000, TICKS = 100, FIRST_INODE = 1000 };

static struct text_ref add_text(struct snapshot_builder *builder, const char *text)
{
    return snapshot_builder_text(builder, span_of_string(text ? text : ""));
}

static struct range add_sockets(struct snapshot_builder *builder, const struct actor *actor,
                                uint64_t *inode)
{
    struct range range = {.count = actor->connections + actor->listening};

    for (unsigned i = 0; i < range.count; i++) {
        bool is_listening = i >= actor->connections;
        struct socket socket = {
            .inode = ++*inode,
            .family = AF_INET,
            .protocol = IPPROTO_TCP,
            .state = is_listening ? SOCKET_LISTEN : SOCKET_ESTABLISHED,
            .local_port = (uint16_t)(is_listening ? 80 : 30000 + *inode % 10000),
            .remote_port = (uint16_t)(is_listening ? 0 : 443 + i),
            .remote = {10, 0, 0, 1},
        };
        struct descriptor descriptor = {
            .fd = (int32_t)i + 3, .kind = DESCRIPTOR_SOCKET, .inode = *inode};

        snapshot_builder_add_socket(builder, &socket);
        uint32_t at = snapshot_builder_add_descriptor(builder, &descriptor);
        if (i == 0)
            range.first = at;
    }
    return range;
}

void photograph_take(struct photograph *photograph, const struct actor *actors, size_t count)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    uint64_t inode = FIRST_INODE;

    header->ticks_per_second = TICKS;
    header->cpus = header->page_size = 1;
    header->uptime_ms = UPTIME_S * UINT64_C(1000);
    for (size_t i = 0; i < count; i++) {
        const struct actor *actor = &actors[i];
        struct process process = {
            .pid = (int32_t)i + 1,
            .ppid = actor->ppid,
            .starttime = (uint64_t)((UPTIME_S - actor->age_s) * TICKS),
            .state = 'S',
            .uid = {actor->uid, actor->uid, actor->uid, actor->uid},
            .threads = actor->threads,
            .descriptor_count = actor->descriptors,
            .rss = (uint64_t)actor->rss,
            .cpu_percent = (float)actor->cpu,
            .child_fault_rate = (float)actor->child_fault_rate,
            .exe_file.nlink = 1,
        };
        memset(process.facts, FACT_KNOWN, sizeof process.facts);
        process.comm = add_text(builder, "comm");
        process.exe = add_text(builder, actor->exe);
        process.package = add_text(builder, actor->package);
        if (!actor->exe)
            process.facts[FACT_EXE] = process.facts[FACT_EXE_FILE] =
                process.facts[FACT_PACKAGE] = FACT_DENIED;
        if (actor->arguments)
            process.cmdline = snapshot_builder_text(
                builder, span_of(actor->arguments, strlen(actor->arguments) + 1));
        process.descriptors = add_sockets(builder, actor, &inode);
        snapshot_builder_add_process(builder, &process);
    }

    photograph->block = block_open(builder, &photograph->snapshot);
    photograph->relations = relations_new(&photograph->snapshot);
}

void photograph_release(struct photograph *photograph)
{
    relations_free(photograph->relations);
    free(photograph->block);
}
