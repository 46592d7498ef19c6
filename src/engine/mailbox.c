/* SPDX-License-Identifier: MIT */
#include "engine/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/output_file.h"
#include "engine/bell.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* gcc's thread sanitizer does not follow fences; it cannot see the other
 * process either, and inside one there is one writer. */
#if defined __SANITIZE_THREAD__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wtsan"
#endif

enum {
    SLOT_COUNT = 3, /* the latest, the next, and one for a slow reader */
    TAKE_TRIES_MAX = 8,
    LARGE_PAGE_SIZE = 2 << 20, /* as most machines have them */
};

/* A slot's memory is given back when it needs this much less than it has. */
static const uint64_t worthwhile_hole = 1 << 20;

/* A slot's number is that of its letter, and 0 while it is written: a reader
 * that finds the same number before and after its copy has a whole letter. */
struct slot {
    _Atomic uint64_t number;
    _Atomic uint64_t size;
};

struct mailbox_state {
    _Atomic uint64_t latest; /* number of the newest letter; 0: none yet */
    struct slot slots[SLOT_COUNT];
    uint64_t used[SLOT_COUNT]; /* bytes of memory behind each: the writer's */
};

static int new_memory(uint64_t size)
{
    int fd = memfd_create("procwatch", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

    if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
        fd = memfd_create("procwatch", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)size) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int mailbox_init(struct mailbox *mailbox, uint64_t letter_max)
{
    int error;

    *mailbox = MAILBOX_NONE;
    mailbox->letter_max = letter_max;
    mailbox->state = mmap(NULL, sizeof *mailbox->state, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (mailbox->state == MAP_FAILED) {
        mailbox->state = NULL;
        return -errno;
    }
    /* Sparse: only what a letter fills is ever resident. */
    mailbox->memory = new_memory(letter_max * SLOT_COUNT);
    error = mailbox->memory < 0 ? mailbox->memory : 0;
    if (!error)
        error = bell_new(&mailbox->reader_end, &mailbox->writer_end);
    if (error)
        mailbox_release(mailbox);
    return error;
}

void mailbox_release(struct mailbox *mailbox)
{
    if (mailbox->state)
        munmap(mailbox->state, sizeof *mailbox->state);
    if (mailbox->memory >= 0)
        close(mailbox->memory);
    if (mailbox->reader_end >= 0)
        close(mailbox->reader_end);
    if (mailbox->writer_end >= 0)
        close(mailbox->writer_end);
    *mailbox = MAILBOX_NONE;
}

/* Letters are copied by pread(2) and pwrite(2), not through a mapping: where
 * memory is short or the other side plays tricks, these fail with an errno, and
 * a mapping would raise SIGBUS. */
static size_t size_of(const struct iovec *pieces, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += pieces[i].iov_len;
    return size;
}

static int write_pieces(int fd, const struct iovec *pieces, size_t count, uint64_t offset)
{
    int error = 0;

    for (size_t i = 0; i < count && !error; i++) {
        error =
            output_file_write_at(fd, offset, span_of(pieces[i].iov_base, pieces[i].iov_len));
        offset += pieces[i].iov_len;
    }
    return error;
}

int mailbox_post(struct mailbox *mailbox, const void *bytes, size_t size)
{
    return mailbox_post_pieces(mailbox, &(struct iovec){(void *)(uintptr_t)bytes, size}, 1);
}

int mailbox_post_pieces(struct mailbox *mailbox, const struct iovec *pieces, size_t count)
{
    size_t size = size_of(pieces, count);
    struct mailbox_state *state = mailbox->state;
    uint64_t number = atomic_load_explicit(&state->latest, memory_order_relaxed) + 1;
    uint64_t index = number % SLOT_COUNT, start = index * mailbox->letter_max;
    struct slot *slot = &state->slots[index];

    if (size == 0 || size > mailbox->letter_max)
        return -EMSGSIZE;

    atomic_store_explicit(&slot->number, 0, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    int error = write_pieces(mailbox->memory, pieces, count, start);
    if (error)
        return error;
    if (state->used[index] > size + worthwhile_hole)
        fallocate(mailbox->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  (off_t)(start + size), (off_t)(state->used[index] - size));
    if (state->used[index] < size || state->used[index] > size + worthwhile_hole)
        state->used[index] = size;
    atomic_store_explicit(&slot->size, size, memory_order_relaxed);
    atomic_store_explicit(&slot->number, number, memory_order_release);
    atomic_store_explicit(&state->latest, number, memory_order_release);
    bell_ring(mailbox->writer_end);
    return 0;
}

/* A new one is filled from end to end, each second: a fault costs little more for a large
 * page, where the system has them, than for one of 4 KB. */
static char *new_copy(size_t size)
{
    void *copy;

    if (size < LARGE_PAGE_SIZE)
        return malloc(size);
    if (posix_memalign(&copy, LARGE_PAGE_SIZE, size) != 0)
        return NULL;
    madvise(copy, size, MADV_HUGEPAGE);
    return copy;
}

static int take_once(struct mailbox *mailbox, void **ret_bytes, size_t *ret_size)
{
    struct mailbox_state *state = mailbox->state;
    uint64_t number = atomic_load_explicit(&state->latest, memory_order_acquire);
    struct slot *slot = &state->slots[number % SLOT_COUNT];

    if (number == mailbox->taken || number == 0)
        return -EAGAIN;
    if (atomic_load_explicit(&slot->number, memory_order_acquire) != number)
        return -EBUSY;
    uint64_t size = atomic_load_explicit(&slot->size, memory_order_relaxed);
    if (size == 0 || size > mailbox->letter_max)
        return -EBUSY;

    char *copy = new_copy(size);
    if (!copy) /* the size is the writer's word: no reason to die of it */
        return -EBUSY;
    int error = input_file_read_at(mailbox->memory, number % SLOT_COUNT * mailbox->letter_max,
                                   copy, size);
    atomic_thread_fence(memory_order_acquire);
    if (error || atomic_load_explicit(&slot->number, memory_order_relaxed) != number) {
        free(copy);
        return error && error != -ENODATA ? error : -EBUSY;
    }
    mailbox->taken = number;
    *ret_bytes = copy;
    *ret_size = size;
    return 0;
}

int mailbox_take(struct mailbox *mailbox, void **ret_bytes, size_t *ret_size)
{
    /* Before looking: a letter that is posted behind our back rings again. */
    bell_silence(mailbox->reader_end);
    for (int tries = 0; tries < TAKE_TRIES_MAX; tries++) {
        int result = take_once(mailbox, ret_bytes, ret_size);
        if (result != -EBUSY)
            return result;
    }
    return -EAGAIN;
}
