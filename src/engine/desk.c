/* SPDX-License-Identifier: MIT */
#include "engine/desk.h"

#include <stdlib.h>

#include "base/memory.h"
#include "model/snapshot.h"

int desk_init(struct desk *desk, const struct gather_options *options, struct mailbox *mailbox,
              const char **ret_reason)
{
    int error = gather_new(options, &desk->gather, ret_reason);

    if (error)
        return error;
    desk->mailbox = mailbox;
    desk->builder = snapshot_builder_new();
    return 0;
}

void desk_release(struct desk *desk)
{
    gather_free(desk->gather);
    snapshot_builder_free(desk->builder);
    free(desk->block);
}

static void inherit_block(struct desk *desk, const void *block, size_t size)
{
    struct snapshot snapshot;
    const char *reason;

    if (size > 0 && snapshot_open(block, size, &snapshot, &reason))
        gather_inherit(desk->gather, &snapshot);
}

void desk_inherit_letter(struct desk *desk)
{
    struct mailbox mailbox = *desk->mailbox;
    size_t size;
    void *block;

    /* As one who has read nothing yet, and whose bell nobody rings. */
    mailbox.taken = 0;
    mailbox.reader_end = -1;
    if (mailbox_take(&mailbox, &block, &size) < 0)
        return;
    inherit_block(desk, block, size);
    free(block);
}

void desk_inherit(struct desk *desk, const struct desk *other)
{
    inherit_block(desk, other->block, other->block_size);
}

int desk_post(struct desk *desk, uint64_t serial)
{
    snapshot_builder_header(desk->builder)->serial = serial;
    desk->block_size = snapshot_builder_size(desk->builder);
    if (desk->block_size > desk->block_capacity) {
        free(desk->block);
        desk->block = memory_new(desk->block_size, 1);
        desk->block_capacity = desk->block_size;
    }
    snapshot_builder_seal(desk->builder, desk->block);
    return mailbox_post(desk->mailbox, desk->block, desk->block_size);
}
