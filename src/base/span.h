/* SPDX-License-Identifier: MIT */
/*
 * span - a read-only view of bytes that somebody else owns.
 *
 * Kernel text describes hostile processes, so it is hostile input. Every
 * span_take_*() looks before it steps: on success it moves past what it took,
 * on failure it returns false and leaves both the span and the result alone.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    const char *at;
    const char *end;
};

static inline struct span span_of(const char *bytes, size_t length)
{
    return (struct span){.at = bytes, .end = bytes + length};
}

static inline size_t span_length(struct span span)
{
    return (size_t)(span.end - span.at);
}

struct span span_of_string(const char *string);
bool span_equals(struct span span, const char *string);
bool span_equals_span(struct span a, struct span b);
int span_compare(struct span a, struct span b); /* as strcmp(3); NUL is a byte like any */
bool span_starts_with(struct span span, const char *prefix);
bool span_ends_with(struct span span, const char *suffix);
bool span_contains(struct span span, const char *needle);

/* FNV-1a, for tables: not for what an attacker must not be able to make collide. */
uint64_t span_hash(struct span span);

/* Take one expected character. */
bool span_take_char(struct span *in, char expected);

/* Take an expected string, whole. */
bool span_take_string(struct span *in, const char *expected);

/* The same, off the end. */
bool span_take_end(struct span *in, const char *expected);

/* Take a run of decimal digits. Fails on an empty run and on overflow. */
bool span_take_u64(struct span *in, uint64_t *ret_value);

/* The same with an optional minus sign. Fails outside int64_t. */
bool span_take_i64(struct span *in, int64_t *ret_value);

/* Take a run of hexadecimal digits, no prefix. */
bool span_take_hex(struct span *in, uint64_t *ret_value);

/* Take a run of octal digits: a leading 0 is one of them. */
bool span_take_octal(struct span *in, uint64_t *ret_value);

/* Take "open ... close", up to the *last* close; the result excludes both. */
bool span_take_enclosed(struct span *in, char open, char close, struct span *ret_inside);

/* Take one run of non-spaces and the single space, tab or newline behind it. */
bool span_take_word(struct span *in, struct span *ret_word);

/* Take everything up to the separator, and the separator. The last piece needs
 * no separator; an empty span has no further piece. */
bool span_take_until(struct span *in, char separator, struct span *ret_piece);

/* The same, up to the first of several separators. */
bool span_take_until_any(struct span *in, const char *separators, struct span *ret_piece);

/* Take one line without its newline. */
bool span_take_line(struct span *in, struct span *ret_line);

/* Step over spaces and tabs. Never fails. */
void span_skip_blanks(struct span *in);

/* Without the spaces and tabs at both ends. */
struct span span_trimmed(struct span span);

/* Parse the whole span as a number: nothing may be left over. */
bool span_is_u64(struct span span, uint64_t *ret_value);

#endif
