/* SPDX-License-Identifier: MIT */
/*
 * format - what a recording's file is made of: a head, then frames one behind the
 * other, each with a head of its own. Private to recorder.c and recording.c.
 */
#ifndef RECORDING_FORMAT_H
#define RECORDING_FORMAT_H

#include "model/snapshot.h"

enum {
    RECORDING_VERSION = 1,
    RECORDING_BYTE_ORDER = 0x01020304,
    RECORDING_FRAME_MAX = 256 << 20, /* bytes, unpacked */
    /* Every so many frames one stands for itself: to jump there, and to lose no more
     * than these to a damaged one. */
    RECORDING_KEY_INTERVAL = 128,
    RECORDING_CHECK_SIZE = 16,
};

static const char recording_magic[8] = {'P', 'R', 'O', 'C', 'R', 'E', 'C', '\n'};
static const char recording_frame_magic[4] = {'F', 'R', 'A', 'M'};

/* Records are stored as this build has them in memory; another refuses them. */
struct recording_head {
    char magic[8];
    uint32_t version;
    uint32_t byte_order;
    uint32_t snapshot_version;
    uint32_t header_size;
    uint32_t item_sizes[SECTION_COUNT];
};

enum recording_frame_flag { RECORDING_FRAME_IS_KEY = 1u << 0 };

struct recording_frame_head {
    char magic[4];
    uint32_t flags;
    int64_t realtime_ns;
    uint64_t unpacked_size;
    uint64_t packed_size;
    uint8_t check[RECORDING_CHECK_SIZE]; /* of the packed bytes: damage, not forgery */
};

void recording_head_init(struct recording_head *head);

#endif
