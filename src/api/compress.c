/* SPDX-License-Identifier: MIT */
#include "api/compress.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/memory.h"
#include "base/span.h"

enum {
    WORTHWHILE_SIZE = 1024,
    WINDOW_BITS_GZIP = MAX_WBITS + 16, /* zlib.h: adding 16 writes a gzip header */
    MEMORY_LEVEL = 8,                  /* zlib's default */
};

static bool is_named(struct span name, const char *wanted)
{
    return span_length(name) == strlen(wanted) &&
           strncasecmp(name.at, wanted, span_length(name)) == 0;
}

/* "q=0", "q=0.000": not at all. */
static bool is_refusal(struct span parameter)
{
    return (span_take_string(&parameter, "q=0") || span_take_string(&parameter, "Q=0")) &&
           strspn(parameter.at, ".0") >= span_length(parameter);
}

/* "gzip", "gzip;q=0.5", " * ; q=0". */
static bool allows_gzip(struct span item)
{
    struct span name, parameter;

    if (!span_take_until(&item, ';', &name))
        return false;
    name = span_trimmed(name);
    if (!is_named(name, "gzip") && !is_named(name, "*"))
        return false;
    while (span_take_until(&item, ';', &parameter))
        if (is_refusal(span_trimmed(parameter)))
            return false;
    return true;
}

bool compress_is_wanted(const char *accept_encoding)
{
    struct span header = span_of_string(accept_encoding ? accept_encoding : ""), item;

    while (span_take_until(&header, ',', &item))
        if (allows_gzip(item))
            return true;
    return false;
}

bool compress_gzip(const void *bytes, size_t size, void **ret_stream, size_t *ret_size)
{
    z_stream stream = {.next_in = bytes, .avail_in = (uInt)size};

    /* The fastest level: a refresh goes on beside it, and it is mostly loopback. */
    if (size < WORTHWHILE_SIZE || size > UINT_MAX / 2 ||
        deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, WINDOW_BITS_GZIP, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    void *room = memory_new(size, 1);
    stream.next_out = room;
    stream.avail_out = (uInt)size;
    bool is_smaller = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    *ret_size = size - stream.avail_out;
    deflateEnd(&stream);
    if (is_smaller)
        *ret_stream = room;
    else
        free(room);
    return is_smaller;
}
