/* SPDX-License-Identifier: MIT */
/*
 * digests - SHA-256 of executables, one computation a file: kept by device,
 * inode, size and both times. Whoever can set the ctime back is root already,
 * and can change what we read as well.
 */
#ifndef GATHER_DIGESTS_H
#define GATHER_DIGESTS_H

#include <stddef.h>

#include "gather/procfs.h"
#include "model/process.h"

enum { DIGESTS_FILE_SIZE_MAX = 64 * 1024 * 1024 };

struct digest_entry {
    struct exe_file file;
    struct sha256 digest;
};

struct digests {
    struct digest_entry *items; /* by ino, then the rest of the key */
    size_t count;
    size_t capacity;
};

void digests_release(struct digests *digests);

/* Digest of the executable behind the "exe" link in that /proc/PID directory,
 * which must be that file, regular and on a local file system. */
enum fact_state digests_of_exe(struct digests *digests, int process_directory,
                               const struct exe_file *file, struct sha256 *ret_digest);

#endif
