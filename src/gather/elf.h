/* SPDX-License-Identifier: MIT */
/*
 * elf - what the headers of a program file say: reads at most a few small tables,
 * whatever the file claims of itself. Its author may be an attacker, so nothing in
 * it is believed but shown, and every offset is only asked for, never followed
 * further than the caps.
 */
#ifndef GATHER_ELF_H
#define GATHER_ELF_H

#include <stdbool.h>
#include <stddef.h>

#include "model/closer.h"

/* Where the bytes come from: false when not all of them are there. */
struct elf_source {
    bool (*read)(const void *context, uint64_t offset, void *ret_bytes, size_t size);
    const void *context;
};

/* False when it is no ELF file at all, or its first header is cut short. */
bool elf_read(const struct elf_source *source, struct elf_facts *ret_facts);

/* Of an open file. Can hang where its file system does. */
bool elf_read_file(int fd, struct elf_facts *ret_facts);

#endif
