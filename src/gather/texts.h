/* SPDX-License-Identifier: MIT */
/*
 * texts - the strings of the processes a gatherer remembers, each once, for as
 * long as some process still has it. In what is kept, a text_ref names one of
 * these; a snapshot gets its own on the way out, and each only once a pass.
 *
 * Equal strings have equal references: comparing those compares the strings.
 */
#ifndef GATHER_TEXTS_H
#define GATHER_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "model/snapshot.h"

/* A number of them, or of places for them, fits in so many bits. */
enum { TEXT_BITS = 28 };

struct text {
    char *bytes; /* NULL: a free item */
    uint32_t length;
    uint32_t hash;
    uint32_t session; /* in which it was put out last ... */
    uint32_t out;     /* ... at this offset */
};

struct texts {
    struct text *items; /* the first is the empty string */
    size_t count;
    size_t capacity;
    size_t used;       /* items that are not free */
    size_t kept;       /* of the last collection */
    uint32_t free;     /* the first free item, linked by length; 0: none */
    uint32_t *slots;   /* items by hash; 0: a free slot */
    size_t slot_count; /* a power of two, or 0 */
    uint32_t session;  /* enough for a pass a second in 136 years */
    struct snapshot_builder *builder;
};

void texts_release(struct texts *texts);

/* The start of a pass into that builder. */
void texts_begin(struct texts *texts, struct snapshot_builder *builder);

struct text_ref texts_add(struct texts *texts, struct span text);

/* By its number alone; 0: empty. */
static inline struct text_ref texts_at(const struct texts *texts, uint32_t number)
{
    return number != 0 ? (struct text_ref){number, texts->items[number].length}
                       : (struct text_ref){0};
}

/* Valid until the collection that finds it unused. */
struct span texts_span(const struct texts *texts, struct text_ref text);

/* The same string in the snapshot that is being built. */
struct text_ref texts_put_out(struct texts *texts, struct text_ref text);

/* Now and then, forget what was not put out since texts_begin(). */
void texts_collect(struct texts *texts);

#endif
