/* SPDX-License-Identifier: MIT */
/*
 * strbuf - a byte string that grows.
 *
 * Invariant: bytes[length] is NUL once anything was added, so the content can
 * be used as a C string; strbuf_string() also serves the empty one.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/span.h"

struct strbuf {
    char *bytes;
    size_t length;
    size_t capacity;
};

void strbuf_release(struct strbuf *buffer);
void strbuf_clear(struct strbuf *buffer); /* empty, memory kept */

/* Room for that many more bytes behind the content. */
void strbuf_reserve(struct strbuf *buffer, size_t more);

void strbuf_add(struct strbuf *buffer, const void *bytes, size_t length);
void strbuf_add_span(struct strbuf *buffer, struct span text);
void strbuf_add_string(struct strbuf *buffer, const char *string);
void strbuf_add_char(struct strbuf *buffer, char c);
void strbuf_add_repeated(struct strbuf *buffer, char c, size_t count);
void strbuf_add_format(struct strbuf *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void strbuf_add_vformat(struct strbuf *buffer, const char *format, va_list arguments);

/* That string in place of the content; it must not be part of it. */
void strbuf_set_string(struct strbuf *buffer, const char *string);

/* Cut the content back to a length it had before. */
void strbuf_truncate(struct strbuf *buffer, size_t length);

const char *strbuf_string(const struct strbuf *buffer); /* never NULL */
struct span strbuf_span(const struct strbuf *buffer);

#endif
