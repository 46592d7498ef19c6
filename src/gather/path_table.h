/* SPDX-License-Identifier: MIT */
/*
 * path_table - hundreds of thousands of paths, twelve bytes each.
 *
 * Keeps a hash of each path and where its text stands (source and offset), not
 * the text: a hit is a candidate, and whoever asks must verify it against the
 * source; of half a million paths about sixty share a hash with another. Fill, sort once, then
 * find. Knows nothing of packages.
 */
#ifndef GATHER_PATH_TABLE_H
#define GATHER_PATH_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct path_entry {
    uint32_t hash;
    uint32_t source;
    uint32_t offset;
};

struct path_table {
    struct path_entry *entries; /* by hash, once sorted */
    size_t count;
    size_t capacity;
};

uint32_t path_hash(struct span path);

void path_table_add(struct path_table *table, struct path_entry entry);

/* Also gives back the memory that growing left over. */
void path_table_sort(struct path_table *table);

/* All entries with that hash: *ret_count of them, or NULL. */
const struct path_entry *path_table_find(const struct path_table *table, uint32_t hash,
                                         size_t *ret_count);

void path_table_release(struct path_table *table);

#endif
