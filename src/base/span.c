/* SPDX-License-Identifier: MIT */
#include "base/span.h"

#include <string.h>

struct span span_of_string(const char *string)
{
    return span_of(string, strlen(string));
}

/* Behind the prefix, or NULL. By character: most strings of a table differ in
 * the first ones, which is sooner known than their lengths. */
static const char *skip_prefix(struct span span, const char *prefix)
{
    const char *at = span.at;

    for (; *prefix; prefix++, at++)
        if (at == span.end || *at != *prefix)
            return NULL;
    return at;
}

bool span_equals(struct span span, const char *string)
{
    if (span.at == span.end)
        return *string == '\0';
    return skip_prefix(span, string) == span.end;
}

bool span_equals_span(struct span a, struct span b)
{
    return span_length(a) == span_length(b) && memcmp(a.at, b.at, span_length(a)) == 0;
}

int span_compare(struct span a, struct span b)
{
    size_t length_a = span_length(a), length_b = span_length(b);
    size_t shared = length_a < length_b ? length_a : length_b;
    int order = shared > 0 ? memcmp(a.at, b.at, shared) : 0;

    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

bool span_starts_with(struct span span, const char *prefix)
{
    return *prefix == '\0' || skip_prefix(span, prefix);
}

bool span_ends_with(struct span span, const char *suffix)
{
    size_t length = strlen(suffix);

    return span_length(span) >= length && memcmp(span.end - length, suffix, length) == 0;
}

bool span_contains(struct span span, const char *needle)
{
    return memmem(span.at, span_length(span), needle, strlen(needle)) != NULL;
}

uint64_t span_hash(struct span span)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; span.at < span.end; span.at++)
        hash = (hash ^ (unsigned char)*span.at) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

bool span_take_char(struct span *in, char expected)
{
    if (in->at == in->end || *in->at != expected)
        return false;
    in->at++;
    return true;
}

bool span_take_string(struct span *in, const char *expected)
{
    const char *behind = skip_prefix(*in, expected);

    if (!behind)
        return false;
    in->at = behind;
    return true;
}

bool span_take_end(struct span *in, const char *expected)
{
    if (!span_ends_with(*in, expected))
        return false;
    in->end -= strlen(expected);
    return true;
}

bool span_take_u64(struct span *in, uint64_t *ret_value)
{
    const char *at = in->at;
    uint64_t value = 0;

    for (; at < in->end && *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (unsigned)(*at - '0'), &value))
            return false;
    }
    if (at == in->at)
        return false;

    in->at = at;
    *ret_value = value;
    return true;
}

bool span_take_i64(struct span *in, int64_t *ret_value)
{
    struct span rest = *in;
    bool is_negative = span_take_char(&rest, '-');
    uint64_t magnitude;

    if (!span_take_u64(&rest, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
        return false;

    *in = rest;
    *ret_value = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool span_take_hex(struct span *in, uint64_t *ret_value)
{
    const char *at = in->at;
    uint64_t value = 0;

    for (; at < in->end && hex_digit(*at) >= 0; at++) {
        if (value >> 60)
            return false;
        value = value << 4 | (uint64_t)hex_digit(*at);
    }
    if (at == in->at)
        return false;

    in->at = at;
    *ret_value = value;
    return true;
}

bool span_take_octal(struct span *in, uint64_t *ret_value)
{
    const char *at = in->at;
    uint64_t value = 0;

    for (; at < in->end && *at >= '0' && *at <= '7'; at++) {
        if (value >> 61)
            return false;
        value = value << 3 | (uint64_t)(*at - '0');
    }
    if (at == in->at)
        return false;

    in->at = at;
    *ret_value = value;
    return true;
}

bool span_take_enclosed(struct span *in, char open, char close, struct span *ret_inside)
{
    if (in->at == in->end || *in->at != open)
        return false;

    const char *last = memrchr(in->at + 1, close, span_length(*in) - 1);
    if (!last)
        return false;

    *ret_inside = (struct span){.at = in->at + 1, .end = last};
    in->at = last + 1;
    return true;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

bool span_take_word(struct span *in, struct span *ret_word)
{
    const char *at = in->at;

    while (at < in->end && !is_separator(*at))
        at++;
    if (at == in->at)
        return false;

    *ret_word = (struct span){.at = in->at, .end = at};
    in->at = at < in->end ? at + 1 : at;
    return true;
}

bool span_take_until(struct span *in, char separator, struct span *ret_piece)
{
    if (in->at == in->end)
        return false;

    const char *found = memchr(in->at, separator, span_length(*in));
    *ret_piece = (struct span){.at = in->at, .end = found ? found : in->end};
    in->at = found ? found + 1 : in->end;
    return true;
}

bool span_take_until_any(struct span *in, const char *separators, struct span *ret_piece)
{
    const char *at = in->at;

    if (at == in->end)
        return false;
    while (at < in->end && !(*at && strchr(separators, *at)))
        at++;
    *ret_piece = (struct span){.at = in->at, .end = at};
    in->at = at < in->end ? at + 1 : at;
    return true;
}

bool span_take_line(struct span *in, struct span *ret_line)
{
    return span_take_until(in, '\n', ret_line);
}

void span_skip_blanks(struct span *in)
{
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t'))
        in->at++;
}

struct span span_trimmed(struct span span)
{
    span_skip_blanks(&span);
    while (span.at < span.end && (span.end[-1] == ' ' || span.end[-1] == '\t'))
        span.end--;
    return span;
}

bool span_is_u64(struct span span, uint64_t *ret_value)
{
    uint64_t value;

    if (!span_take_u64(&span, &value) || span_length(span) != 0)
        return false;
    *ret_value = value;
    return true;
}
