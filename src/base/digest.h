/* SPDX-License-Identifier: MIT */
/*
 * digest - the bytes of a file through one of nettle's hashes. What sha256 and md5
 * share; whoever wants a digest includes one of those.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdint.h>

#include <nettle/nettle-meta.h>

/* Digest of everything from the descriptor's start, read with pread(2), into
 * hash->digest_size bytes. Fails with -EFBIG beyond cap bytes, else with the errno
 * of the read. */
int digest_of_file(const struct nettle_hash *hash, int fd, uint64_t cap, uint8_t *ret_bytes);

#endif
