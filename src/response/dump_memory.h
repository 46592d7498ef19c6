/* SPDX-License-Identifier: MIT */
/*
 * dump_memory - which mappings of a process a dump is to hold, and copying them. Of a
 * mapping it knows the line in /proc/PID/maps, of its bytes nothing.
 */
#ifndef RESPONSE_DUMP_MEMORY_H
#define RESPONSE_DUMP_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum dump_memory_kind {
    DUMP_MEMORY_ODD = 1 << 0,   /* executable, and of no file that is on a disk */
    DUMP_MEMORY_CODE = 1 << 1,  /* executable */
    DUMP_MEMORY_HEAP = 1 << 2,  /* [heap] */
    DUMP_MEMORY_STACK = 1 << 3, /* [stack] */
    DUMP_MEMORY_ALL = 1 << 4,   /* all that can be read */
};

enum { DUMP_ADDRESSES_MAX = 8 };

/* All zero: none. */
struct dump_memory {
    uint32_t kinds; /* enum dump_memory_kind */
    uint32_t address_count;
    uint64_t addresses[DUMP_ADDRESSES_MAX]; /* those that hold one of these */
};

/* "odd,heap,7f0012345000": kinds and hexadecimal addresses. NULL or why not. */
const char *dump_memory_parse(const char *text, struct dump_memory *ret_memory);

struct memory_map {
    uint64_t start, end;
    bool is_readable, is_executable;
    bool has_file;    /* on a disk, by that name */
    struct span name; /* "[heap]", a path, or nothing */
};

/* A line of /proc/PID/maps. */
bool memory_map_parse(struct span line, struct memory_map *ret_map);
bool dump_memory_wants(const struct dump_memory *memory, const struct memory_map *map);

struct dump;

/* Into files of the dump. As with all of it, only a failure to write is returned: what
 * cannot be read is noted. */
int dump_keep_memory(struct dump *dump, const struct dump_memory *memory);

#endif
