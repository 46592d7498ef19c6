/* SPDX-License-Identifier: MIT */
/*
 * program_at - the program file that a path leads to, symbolic links followed: but
 * never into a file system that may hang, nor through /proc, whose links are other
 * ones for each who looks.
 */
#ifndef GATHER_PROGRAM_AT_H
#define GATHER_PROGRAM_AT_H

#include <stdbool.h>
#include <stdint.h>

#include "gather/mounts.h"

/* False when that is no file of a program (ELF), or cannot be told. */
bool program_at(struct mounts *mounts, const char *path, uint64_t *ret_dev, uint64_t *ret_ino);

#endif
