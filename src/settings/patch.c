/* SPDX-License-Identifier: MIT */
#include "settings/patch.h"

#include <stdarg.h>
#include <string.h>

#include "settings/quote.h"

void patch_release(struct patch *patch)
{
    for (size_t i = 0; i < patch->count; i++)
        strbuf_release(&patch->pieces[i].text);
    patch->count = 0;
}

/* Pieces are kept in the order of the text; equal places in order of arrival. */
void patch_replace(struct patch *patch, size_t start, size_t end, const char *text)
{
    size_t at = patch->count++;

    for (; at > 0 && patch->pieces[at - 1].start > start; at--)
        patch->pieces[at] = patch->pieces[at - 1];
    patch->pieces[at] = (struct patch_piece){.start = start, .end = end};
    strbuf_add_string(&patch->pieces[at].text, text);
}

void patch_write(struct patch *patch, struct strbuf *out)
{
    const char *text = patch->yaml->text;
    size_t at = 0;

    for (size_t i = 0; i < patch->count; i++) {
        const struct patch_piece *piece = &patch->pieces[i];

        if (piece->start > at)
            strbuf_add(out, text + at, piece->start - at);
        strbuf_add_span(out, strbuf_span(&piece->text));
        if (piece->end > at)
            at = piece->end;
    }
    strbuf_add(out, text + at, patch->yaml->length - at);
}

bool patch_refuse(struct patch *patch, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(patch->error, format, arguments);
    va_end(arguments);
    return false;
}

/* Bytes of the line break that begins here, or 0. */
static size_t break_length(const char *at)
{
    if (at[0] == '\r')
        return at[1] == '\n' ? 2 : 1;
    if (at[0] == '\n')
        return 1;
    if (strncmp(at, "\xc2\x85", 2) == 0)
        return 2;
    return strncmp(at, "\xe2\x80\xa8", 3) == 0 || strncmp(at, "\xe2\x80\xa9", 3) == 0 ? 3 : 0;
}

size_t patch_line_start(const struct patch *patch, size_t at)
{
    const char *text = patch->yaml->text;

    while (at > patch->yaml->body) {
        size_t back = at - 1;

        while (back > 0 && ((unsigned char)text[back] & 0xc0) == 0x80)
            back--;
        if (break_length(text + back) == at - back)
            return at;
        at = back;
    }
    return patch->yaml->body;
}

size_t patch_line_end(const struct patch *patch, size_t at)
{
    while (at < patch->yaml->length && break_length(patch->yaml->text + at) == 0)
        at++;
    return at;
}

size_t patch_next_line(const struct patch *patch, size_t at)
{
    at = patch_line_end(patch, at);
    return at + break_length(patch->yaml->text + at);
}

const char *patch_line_break(const struct patch *patch, size_t at)
{
    const char *text = patch->yaml->text;
    size_t end = patch_line_end(patch, at);

    if (text[end] == '\0') /* the last line has none: like the first */
        end = patch_line_end(patch, patch->yaml->body);
    return text[end] == '\r' ? text[end + 1] == '\n' ? "\r\n" : "\r" : "\n";
}

size_t patch_end_of(const struct patch *patch, const struct yaml_node *node)
{
    size_t end = node->end;

    /* A literal or folded scalar reaches to the next line with something on it. */
    while (end > node->content && strchr(" \t\r\n", patch->yaml->text[end - 1]))
        end--;
    return end;
}

bool patch_indent(const struct patch *patch, size_t at, size_t *ret_columns)
{
    size_t start = patch_line_start(patch, at);

    for (size_t i = start; i < at; i++)
        if (patch->yaml->text[i] != ' ')
            return false;
    *ret_columns = at - start;
    return true;
}

bool patch_has_comment(const struct patch *patch, size_t start, size_t end)
{
    return end > start && memchr(patch->yaml->text + start, '#', end - start);
}

void patch_remove_lines(struct patch *patch, size_t first, size_t last)
{
    size_t start = patch_line_start(patch, first), end = patch_next_line(patch, last);

    /* The last line of a file that ends without a line break takes the one
     * before it along, so that the file still ends without. */
    if (end == patch_line_end(patch, last) && start > patch->yaml->body)
        start = patch_line_end(patch, patch_line_start(patch, start - 1));
    patch_replace(patch, start, end, "");
}

void patch_add_value(const struct patch *patch, enum yaml_style style, struct strbuf *out)
{
    if (!patch->edit->is_text)
        strbuf_add_string(out, patch->edit->value);
    else if (style == YAML_SINGLE_QUOTED || style == YAML_DOUBLE_QUOTED)
        quote_add(out, patch->edit->value, style);
    else
        quote_add(out, patch->edit->value, YAML_PLAIN);
}
