/* SPDX-License-Identifier: MIT */
/*
 * memory - allocation that cannot fail: out of memory ends in fatal(), so no
 * caller carries a path that nobody can test.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/span.h"

/* Zeroed memory for count items of size bytes. Freed with free(). */
void *memory_new(size_t count, size_t size);

/* realloc() for count items; the new part is not zeroed. */
void *memory_resize(void *memory, size_t count, size_t size);

/* A copy of count items; NULL for none. */
void *memory_copy(const void *items, size_t count, size_t size);

char *memory_copy_string(const char *string);
char *memory_copy_span(struct span text); /* with a NUL behind it */

/* Make room for one more item in a growing array: doubles *capacity when
 * count has reached it and returns the (perhaps moved) array. */
void *memory_grow(void *array, size_t count, size_t *capacity, size_t size);

/* From now on, and in children: give pieces of more than that back to the system as
 * soon as they are freed. malloc(3) learns from the first one that is freed to keep
 * the next, and a program that frees megabytes each second holds them twice. */
enum { MEMORY_LARGE = 256 * 1024 };
void memory_return_large(void);

#endif
