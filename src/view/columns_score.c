/* SPDX-License-Identifier: MIT */
/* What is thought of a process. */
#include "view/column_cells.h"

#include <stdint.h>

#include "view/history.h"

double number_score(const struct row *row)
{
    return row->verdict->total_score;
}

double number_heuristic(const struct row *row)
{
    return row->verdict->heuristic_score;
}

double number_ml(const struct row *row)
{
    return row->verdict->ml_score;
}

double number_severity(const struct row *row)
{
    return row->verdict->severity;
}

void format_severity(const struct row *row, struct strbuf *out)
{
    strbuf_add_string(out, verdict_mark(row->verdict));
}

double number_reasons(const struct row *row)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < row->verdict->reason_count; i++)
        count += row->scores->reasons[row->verdict->first_reason + i].score > 0;
    return count;
}

void format_reasons(const struct row *row, struct strbuf *out)
{
    format_chips(row, out, SIZE_MAX / 2);
}

void format_why(const struct row *row, struct strbuf *out)
{
    format_sentences(row, out, SIZE_MAX / 2);
}

static const struct history_entry *history_of(const struct row *row)
{
    return row->history ? history_find(row->history, row->process) : NULL;
}

double number_trend(const struct row *row)
{
    const struct history_entry *entry = history_of(row);

    return entry ? (entry->tenths[entry->score_count - 1] - entry->tenths[0]) / 10.0 : 0;
}

void format_trend(const struct row *row, struct strbuf *out)
{
    const struct history_entry *entry = history_of(row);

    if (entry)
        history_add_trend(entry, row->style, out);
    else
        strbuf_add_char(out, '-');
}
