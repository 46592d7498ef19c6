/* SPDX-License-Identifier: MIT */
#include "view/column_cells.h"

void cell_add_text(const struct row *row, struct text_ref text, struct strbuf *out)
{
    text_add_printable(out, snapshot_span(row->snapshot, text), row->style);
}
