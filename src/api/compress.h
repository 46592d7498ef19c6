/* SPDX-License-Identifier: MIT */
/* compress - answers for those who take them compressed. The home of zlib. */
#ifndef API_COMPRESS_H
#define API_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>

/* An Accept-Encoding header (or NULL) allows gzip: it is named, or "*" is, and
 * not with q=0. */
bool compress_is_wanted(const char *accept_encoding);

/* The bytes as a gzip stream, malloc()ed, the caller's. False when it would not
 * be smaller. */
bool compress_gzip(const void *bytes, size_t size, void **ret_stream, size_t *ret_size);

#endif
