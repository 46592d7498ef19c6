/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

void *memory_new(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);

    if (!memory)
        fatal("out of memory (%zu items of %zu bytes)", count, size);
    return memory;
}

void *memory_resize(void *memory, size_t count, size_t size)
{
    void *resized = reallocarray(memory, count ? count : 1, size ? size : 1);

    if (!resized)
        fatal("out of memory (%zu items of %zu bytes)", count, size);
    return resized;
}

void *memory_copy(const void *items, size_t count, size_t size)
{
    return count > 0 ? memcpy(memory_new(count, size), items, count * size) : NULL;
}

char *memory_copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(memory_new(size, 1), string, size);
}

char *memory_copy_span(struct span text)
{
    char *copy = memory_new(span_length(text) + 1, 1);

    if (span_length(text) > 0)
        memcpy(copy, text.at, span_length(text));
    return copy;
}

void *memory_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 16;
    return memory_resize(array, *capacity, size);
}

void memory_return_large(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, MEMORY_LARGE);
    mallopt(M_TRIM_THRESHOLD, MEMORY_LARGE);
#endif
}
