/* SPDX-License-Identifier: MIT */
#include "view/column_cells.h"

#include <string.h>

static const char *string_of(const struct row *row, struct text_ref text)
{
    return snapshot_string(row->snapshot, text);
}

void cell_add_text(const struct row *row, struct text_ref text, struct strbuf *out)
{
    text_add_printable(out, snapshot_span(row->snapshot, text), row->style);
}

int cell_compare_text(const struct row *a, struct text_ref text_a, const struct row *b,
                      struct text_ref text_b)
{
    return strcmp(string_of(a, text_a), string_of(b, text_b));
}
