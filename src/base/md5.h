/* SPDX-License-Identifier: MIT */
/*
 * md5 - digests to compare with package databases, by nettle. MD5 is what dpkg
 * records; it shows damage and careless tampering, and is no proof of identity:
 * for that there is sha256.
 */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { MD5_SIZE = 16 };

struct md5 {
    uint8_t bytes[MD5_SIZE];
};

/* Digest of everything from the descriptor's start, read with pread(2). Fails
 * with -EFBIG beyond cap bytes, else with the errno of the read. */
int md5_of_file(int fd, uint64_t cap, struct md5 *ret_digest);

/* Take 32 hexadecimal digits, either case. */
bool md5_take(struct span *in, struct md5 *ret_digest);

#endif
