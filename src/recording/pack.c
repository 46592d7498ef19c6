/* SPDX-License-Identifier: MIT */
/* Pairs of a run of zeros and a run of anything: two lengths of seven bits a byte, the
 * lowest first, then the anything. */
#include "recording/pack.h"

#include <string.h>

/* Shorter runs cost more than they save. */
enum { ZEROS_LEAST = 3, LENGTH_BYTES_MAX = 9 };

static void add_length(struct strbuf *out, size_t length)
{
    while (length >= 0x80) {
        strbuf_add_char(out, (char)(length | 0x80));
        length >>= 7;
    }
    strbuf_add_char(out, (char)length);
}

static bool take_length(struct span *in, size_t *ret_length)
{
    size_t length = 0;

    for (unsigned i = 0; i < LENGTH_BYTES_MAX && in->at < in->end; i++) {
        unsigned char byte = (unsigned char)*in->at++;

        length |= (size_t)(byte & 0x7f) << 7 * i;
        if (byte < 0x80) {
            *ret_length = length;
            return true;
        }
    }
    return false;
}

static const char *skip_zeros(const char *at, const char *end)
{
    while (at < end && *at == '\0')
        at++;
    return at;
}

/* Up to the next run of zeros that is worth it. */
static const char *skip_others(const char *at, const char *end)
{
    while (at < end) {
        const char *zeros = memchr(at, '\0', (size_t)(end - at));

        if (!zeros)
            return end;
        at = skip_zeros(zeros, end);
        if (at - zeros >= ZEROS_LEAST || at == end)
            return zeros;
    }
    return end;
}

void pack_add(struct strbuf *out, struct span bytes)
{
    while (bytes.at < bytes.end) {
        const char *others = skip_zeros(bytes.at, bytes.end);
        const char *next = skip_others(others, bytes.end);

        add_length(out, (size_t)(others - bytes.at));
        add_length(out, (size_t)(next - others));
        strbuf_add(out, others, (size_t)(next - others));
        bytes.at = next;
    }
}

bool unpack(struct strbuf *out, struct span packed, size_t size)
{
    size_t end = out->length + size;

    while (span_length(packed) > 0) {
        size_t zeros, others;

        if (!take_length(&packed, &zeros) || !take_length(&packed, &others) ||
            zeros > end - out->length || others > end - out->length - zeros ||
            others > span_length(packed))
            return false;
        strbuf_add_repeated(out, '\0', zeros);
        strbuf_add(out, packed.at, others);
        packed.at += others;
    }
    return out->length == end;
}
