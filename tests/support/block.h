/* SPDX-License-Identifier: MIT */
/* block - what a builder built, sealed. For tests and fuzz targets alike: no cmocka. */
#ifndef TESTS_SUPPORT_BLOCK_H
#define TESTS_SUPPORT_BLOCK_H

#include "base/fatal.h"
#include "base/memory.h"
#include "model/snapshot.h"

/* Frees the builder; the block is to be freed. Not zeroed, so that sanitizers see what
 * the seal leaves out. */
static inline void *block_of(struct snapshot_builder *builder, size_t *ret_size)
{
    *ret_size = snapshot_builder_size(builder);
    void *block = memory_resize(NULL, *ret_size, 1);

    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    return block;
}

/* The same, and a snapshot of it. */
static inline void *block_open(struct snapshot_builder *builder, struct snapshot *ret_snapshot)
{
    const char *reason;
    size_t size;
    void *block = block_of(builder, &size);

    if (!snapshot_open(block, size, ret_snapshot, &reason))
        fatal("a block of ours does not open: %s", reason);
    return block;
}

#endif
