/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Characters that print nothing or reorder what stands around them. */
static const struct {
    uint32_t first, last;
} invisible[] = {
    {0x0080,  0x009f }, /* C1 controls: CSI and OSC of an 8-bit terminal */
    {0x00ad,  0x00ad }, /* soft hyphen */
    {0x034f,  0x034f }, /* combining grapheme joiner */
    {0x061c,  0x061c }, /* Arabic letter mark */
    {0x115f,  0x1160 }, /* Hangul fillers */
    {0x17b4,  0x17b5 }, /* Khmer inherent vowels */
    {0x180b,  0x180f }, /* Mongolian selectors */
    {0x200b,  0x200f }, /* zero width, directional marks */
    {0x2028,  0x202e }, /* separators, bidirectional embeddings */
    {0x2060,  0x206f }, /* joiners, isolates */
    {0x3164,  0x3164 }, /* Hangul filler */
    {0xfe00,  0xfe0f }, /* variation selectors */
    {0xfeff,  0xfeff }, /* byte order mark */
    {0xffa0,  0xffa0 }, /* halfwidth Hangul filler */
    {0xfff0,  0xfffb }, /* interlinear annotation */
    {0xfffe,  0xffff }, /* noncharacters */
    {0x1d173, 0x1d17a}, /* musical formatting */
    {0xe0000, 0xe0fff}, /* tags, variation selectors supplement */
};

static bool is_invisible(uint32_t code)
{
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
        if (code >= invisible[i].first && code <= invisible[i].last)
            return true;
    return false;
}

size_t text_decode_utf8(struct span text, uint32_t *ret_code)
{
    const unsigned char *at = (const unsigned char *)text.at;
    size_t available = span_length(text);
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t code;

    if (at[0] < 0x80) {
        *ret_code = at[0];
        return 1;
    }
    if (at[0] >= 0xc2 && at[0] <= 0xdf) {
        length = 2;
        code = at[0] & 0x1f;
    } else if (at[0] >= 0xe0 && at[0] <= 0xef) {
        length = 3;
        code = at[0] & 0x0f;
    } else if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        length = 4;
        code = at[0] & 0x07;
    } else {
        return 0;
    }
    if (available < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3fu);
    }
    if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;

    *ret_code = code;
    return length;
}

static void set_escape(struct text_piece *piece, const char *format, unsigned code)
{
    int length = snprintf(piece->bytes, sizeof piece->bytes, format, code);

    piece->length = (uint8_t)length;
    piece->cells = (uint8_t)length;
    piece->is_escaped = true;
}

static void escape_control(struct text_piece *piece, unsigned code)
{
    switch (code) {
    case '\n':
        set_escape(piece, "\\n", code);
        return;
    case '\t':
        set_escape(piece, "\\t", code);
        return;
    case '\r':
        set_escape(piece, "\\r", code);
        return;
    default:
        set_escape(piece, "\\x%02x", code);
        return;
    }
}

/* Columns of a character, or -1 when the locale knows it and calls it
 * unprintable. A locale without UTF-8 knows nothing: assume one column. */
static int cells_of(uint32_t code)
{
    int cells = wcwidth((wchar_t)code);

    if (cells < 0 && MB_CUR_MAX == 1)
        return 1;
    return cells;
}

bool text_take_piece(struct span *in, enum text_style style, struct text_piece *ret_piece)
{
    if (in->at == in->end)
        return false;

    struct text_piece piece = {0};
    uint32_t code;
    size_t length = text_decode_utf8(*in, &code);

    if (length == 0) {
        set_escape(&piece, "\\x%02x", (unsigned char)*in->at);
        length = 1;
    } else if (code < 0x20 || code == 0x7f) {
        escape_control(&piece, code);
    } else if (code < 0x7f) {
        piece.bytes[0] = (char)code;
        piece.length = piece.cells = 1;
    } else if (is_invisible(code) || style == TEXT_ASCII || cells_of(code) < 0) {
        set_escape(&piece, "<U+%04X>", code);
    } else {
        memcpy(piece.bytes, in->at, length);
        piece.length = (uint8_t)length;
        piece.cells = (uint8_t)cells_of(code);
    }

    in->at += length;
    *ret_piece = piece;
    return true;
}

/* Bytes at the start that are shown as they are: almost all text is. */
static size_t plain_length(struct span text)
{
    const char *at = text.at;

    while (at < text.end && *at >= ' ' && *at < 0x7f)
        at++;
    return (size_t)(at - text.at);
}

void text_add_printable(struct strbuf *out, struct span text, enum text_style style)
{
    struct text_piece piece;

    do {
        size_t plain = plain_length(text);

        strbuf_add(out, text.at, plain);
        text.at += plain;
        if (!text_take_piece(&text, style, &piece))
            return;
        strbuf_add(out, piece.bytes, piece.length);
    } while (text.at < text.end);
}

size_t text_add_clipped(struct strbuf *out, struct span text, enum text_style style,
                        size_t cells)
{
    const char *mark = style == TEXT_UTF8 ? "\xe2\x80\xa6" : "..";
    size_t mark_cells = style == TEXT_UTF8 ? 1 : 2;
    size_t used = 0, cut_at = out->length, cut_cells = 0;
    struct text_piece piece;

    if (mark_cells > cells) {
        mark = "";
        mark_cells = 0;
    }
    while (text_take_piece(&text, style, &piece)) {
        if (used + piece.cells > cells) {
            strbuf_truncate(out, cut_at);
            strbuf_add_string(out, mark);
            return cut_cells + mark_cells;
        }
        strbuf_add(out, piece.bytes, piece.length);
        used += piece.cells;
        if (used + mark_cells <= cells) {
            cut_at = out->length;
            cut_cells = used;
        }
    }
    return used;
}

size_t text_cells(struct span text, enum text_style style)
{
    struct text_piece piece;
    size_t cells = 0;

    while (text_take_piece(&text, style, &piece))
        cells += piece.cells;
    return cells;
}

void text_add_arguments(struct strbuf *out, struct span arguments, enum text_style style)
{
    struct span argument;
    bool is_first = true;

    while (arguments.at < arguments.end && arguments.end[-1] == '\0')
        arguments.end--;
    while (span_take_until(&arguments, '\0', &argument)) {
        if (!is_first)
            strbuf_add_char(out, ' ');
        is_first = false;
        if (span_length(argument) == 0)
            strbuf_add_string(out, "''");
        text_add_printable(out, argument, style);
    }
}

void text_add_size(struct strbuf *out, uint64_t bytes)
{
    static const char units[] = "KMGTPE";
    double value = (double)bytes;
    size_t unit = 0;

    if (bytes < 1024) {
        strbuf_add_format(out, "%u", (unsigned)bytes);
        return;
    }
    for (value /= 1024; value >= 999.5 && unit + 1 < sizeof units - 1; unit++)
        value /= 1024;
    strbuf_add_format(out, value < 9.95 ? "%.1f%c" : "%.0f%c", value, units[unit]);
}
