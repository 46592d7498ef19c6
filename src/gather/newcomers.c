/* SPDX-License-Identifier: MIT */
#include "gather/newcomers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOT_COUNT = 256 };

void newcomers_release(struct newcomers *newcomers)
{
    free(newcomers->now.slots);
    free(newcomers->before.slots);
    *newcomers = (struct newcomers){0};
}

void newcomers_begin(struct newcomers *newcomers)
{
    struct inode_set old = newcomers->before;

    newcomers->before = newcomers->now;
    newcomers->now = old;
    newcomers->now.used = 0;
    if (old.slot_count > 0)
        memset(old.slots, 0, old.slot_count * sizeof *old.slots);
    newcomers->count = 0;
}

/* The inode's slot, or the free one where it belongs. */
static uint64_t *slot_of(const struct inode_set *set, uint64_t inode)
{
    size_t at = (inode * 0x9e3779b97f4a7c15 >> 32) & (set->slot_count - 1);

    while (set->slots[at] != 0 && set->slots[at] >> 1 != inode)
        at = (at + 1) & (set->slot_count - 1);
    return &set->slots[at];
}

static bool has(const struct inode_set *set, uint64_t inode)
{
    return set->slot_count > 0 && *slot_of(set, inode) != 0;
}

static void grow(struct inode_set *set)
{
    struct inode_set old = *set;

    set->slot_count = old.slot_count ? old.slot_count * 2 : FIRST_SLOT_COUNT;
    set->slots = memory_new(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i] != 0)
            *slot_of(set, old.slots[i] >> 1) = old.slots[i];
    free(old.slots);
}

void newcomers_see(struct newcomers *newcomers, uint64_t inode)
{
    struct inode_set *now = &newcomers->now;

    if ((now->used + 1) * 4 > now->slot_count * 3)
        grow(now);
    uint64_t *slot = slot_of(now, inode);
    if (*slot != 0)
        return;
    bool is_new = !has(&newcomers->before, inode);
    *slot = inode << 1 | is_new;
    now->used++;
    newcomers->count += is_new;
}

void newcomers_claim(struct newcomers *newcomers, uint64_t inode)
{
    uint64_t *slot = has(&newcomers->now, inode) ? slot_of(&newcomers->now, inode) : NULL;

    if (!slot || !(*slot & 1))
        return;
    *slot &= ~UINT64_C(1);
    newcomers->count--;
}
