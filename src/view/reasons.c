/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdbool.h>

#include "view/columns.h"

/* Points, without a decimal where there is none to show. */
static void add_points(struct strbuf *out, double points)
{
    double rounded = round(points * 10) / 10;

    strbuf_add_format(out, rounded == floor(rounded) ? "%.0f" : "%.1f", rounded);
}

static const char *ellipsis_of(enum text_style style)
{
    return style == TEXT_UTF8 ? "\xe2\x80\xa6" : "..";
}

static size_t ellipsis_cells(enum text_style style)
{
    return style == TEXT_UTF8 ? 1 : 2;
}

/* Whole chips only: half of "DEL+12" would be read as another number. */
void format_chips(const struct row *row, struct strbuf *out, size_t cells)
{
    uint32_t count = row->verdict->reason_count;
    const struct reason *reasons = row_reasons(row);
    struct strbuf chip = {0};
    size_t used = 0;

    for (uint32_t i = 0; i < count && reasons[i].score > 0; i++) {
        bool is_last = i + 1 == count || reasons[i + 1].score <= 0;
        size_t mark = is_last ? 0 : 1 + ellipsis_cells(row->style);

        strbuf_clear(&chip);
        strbuf_add_format(&chip, "%s%s+", used > 0 ? " " : "", reasons[i].heuristic->chip);
        add_points(&chip, reasons[i].score);
        if (reasons[i].is_whitelisted && reasons[i].score < reasons[i].points)
            strbuf_add_char(&chip, 'w');
        if (used + chip.length + mark > cells) {
            size_t room = ellipsis_cells(row->style) + (used > 0);
            if (used + room <= cells)
                strbuf_add_format(out, "%s%s", used > 0 ? " " : "", ellipsis_of(row->style));
            break;
        }
        strbuf_add(out, chip.bytes, chip.length);
        used += chip.length;
    }
    strbuf_release(&chip);
}

void format_reason(const struct row *row, const struct reason *reason, struct strbuf *out)
{
    strbuf_add_string(out, reason->heuristic->title);
    if (reason->evidence && *reason->evidence) {
        strbuf_add_string(out, ": ");
        text_add_printable(out, span_of_string(reason->evidence), row->style);
    }
    if (reason->strength <= 0)
        strbuf_add_string(out, " (excused)");
    if (reason->is_whitelisted)
        strbuf_add_string(out, " (whitelisted)");
}

void format_sentences(const struct row *row, struct strbuf *out, size_t cells)
{
    uint32_t count = row->verdict->reason_count;
    const struct reason *reasons = row_reasons(row);
    struct strbuf all = {0};

    for (uint32_t i = 0; i < count; i++) {
        if (reasons[i].strength <= 0)
            continue;
        if (all.length > 0)
            strbuf_add_string(&all, "; ");
        format_reason(row, &reasons[i], &all);
    }
    text_add_clipped(out, strbuf_span(&all), row->style, cells);
    strbuf_release(&all);
}
