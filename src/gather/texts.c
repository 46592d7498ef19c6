/* SPDX-License-Identifier: MIT */
#include "gather/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"

enum { FIRST_SLOT_COUNT = 1024, COLLECT_LEAST = 1024 };

void texts_release(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i].bytes);
    free(texts->items);
    free(texts->slots);
    *texts = (struct texts){0};
}

void texts_begin(struct texts *texts, struct snapshot_builder *builder)
{
    texts->builder = builder;
    texts->session++;
}

static uint32_t *slot_of(const struct texts *texts, uint32_t hash, struct span text)
{
    size_t at = hash & (texts->slot_count - 1);

    while (texts->slots[at] != 0) {
        const struct text *item = &texts->items[texts->slots[at]];

        if (item->hash == hash && item->length == span_length(text) &&
            memcmp(item->bytes, text.at, item->length) == 0)
            break;
        at = (at + 1) & (texts->slot_count - 1);
    }
    return &texts->slots[at];
}

static void index_again(struct texts *texts, size_t slot_count)
{
    free(texts->slots);
    texts->slot_count = slot_count;
    texts->slots = memory_new(slot_count, sizeof *texts->slots);
    for (size_t i = 1; i < texts->count; i++) {
        const struct text *item = &texts->items[i];

        if (item->bytes)
            *slot_of(texts, item->hash, span_of(item->bytes, item->length)) = (uint32_t)i;
    }
}

static uint32_t take_item(struct texts *texts)
{
    uint32_t item = texts->free;

    if (item != 0) {
        texts->free = texts->items[item].length;
        return item;
    }
    if (texts->count >> TEXT_BITS != 0)
        fatal("too many texts");
    texts->items =
        memory_grow(texts->items, texts->count, &texts->capacity, sizeof *texts->items);
    return (uint32_t)texts->count++;
}

struct text_ref texts_add(struct texts *texts, struct span text)
{
    uint32_t length = (uint32_t)span_length(text);

    if (length == 0)
        return (struct text_ref){0};
    if (texts->count == 0) {
        uint32_t empty = take_item(texts);
        texts->items[empty] = (struct text){0};
    }
    if ((texts->used + 1) * 4 > texts->slot_count * 3)
        index_again(texts, texts->slot_count ? texts->slot_count * 2 : FIRST_SLOT_COUNT);

    uint32_t hash = (uint32_t)span_hash(text);
    uint32_t *slot = slot_of(texts, hash, text);
    if (*slot == 0) {
        uint32_t item = take_item(texts);

        texts->items[item] =
            (struct text){.bytes = memory_new(length, 1), .length = length, .hash = hash};
        memcpy(texts->items[item].bytes, text.at, length);
        texts->used++;
        *slot = item;
    }
    return (struct text_ref){*slot, length};
}

struct span texts_span(const struct texts *texts, struct text_ref text)
{
    if (text.length == 0)
        return span_of_string("");
    return span_of(texts->items[text.offset].bytes, text.length);
}

struct text_ref texts_put_out(struct texts *texts, struct text_ref text)
{
    if (text.length == 0)
        return text;

    struct text *item = &texts->items[text.offset];
    if (item->session != texts->session) {
        item->session = texts->session;
        item->out =
            snapshot_builder_text(texts->builder, span_of(item->bytes, item->length)).offset;
    }
    return (struct text_ref){item->out, item->length};
}

void texts_collect(struct texts *texts)
{
    if (texts->used < texts->kept * 2 + COLLECT_LEAST)
        return;
    for (size_t i = 1; i < texts->count; i++) {
        struct text *item = &texts->items[i];

        if (!item->bytes || item->session == texts->session)
            continue;
        free(item->bytes);
        *item = (struct text){.length = texts->free};
        texts->free = (uint32_t)i;
        texts->used--;
    }
    index_again(texts, texts->slot_count);
    texts->kept = texts->used;
}
