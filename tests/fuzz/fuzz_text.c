/* SPDX-License-Identifier: MIT */
/* The sanitiser: whatever goes in, what comes out is valid UTF-8 that passes it as it
 * is, and a clipped text keeps to its cells. */
#include <locale.h>
#include <stdlib.h>

#include "base/text.h"
#include "tests/fuzz/target.h"

static void expect_printable(struct strbuf *text)
{
    struct span in = strbuf_span(text);
    struct text_piece piece;

    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->bytes[i] < ' ' || text->bytes[i] == '\177')
            abort();
    while (text_take_piece(&in, TEXT_UTF8, &piece))
        if (piece.is_escaped)
            abort();
    strbuf_clear(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct strbuf out = {0};

    setlocale(LC_CTYPE, "C.UTF-8");
    for (enum text_style style = TEXT_UTF8; style <= TEXT_ASCII; style++) {
        text_add_printable(&out, text, style);
        expect_printable(&out);
        text_add_arguments(&out, text, style);
        expect_printable(&out);
        for (size_t cells = 0; cells < 12; cells++) {
            size_t used = text_add_clipped(&out, text, style, cells);
            if (used > cells || used != text_cells(strbuf_span(&out), TEXT_UTF8))
                abort();
            expect_printable(&out);
        }
    }
    strbuf_release(&out);
    return 0;
}
