/* SPDX-License-Identifier: MIT */
#include "report/csv.h"

#include <string.h>

static void add_quoted(struct strbuf *out, struct span text)
{
    strbuf_add_char(out, '"');
    /* "=cmd|..." in a process name is run by spreadsheets: CWE-1236. */
    if (span_length(text) > 1 && strchr("=+-@", *text.at))
        strbuf_add_char(out, '\'');
    for (; text.at < text.end; text.at++) {
        if (*text.at == '"')
            strbuf_add_char(out, '"');
        strbuf_add_char(out, *text.at);
    }
    strbuf_add_char(out, '"');
}

static void add_cell(const struct column *column, const struct row *row, struct strbuf *out)
{
    struct strbuf cell = {0};

    strbuf_add_char(out, ',');
    if (column->number && column_is_known(column, row) && column->align == ALIGN_RIGHT) {
        strbuf_add_format(out, "%.10g", column->number(row));
    } else {
        column_format(column, row, &cell);
        add_quoted(out, strbuf_span(&cell));
    }
    strbuf_release(&cell);
}

void csv_add(const struct report *report, struct strbuf *out)
{
    strbuf_add_string(out, "schema");
    for (size_t i = 0; i < column_count; i++)
        strbuf_add_format(out, ",%s", columns[i].key);
    strbuf_add_string(out, "\r\n");
    for (size_t i = 0; i < report->view->count; i++) {
        struct row row = view_row(report->snapshot, report->relations, report->scores,
                                  report->view->rows[i], TEXT_UTF8);

        strbuf_add_format(out, "%d", CSV_SCHEMA);
        for (size_t c = 0; c < column_count; c++)
            add_cell(&columns[c], &row, out);
        strbuf_add_string(out, "\r\n");
    }
}
