/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"

void strbuf_release(struct strbuf *buffer)
{
    free(buffer->bytes);
    *buffer = (struct strbuf){0};
}

void strbuf_clear(struct strbuf *buffer)
{
    strbuf_truncate(buffer, 0);
}

void strbuf_reserve(struct strbuf *buffer, size_t more)
{
    size_t need;

    if (__builtin_add_overflow(buffer->length + 1, more, &need))
        fatal("out of memory (string of %zu bytes)", more);
    if (need <= buffer->capacity)
        return;
    if (need < buffer->capacity * 2)
        need = buffer->capacity * 2;
    buffer->bytes = memory_resize(buffer->bytes, need, 1);
    buffer->capacity = need;
}

void strbuf_add(struct strbuf *buffer, const void *bytes, size_t length)
{
    strbuf_reserve(buffer, length);
    if (length > 0)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void strbuf_add_span(struct strbuf *buffer, struct span text)
{
    strbuf_add(buffer, text.at, span_length(text));
}

void strbuf_add_string(struct strbuf *buffer, const char *string)
{
    strbuf_add(buffer, string, strlen(string));
}

void strbuf_set_string(struct strbuf *buffer, const char *string)
{
    strbuf_clear(buffer);
    strbuf_add_string(buffer, string);
}

void strbuf_add_char(struct strbuf *buffer, char c)
{
    strbuf_add(buffer, &c, 1);
}

void strbuf_add_repeated(struct strbuf *buffer, char c, size_t count)
{
    strbuf_reserve(buffer, count);
    memset(buffer->bytes + buffer->length, c, count);
    buffer->length += count;
    buffer->bytes[buffer->length] = '\0';
}

void strbuf_add_format(struct strbuf *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(buffer, format, arguments);
    va_end(arguments);
}

void strbuf_add_vformat(struct strbuf *buffer, const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length <= 0)
        return;

    strbuf_reserve(buffer, (size_t)length);
    vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
    buffer->length += (size_t)length;
}

void strbuf_truncate(struct strbuf *buffer, size_t length)
{
    if (length > buffer->length || !buffer->bytes)
        return;
    buffer->length = length;
    buffer->bytes[length] = '\0';
}

const char *strbuf_string(const struct strbuf *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

struct span strbuf_span(const struct strbuf *buffer)
{
    return span_of(strbuf_string(buffer), buffer->length);
}
