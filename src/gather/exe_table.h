/* SPDX-License-Identifier: MIT */
/*
 * exe_table - program files that were looked at in this pass, so that each is
 * looked at once, however many processes run it. The same file by another path,
 * or seen from another mount namespace, is another one here.
 */
#ifndef GATHER_EXE_TABLE_H
#define GATHER_EXE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "model/process.h"

struct exe_seen {
    uint64_t pass; /* another pass's is a free slot */
    uint64_t ns_mnt;
    uint32_t exe; /* the gatherer's text */
    struct exe_file file;
};

struct exe_table {
    struct exe_seen *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used;       /* in this pass */
    uint64_t pass;
};

void exe_table_release(struct exe_table *table);

/* Forget all, at the start of a pass. */
void exe_table_begin(struct exe_table *table);

/* The file that the process runs as it is now, or NULL when it was not looked
 * at yet. Valid until the next call. */
const struct exe_file *exe_table_find(const struct exe_table *table,
                                      const struct process *process);
void exe_table_add(struct exe_table *table, const struct process *process);

#endif
