/* SPDX-License-Identifier: MIT */
/*
 * text - the one sanitiser: whatever came from outside passes here before it
 * reaches a terminal, a log or JSON.
 *
 * Control characters (C0, DEL, C1), bidirectional and zero-width characters,
 * and bytes that are not UTF-8 become escapes a reader can see ("\x1b",
 * "<U+202E>"): a process chooses its own name, and a name must not be able to
 * write on the terminal of whoever looks at it (CVE-2024-28085 and many others).
 * The output is always valid UTF-8 without control characters.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/strbuf.h"

enum text_style {
    TEXT_UTF8,
    TEXT_ASCII, /* for terminals that know no UTF-8: escapes all beyond ASCII */
};

/* One character as it may be shown. */
struct text_piece {
    char bytes[16];  /* NUL-terminated */
    uint8_t length;  /* bytes */
    uint8_t cells;   /* columns of a terminal: 0 for a combining mark */
    bool is_escaped; /* not what the text says, but a description of it */
};

/* Length of the well-formed UTF-8 sequence at the start of a text that is not empty, and
 * its character; or 0 (RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF). */
size_t text_decode_utf8(struct span text, uint32_t *ret_code);

/* Take one character and say how to show it. False at the end of the text.
 * Cell widths follow wcwidth(3), so the locale must be set for non-ASCII. */
bool text_take_piece(struct span *in, enum text_style style, struct text_piece *ret_piece);

/* Append the text, made printable. */
void text_add_printable(struct strbuf *out, struct span text, enum text_style style);

/* The same, at most that many cells; what was cut is marked by a last ".." (or
 * one ellipsis character in UTF-8). Returns the cells used. */
size_t text_add_clipped(struct strbuf *out, struct span text, enum text_style style,
                        size_t cells);

/* Cells that the printable form of the text takes. */
size_t text_cells(struct span text, enum text_style style);

/* Append arguments separated by NUL bytes, joined by spaces, made printable.
 * Trailing NUL bytes are dropped; an empty argument shows as ''. */
void text_add_arguments(struct strbuf *out, struct span arguments, enum text_style style);

/* "812", "4.2K", "317M": at most five characters, binary units. */
void text_add_size(struct strbuf *out, uint64_t bytes);

#endif
