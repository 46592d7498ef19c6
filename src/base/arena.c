/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"

enum { SMALLEST_BLOCK = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    max_align_t bytes[];
};

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = memory_new(1, sizeof *block + size);

    block->size = size;
    return block;
}

/* A block that has room: the current one, one kept by arena_clear(), or new. */
static struct arena_block *block_with_room(struct arena *arena, size_t need)
{
    struct arena_block *last = arena->current;

    for (struct arena_block *block = last; block; block = block->next) {
        if (block->size - block->used >= need)
            return block;
        last = block;
    }

    struct arena_block *block = block_new(need > SMALLEST_BLOCK ? need : SMALLEST_BLOCK);
    if (last)
        last->next = block;
    else
        arena->first = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size, size_t alignment, size_t count)
{
    size_t bytes, need;

    if (__builtin_mul_overflow(size, count, &bytes) ||
        __builtin_add_overflow(bytes, alignment, &need))
        fatal("out of memory (%zu items of %zu bytes)", count, size);

    struct arena_block *block = block_with_room(arena, need);
    uintptr_t start = (uintptr_t)block->bytes + block->used;
    uintptr_t aligned = (start + alignment - 1) / alignment * alignment;

    block->used += aligned - start + bytes;
    arena->current = block;
    return memset((void *)aligned, 0, bytes);
}

const char *arena_copy(struct arena *arena, struct span text)
{
    size_t length = span_length(text);
    char *copy = arena_alloc(arena, 1, 1, length + 1);

    if (length > 0)
        memcpy(copy, text.at, length);
    return copy;
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);

    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = arena_alloc(arena, 1, 1, size);
    if (length > 0)
        vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

void arena_clear(struct arena *arena)
{
    for (struct arena_block *block = arena->first; block; block = block->next)
        block->used = 0;
    arena->current = arena->first;
}

void arena_release(struct arena *arena)
{
    struct arena_block *block = arena->first;

    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena){0};
}
