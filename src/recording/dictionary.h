/* SPDX-License-Identifier: MIT */
/*
 * dictionary - strings by number. A block's references are offsets into its own pool,
 * which change with every process that comes; numbers do not.
 */
#ifndef RECORDING_DICTIONARY_H
#define RECORDING_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct dictionary {
    struct strbuf pool; /* each string and a NUL */
    struct text_place {
        size_t offset;
        uint32_t length;
    } * texts;
    size_t count, capacity;
    uint32_t *slots; /* by hash: number + 1; 0 is free. NULL: not searched */
    size_t slot_count;
};

void dictionary_release(struct dictionary *dictionary);
void dictionary_clear(struct dictionary *dictionary);

/* The number of the string, which may be new. */
uint32_t dictionary_number(struct dictionary *dictionary, struct span text);

/* The next number, without looking whether it is there. */
void dictionary_append(struct dictionary *dictionary, struct span text);

/* False when there is no such number. NUL-terminated. */
bool dictionary_text(const struct dictionary *dictionary, uint32_t number,
                     struct span *ret_text);

#endif
