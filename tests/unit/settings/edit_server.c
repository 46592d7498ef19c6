/* SPDX-License-Identifier: MIT */
/*
 * Applies edits for edit_property.py. Each request is a line
 *     KIND PATH IS_TEXT VALUE_BYTES TEXT_BYTES
 * and the bytes of value and text; each answer a line "yes BYTES" or "no BYTES"
 * and the new text or the reason.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "settings/edit.h"

static char *read_bytes(size_t length)
{
    char *bytes = memory_new(length + 1, 1);

    if (fread(bytes, 1, length, stdin) != length)
        exit(1);
    return bytes;
}

int main(void)
{
    unsigned kind, is_text;
    char path[64];
    size_t value_length, text_length;

    while (scanf("%u %63s %u %zu %zu", &kind, path, &is_text, &value_length, &text_length) ==
           5) {
        getchar();
        char *value = read_bytes(value_length), *text = read_bytes(text_length);
        struct edit edit = {(enum edit_kind)kind, path, value, is_text, NULL};
        struct strbuf out = {0}, error = {0};
        bool is_good = edit_apply(&edit, "f", span_of(text, text_length), &out, &error);
        const struct strbuf *answer = is_good ? &out : &error;

        printf("%s %zu\n", is_good ? "yes" : "no", answer->length);
        fwrite(strbuf_string(answer), 1, answer->length, stdout);
        fflush(stdout);
        strbuf_release(&out);
        strbuf_release(&error);
        free(value);
        free(text);
    }
    return 0;
}
