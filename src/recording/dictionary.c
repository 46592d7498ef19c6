/* SPDX-License-Identifier: MIT */
#include "recording/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"

enum { FIRST_SLOT_COUNT = 1024 };

void dictionary_release(struct dictionary *dictionary)
{
    strbuf_release(&dictionary->pool);
    free(dictionary->texts);
    free(dictionary->slots);
    *dictionary = (struct dictionary){0};
}

void dictionary_clear(struct dictionary *dictionary)
{
    strbuf_clear(&dictionary->pool);
    dictionary->count = 0;
    if (dictionary->slots)
        memset(dictionary->slots, 0, dictionary->slot_count * sizeof *dictionary->slots);
}

static struct span text_at(const struct dictionary *dictionary, uint32_t number)
{
    const struct text_place *place = &dictionary->texts[number];

    return span_of(dictionary->pool.bytes + place->offset, place->length);
}

bool dictionary_text(const struct dictionary *dictionary, uint32_t number,
                     struct span *ret_text)
{
    if (number >= dictionary->count)
        return false;
    *ret_text = text_at(dictionary, number);
    return true;
}

void dictionary_append(struct dictionary *dictionary, struct span text)
{
    if (dictionary->count == UINT32_MAX - 1)
        fatal("too many strings in a recording");
    dictionary->texts = memory_grow(dictionary->texts, dictionary->count, &dictionary->capacity,
                                    sizeof *dictionary->texts);
    dictionary->texts[dictionary->count++] = (struct text_place){
        .offset = dictionary->pool.length,
        .length = (uint32_t)span_length(text),
    };
    strbuf_add_span(&dictionary->pool, text);
    strbuf_add_char(&dictionary->pool, '\0');
}

static uint32_t *slot_of(const struct dictionary *dictionary, struct span text)
{
    size_t at = span_hash(text) & (dictionary->slot_count - 1);

    while (dictionary->slots[at] != 0 &&
           !span_equals_span(text_at(dictionary, dictionary->slots[at] - 1), text))
        at = (at + 1) & (dictionary->slot_count - 1);
    return &dictionary->slots[at];
}

static void make_room(struct dictionary *dictionary)
{
    if (dictionary->slots && (dictionary->count + 1) * 4 <= dictionary->slot_count * 3)
        return;
    free(dictionary->slots);
    dictionary->slot_count =
        dictionary->slots ? dictionary->slot_count * 2 : (size_t)FIRST_SLOT_COUNT;
    dictionary->slots = memory_new(dictionary->slot_count, sizeof *dictionary->slots);
    for (uint32_t i = 0; i < dictionary->count; i++)
        *slot_of(dictionary, text_at(dictionary, i)) = i + 1;
}

uint32_t dictionary_number(struct dictionary *dictionary, struct span text)
{
    make_room(dictionary);
    uint32_t *slot = slot_of(dictionary, text);
    if (*slot == 0) {
        dictionary_append(dictionary, text);
        *slot = (uint32_t)dictionary->count;
    }
    return *slot - 1;
}
