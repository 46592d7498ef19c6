/* SPDX-License-Identifier: MIT */
/*
 * mailbox - hands sealed blocks from the collector to a reader in another
 * process.
 *
 * It holds the latest letter: a newer one replaces an unread one, because the
 * screen wants the latest truth, not every truth. The reader trusts nothing the
 * writer does: it gets a private copy or no letter, and neither side ever waits
 * for the other. What is in a letter is not the mailbox's business.
 */
#ifndef ENGINE_MAILBOX_H
#define ENGINE_MAILBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct mailbox_state;

struct mailbox {
    struct mailbox_state *state; /* shared by the processes */
    int memory;                  /* memfd: the slots */
    int reader_end;              /* readable while a letter may wait */
    int writer_end;
    uint64_t letter_max;
    uint64_t taken; /* the reader's: number of its last letter */
};

/* One that mailbox_release() may be called on. */
#define MAILBOX_NONE ((struct mailbox){.memory = -1, .reader_end = -1, .writer_end = -1})

/* Before the fork; both sides then hold the mailbox. Negative errno. */
int mailbox_init(struct mailbox *mailbox, uint64_t letter_max);
void mailbox_release(struct mailbox *mailbox);

/* The writer's: one thread at a time. -EMSGSIZE when the letter is too large,
 * or the errno of the write (no memory); the letter before it then stays. */
int mailbox_post(struct mailbox *mailbox, const void *bytes, size_t size);

/* The same, of pieces that make one letter. */
int mailbox_post_pieces(struct mailbox *mailbox, const struct iovec *pieces, size_t count);

/* The reader's: the latest letter it has not had yet, malloc()ed, the caller's;
 * -EAGAIN when there is none, or the errno of reading it. */
int mailbox_take(struct mailbox *mailbox, void **ret_bytes, size_t *ret_size);

#endif
