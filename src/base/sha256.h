/* SPDX-License-Identifier: MIT */
/*
 * sha256 - digests of files and bytes, by nettle.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_TEXT_SIZE = 65, SHA256_BASE64_SIZE = 45 };

struct sha256 {
    uint8_t bytes[SHA256_SIZE];
};

void sha256_of(const void *bytes, size_t length, struct sha256 *ret_digest);

/* Digest of everything from the descriptor's start, read with pread(2). Fails
 * with -EFBIG beyond cap bytes, else with the errno of the read. */
int sha256_of_file(int fd, uint64_t cap, struct sha256 *ret_digest);

void sha256_text(const struct sha256 *digest, char (*ret_text)[SHA256_TEXT_SIZE]);

/* As Content-Security-Policy wants it. */
void sha256_base64(const struct sha256 *digest, char (*ret_text)[SHA256_BASE64_SIZE]);

/* 64 hexadecimal digits, either case. */
bool sha256_parse(const char *text, struct sha256 *ret_digest);

#endif
