/* SPDX-License-Identifier: MIT */
/*
 * dump_files - the files of one dump: each is new, its owner's alone, and summed up.
 * Private to dump.c and dump_memory.c.
 */
#ifndef RESPONSE_DUMP_FILES_H
#define RESPONSE_DUMP_FILES_H

#include <stdint.h>
#include <sys/types.h>

#include "base/span.h"
#include "base/strbuf.h"

enum { DUMP_PIECE_SIZE = 64 << 10 };

struct dump {
    int process; /* its directory in /proc */
    int directory;
    unsigned flags;
    struct strbuf sums;     /* SHA256SUMS */
    struct strbuf problems; /* problems.txt */
};

/* A line of problems.txt. */
void dump_note(struct dump *dump, const char *name, const char *what);

/* A descriptor or negative errno. */
int dump_create(struct dump *dump, const char *name);

/* Sum up what was written. 0 or negative errno. */
int dump_finish_file(struct dump *dump, int fd, const char *name);

/* All of that at once. */
int dump_write_file(struct dump *dump, const char *name, struct span text);

/* Returns the bytes read, up to the size of the piece, or negative errno. */
ssize_t dump_read_piece(int fd, char *piece, uint64_t left);

/* -ENOSPC when the disk would be left with less than 64 MiB beside that many bytes. */
int dump_check_room(const struct dump *dump, uint64_t wanted);

#endif
