/* SPDX-License-Identifier: MIT */
/*
 * A recording that somebody made up, behind its digests: the first byte says whether
 * the rest changes a good frame (two bytes of offset, one of value), is unpacked to be
 * one, or is one that follows a good one. What comes out must verify as a snapshot, or
 * be refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "recording/frame.h"
#include "recording/pack.h"
#include "tests/fuzz/target.h"
#include "tests/support/block.h"

enum { UNPACKED_MAX = 1 << 16 };

static void make_picture(struct picture *picture, struct dictionary *dictionary)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    struct snapshot snapshot;
    const char *reason;
    size_t size;

    header->ticks_per_second = header->cpus = header->page_size = 1;
    for (int32_t pid = 1; pid < 4; pid++) {
        struct map map = {.start = 0x1000, .end = 0x2000};
        struct descriptor descriptor = {.kind = DESCRIPTOR_SOCKET, .inode = 11};
        struct process process = {
            .pid = pid,
            .comm = snapshot_builder_text(builder, span_of_string("sshd")),
            .maps = {snapshot_builder_add_map(builder,        &map),        1},
            .descriptors = {snapshot_builder_add_descriptor(builder, &descriptor), 1},
        };
        snapshot_builder_add_process(builder, &process);
    }
    snapshot_builder_add_socket(builder, &(struct socket){.inode = 11, .family = 2});
    snapshot_builder_add_note(builder, 1, "something to know");
    void *block = block_of(builder, &size);
    if (!snapshot_open(block, size, &snapshot, &reason))
        fatal("%s", reason);
    picture_take(picture, &snapshot, dictionary);
    free(block);
}

static void try_frame(const struct picture *before, struct span bytes,
                      struct dictionary *dictionary)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct picture now = {0};
    struct snapshot snapshot;
    const char *reason;

    if (frame_decode(before, bytes, dictionary, &now) &&
        picture_build(&now, dictionary, builder)) {
        size_t size;
        void *block = block_of(builder, &size);

        snapshot_open(block, size, &snapshot, &reason);
        free(block);
    } else {
        snapshot_builder_free(builder);
    }
    picture_release(&now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dictionary dictionary = {0}, fresh = {0};
    struct picture picture = {0};
    static const struct picture nothing;
    struct strbuf frame = {0};
    struct span bytes;

    if (size < 1)
        return 0;
    bytes = span_of((const char *)data + 1, size - 1);
    make_picture(&picture, &dictionary);
    switch (data[0] % 3) {
    case 0:
        try_frame(&picture, bytes, &dictionary);
        break;
    case 1:
        frame_encode(&nothing, &picture, &dictionary, 0, &frame);
        for (; span_length(bytes) >= 3; bytes.at += 3)
            frame.bytes[((uint8_t)bytes.at[0] | (size_t)(uint8_t)bytes.at[1] << 8) %
                        frame.length] = bytes.at[2];
        try_frame(&nothing, strbuf_span(&frame), &fresh);
        break;
    default:
        for (size_t wanted = 1; wanted <= UNPACKED_MAX; wanted *= 16) {
            strbuf_clear(&frame);
            if (unpack(&frame, bytes, wanted))
                try_frame(&nothing, strbuf_span(&frame), &fresh);
        }
    }
    strbuf_release(&frame);
    picture_release(&picture);
    dictionary_release(&dictionary);
    dictionary_release(&fresh);
    return 0;
}
