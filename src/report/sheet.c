/* SPDX-License-Identifier: MIT */
#include "report/sheet.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "view/cells.h"
#include "view/columns.h"

enum { UNBROKEN = -1 };

void sheet_subject_init(struct sheet_subject *subject, const struct row *row,
                        const struct relations *look)
{
    const struct process *process = row->process, *full = NULL;

    *subject = (struct sheet_subject){.row = *row, .full = *row};
    if (look)
        full = snapshot_find_identity(look->snapshot, process->pid, process->starttime);
    if (!full)
        return;
    subject->full.snapshot = look->snapshot;
    subject->full.relations = look;
    subject->full.process = full;
    if (look->snapshot->closer && look->snapshot->closer->pid == full->pid)
        subject->closer = look->snapshot->closer;
}

void sheet_line(const struct sheet *sheet)
{
    sheet->line(sheet->context);
}

void sheet_add(const struct sheet *sheet, enum tone tone, const char *format, ...)
{
    struct strbuf text = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&text, format, arguments);
    va_end(arguments);
    sheet->add(sheet->context, tone, UNBROKEN, strbuf_span(&text));
    strbuf_release(&text);
}

void sheet_add_text(const struct sheet *sheet, enum tone tone, const struct row *row,
                    struct text_ref text)
{
    sheet->add(sheet->context, tone, UNBROKEN, snapshot_span(row->snapshot, text));
}

void sheet_arguments(const struct sheet *sheet, enum tone tone, int indent,
                     const struct row *row, struct text_ref arguments)
{
    struct span span = snapshot_span(row->snapshot, arguments);
    struct strbuf text = {0};

    /* NUL stands between arguments: to the reader that is a blank. */
    while (span.at < span.end && span.end[-1] == '\0')
        span.end--;
    for (const char *at = span.at; at < span.end; at++)
        strbuf_add_char(&text, *at == '\0' ? ' ' : *at);
    sheet->add(sheet->context, tone, indent, strbuf_span(&text));
    strbuf_release(&text);
}

void sheet_label(const struct sheet *sheet, const char *label)
{
    sheet_line(sheet);
    sheet_add(sheet, TONE_LABEL, "%-*s", SHEET_LABEL, label);
}

void sheet_wrap(const struct sheet *sheet, enum tone tone, struct span text)
{
    sheet->add(sheet->context, tone, SHEET_LABEL, text);
}

/* What may still come is no warning. */
static enum tone tone_of_unknown(enum fact_state state)
{
    return state == FACT_PENDING || state == FACT_NOT_ASKED ? TONE_DIM : TONE_WARNING;
}

void sheet_unknown(const struct sheet *sheet, enum fact_state state)
{
    sheet_add(sheet, tone_of_unknown(state), "(%s)", fact_state_name(state));
}

void sheet_fact(const struct sheet *sheet, const char *label, const struct row *row,
                enum fact fact, struct text_ref text)
{
    struct span span = snapshot_span(row->snapshot, text);

    sheet_label(sheet, label);
    if (span_length(span) == 0 && row->process->facts[fact] != FACT_KNOWN)
        sheet_unknown(sheet, (enum fact_state)row->process->facts[fact]);
    else if (span_length(span) == 0)
        sheet_add(sheet, TONE_DIM, "none");
    else
        sheet_wrap(sheet, TONE_TEXT, span);
}

void sheet_column(const struct sheet *sheet, const char *label, const struct row *row,
                  const char *key)
{
    struct strbuf text = {0};

    column_format(column_find(key), row, &text);
    if (text.length > 0 && !span_equals(strbuf_span(&text), "-")) {
        sheet_label(sheet, label);
        sheet_wrap(sheet, TONE_TEXT, strbuf_span(&text));
    }
    strbuf_release(&text);
}

bool sheet_knows(const struct sheet *sheet, const struct sheet_subject *subject,
                 enum closer_part part, const char *what)
{
    enum fact_state state =
        subject->closer ? (enum fact_state)subject->closer->states[part] : FACT_PENDING;

    if (state == FACT_KNOWN || state == FACT_TRUNCATED)
        return true;
    bool is_recorded = subject->full.snapshot->header->flags & SNAPSHOT_IS_RECORDED;

    sheet_line(sheet);
    if (!subject->closer && is_recorded)
        sheet_add(sheet, TONE_DIM, "%s: not in the recording", what);
    else
        sheet_add(sheet, tone_of_unknown(state), "%s: not known (%s)", what,
                  fact_state_name(state));
    return false;
}

void sheet_time(const struct sheet *sheet, const struct row *row, int64_t at_ns)
{
    int64_t now_ns = row->snapshot->header->realtime_ns;
    time_t at_s = (time_t)(at_ns / NS_PER_S);
    struct strbuf age = {0};
    struct tm broken;
    char text[32] = "";

    if (localtime_r(&at_s, &broken))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &broken);
    sheet_add(sheet, TONE_TEXT, "%s", text);
    if (now_ns > at_ns) {
        cell_add_age(&age, (double)(now_ns - at_ns) / 1e9);
        sheet_add(sheet, TONE_DIM, "  %s ago", strbuf_string(&age));
    }
    strbuf_release(&age);
}
