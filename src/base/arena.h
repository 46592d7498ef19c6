/* SPDX-License-Identifier: MIT */
/*
 * arena - memory that is freed all at once.
 *
 * What is made for one refresh dies with it, so nothing in it is ever freed by
 * itself. arena_clear() keeps the memory for the next round: after a few
 * refreshes nothing is allocated any more. Running out of memory is fatal().
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>

#include "base/span.h"

struct arena {
    struct arena_block *first;
    struct arena_block *current;
};

/* Zeroed memory for count items of the type. */
#define arena_new(arena, type, count) \
    ((type *)arena_alloc(arena, sizeof(type), alignof(type), count))

void *arena_alloc(struct arena *arena, size_t size, size_t alignment, size_t count);

/* A NUL-terminated copy; NUL bytes inside the text are kept. */
const char *arena_copy(struct arena *arena, struct span text);

const char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forget everything, keep the memory for reuse. */
void arena_clear(struct arena *arena);

/* Give the memory back. The arena may be used again. */
void arena_release(struct arena *arena);

#endif
