/* SPDX-License-Identifier: MIT */
#include "gather/exe_table.h"

#include <stdlib.h>

#include "base/memory.h"

enum { FIRST_SLOT_COUNT = 256 };

void exe_table_release(struct exe_table *table)
{
    free(table->slots);
    *table = (struct exe_table){0};
}

void exe_table_begin(struct exe_table *table)
{
    table->pass++;
    table->used = 0;
}

static struct exe_seen *slot_of(const struct exe_table *table, const struct exe_seen *key)
{
    uint64_t hash = key->file.ino * 0x9e3779b97f4a7c15 ^ key->file.dev ^ key->ns_mnt ^ key->exe;
    size_t at = (hash ^ hash >> 32) & (table->slot_count - 1);

    while (table->slots[at].pass == table->pass) {
        const struct exe_seen *seen = &table->slots[at];

        if (seen->file.ino == key->file.ino && seen->file.dev == key->file.dev &&
            seen->ns_mnt == key->ns_mnt && seen->exe == key->exe)
            break;
        at = (at + 1) & (table->slot_count - 1);
    }
    return &table->slots[at];
}

static struct exe_seen seen_of(const struct exe_table *table, const struct process *process)
{
    return (struct exe_seen){
        .pass = table->pass,
        .ns_mnt = process->ns_mnt,
        .exe = process->exe.offset,
        .file = process->exe_file,
    };
}

const struct exe_file *exe_table_find(const struct exe_table *table,
                                      const struct process *process)
{
    const struct exe_seen key = seen_of(table, process);

    if (table->slot_count == 0)
        return NULL;
    const struct exe_seen *slot = slot_of(table, &key);
    return slot->pass == table->pass ? &slot->file : NULL;
}

static void grow(struct exe_table *table)
{
    struct exe_table old = *table;

    table->slot_count = old.slot_count ? old.slot_count * 2 : FIRST_SLOT_COUNT;
    table->slots = memory_new(table->slot_count, sizeof *table->slots);
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].pass == old.pass)
            *slot_of(table, &old.slots[i]) = old.slots[i];
    free(old.slots);
}

void exe_table_add(struct exe_table *table, const struct process *process)
{
    const struct exe_seen seen = seen_of(table, process);

    if ((table->used + 1) * 4 > table->slot_count * 3)
        grow(table);
    struct exe_seen *slot = slot_of(table, &seen);
    table->used += slot->pass != table->pass;
    *slot = seen;
}
