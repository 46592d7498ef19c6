/* SPDX-License-Identifier: MIT */
/* What a process uses, and where it runs. */
#include "view/column_cells.h"

#include <string.h>

double number_cpu(const struct row *row)
{
    return (double)row->process->cpu_percent;
}

void format_cpu(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%.1f", (double)row->process->cpu_percent);
}

double number_rss(const struct row *row)
{
    return (double)row->process->rss;
}

void format_rss(const struct row *row, struct strbuf *out)
{
    text_add_size(out, row->process->rss);
}

double number_threads(const struct row *row)
{
    return row->process->threads;
}

void format_threads(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d", row->process->threads);
}

double number_conns(const struct row *row)
{
    return (double)row_outbound_count(row);
}

void format_conns(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%zu", row_outbound_count(row));
}

int compare_unit(const struct row *a, const struct row *b)
{
    return cell_compare_spans(row_unit(a), row_unit(b));
}

void format_unit(const struct row *row, struct strbuf *out)
{
    struct span unit = row_unit(row);

    if (span_length(unit) == 0)
        strbuf_add_char(out, '-');
    text_add_printable(out, unit, row->style);
}

int compare_container(const struct row *a, const struct row *b)
{
    struct container_name left = row_container(a), right = row_container(b);
    int order = strcmp(left.engine, right.engine);

    return order != 0 ? order : cell_compare_spans(left.id, right.id);
}

enum { CONTAINER_ID_SHOWN = 12 }; /* what docker ps and podman ps show */

void format_container(const struct row *row, struct strbuf *out)
{
    struct container_name name = row_container(row);

    if (span_length(name.id) == 0) {
        strbuf_add_char(out, '-');
        return;
    }
    if (strcmp(name.engine, "lxc") != 0)
        name.id.end = name.id.at + CONTAINER_ID_SHOWN;
    strbuf_add_format(out, "%s:", name.engine);
    text_add_printable(out, name.id, row->style);
}
