/* SPDX-License-Identifier: MIT */
/*
 * desk - what a reader makes one kind of snapshot with: a gatherer, a builder, and
 * the mailbox it goes to.
 *
 * A reader has two, of everybody and of the process in focus, because a focus is
 * served in the middle of a pass over everybody.
 */
#ifndef ENGINE_DESK_H
#define ENGINE_DESK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/mailbox.h"
#include "gather/gather.h"

struct reader;

struct desk {
    struct reader *reader; /* whose it is */
    struct mailbox *mailbox;
    struct gather *gather; /* NULL: not set up */
    struct snapshot_builder *builder;
};

/* Negative errno with a reason. */
int desk_init(struct desk *desk, const struct gather_options *options, struct mailbox *mailbox,
              const char **ret_reason);
void desk_release(struct desk *desk);

/* Go on with what is in the desk's last letter, which another reader posted, or another
 * collector's. */
void desk_succeed(struct desk *desk);

/* Start with whom the last letter of everybody knows. */
void desk_inherit(struct desk *desk, const struct mailbox *letters);

/* Seal what the builder holds, and post it. */
int desk_post(struct desk *desk, uint64_t serial);

#endif
