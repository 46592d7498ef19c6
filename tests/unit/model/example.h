/* SPDX-License-Identifier: MIT */
/* example - a snapshot that has some of everything. */
#ifndef TESTS_UNIT_MODEL_EXAMPLE_H
#define TESTS_UNIT_MODEL_EXAMPLE_H

#include <netinet/in.h>

#include "model/snapshot.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

static inline void add_socket(struct snapshot_builder *builder, uint64_t inode,
                              enum socket_state state, uint16_t local_port,
                              uint16_t remote_port)
{
    snapshot_builder_add_socket(builder, &(struct socket){
                                             .inode = inode,
                                             .family = AF_INET,
                                             .protocol = IPPROTO_TCP,
                                             .state = (uint8_t)state,
                                             .local_port = local_port,
                                             .remote_port = remote_port,
                                             .local = {127, 0, 0, 1},
                                             .remote = {127, 0, 0, 1},
    });
}

/* Three processes out of order, a map, a descriptor, sockets and a note. */
static inline struct snapshot_builder *example(void)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    static const int32_t pids[] = {42, 1, 7};

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->uptime_ms = 60000;
    header->host = snapshot_builder_text(builder, span_of_string("host"));
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
        struct process process = {
            .pid = pids[i],
            .starttime = (uint64_t)pids[i] * 100,
            .comm = snapshot_builder_text(builder, span_of_string("sshd")),
            .cmdline = snapshot_builder_text(builder, span_of("sshd\0-D", 8)),
        };

        if (process.pid == 42) {
            struct map map = {.start = 0x1000, .end = 0x2000};
            struct descriptor descriptor = {.kind = DESCRIPTOR_SOCKET, .inode = 11};

            process.maps = (struct range){snapshot_builder_add_map(builder, &map), 1};
            process.descriptors =
                (struct range){snapshot_builder_add_descriptor(builder, &descriptor), 1};
        }
        snapshot_builder_add_process(builder, &process);
    }
    add_socket(builder, 13, SOCKET_ESTABLISHED, 22, 50000);
    add_socket(builder, 11, SOCKET_ESTABLISHED, 40000, 4444);
    add_socket(builder, 12, SOCKET_LISTEN, 22, 0);
    snapshot_builder_add_note(builder, 1, "something to know");
    snapshot_builder_add_hidden(builder, &(struct hidden_process){.pid = 99});
    snapshot_builder_set_closer(
        builder, &(struct closer){.pid = 42,
                                  .root = snapshot_builder_text(builder, span_of_string("/"))});
    snapshot_builder_add_variable(builder, span_of_string("HOME"), span_of_string("/root"));
    snapshot_builder_add_opening(builder, &(struct opening){.fd = 0, .flags = 2});
    snapshot_builder_add_opening(builder, &(struct opening){.fd = 7, .position = 9});
    return builder;
}

/* Returns the block. */
static inline void *open_example(struct snapshot *ret_snapshot)
{
    size_t size;
    void *block = block_of(example(), &size);
    const char *reason = "";

    if (!snapshot_open(block, size, ret_snapshot, &reason))
        fail_msg("%s", reason);
    return block;
}

#endif
