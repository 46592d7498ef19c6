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
}

/* The last letter, as one who has read nothing yet and whose bell nobody rings. Free
 * *ret_block. */
static bool read_last(const struct mailbox *letters, struct snapshot *ret_snapshot,
                      void **ret_block)
{
    struct mailbox mailbox = *letters;
    const char *reason;
    size_t size;

    mailbox.taken = 0;
    mailbox.reader_end = -1;
    if (mailbox_take(&mailbox, ret_block, &size) < 0)
        return false;
    if (snapshot_open(*ret_block, size, ret_snapshot, &reason))
        return true;
    free(*ret_block);
    return false;
}

void desk_succeed(struct desk *desk)
{
    struct snapshot snapshot;
    void *block;

    if (!read_last(desk->mailbox, &snapshot, &block))
        return;
    gather_succeed(desk->gather, &snapshot);
    free(block);
}

void desk_inherit(struct desk *desk, const struct mailbox *letters)
{
    struct snapshot snapshot;
    void *block;

    if (!read_last(letters, &snapshot, &block))
        return;
    gather_inherit(desk->gather, &snapshot);
    free(block);
}

int desk_post(struct desk *desk, uint64_t serial)
{
    struct iovec pieces[SNAPSHOT_PIECES];

    snapshot_builder_header(desk->builder)->serial = serial;
    snapshot_builder_seal_pieces(desk->builder, &pieces);
    return mailbox_post_pieces(desk->mailbox, pieces, SNAPSHOT_PIECES);
}
