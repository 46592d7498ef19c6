/* SPDX-License-Identifier: MIT */
/* The sanitiser: whatever goes in, no control character comes out, and a clipped
 * text keeps to its cells. */
#include <stdlib.h>

#include "base/text.h"
#include "tests/fuzz/target.h"

static void expect_printable(const struct strbuf *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->bytes[i] < ' ' || text->bytes[i] == '\177')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct strbuf out = {0};

    for (enum text_style style = TEXT_UTF8; style <= TEXT_ASCII; style++) {
        strbuf_clear(&out);
        text_add_printable(&out, text, style);
        expect_printable(&out);
        strbuf_clear(&out);
        text_add_arguments(&out, text, style);
        expect_printable(&out);
        for (size_t cells = 0; cells < 12; cells++) {
            strbuf_clear(&out);
            if (text_add_clipped(&out, text, style, cells) > cells)
                abort();
            expect_printable(&out);
        }
    }
    strbuf_release(&out);
    return 0;
}
