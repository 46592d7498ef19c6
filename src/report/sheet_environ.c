/* SPDX-License-Identifier: MIT */
/* The environment, in the order of its memory. */
#include <string.h>

#include "base/secrets.h"
#include "report/sheet.h"

enum { WRAPPED_INDENT = 4 };

/* What the dynamic linker obeys. */
static bool is_telling(struct span name)
{
    return span_starts_with(name, "LD_");
}

/* "NAME=value" without what looks like a secret; false: nothing in it does. */
static bool mask(const struct snapshot *snapshot, const struct variable *variable,
                 struct strbuf *out)
{
    struct strbuf piece = {0};
    size_t length;

    strbuf_add_span(&piece, snapshot_span(snapshot, variable->name));
    strbuf_add_char(&piece, '=');
    strbuf_add_span(&piece, snapshot_span(snapshot, variable->value));
    length = piece.length;
    secrets_add_masked(out, strbuf_span(&piece));
    if (out->length > 0)
        strbuf_truncate(out, out->length - 1); /* the NUL behind an argument */
    bool is_masked = out->length != length || memcmp(out->bytes, piece.bytes, length) != 0;
    strbuf_release(&piece);
    return is_masked;
}

static void write_variable(const struct sheet *sheet, const struct sheet_subject *subject,
                           const struct variable *variable)
{
    const struct snapshot *snapshot = subject->full.snapshot;
    struct span name = snapshot_span(snapshot, variable->name);
    struct span value = snapshot_span(snapshot, variable->value);
    struct strbuf safe = {0};

    sheet_line(sheet);
    if (span_length(name) == 0) {
        sheet_add(sheet, TONE_WARNING, "(no name) ");
        sheet->add(sheet->context, TONE_TEXT, WRAPPED_INDENT, value);
        return;
    }
    sheet->add(sheet->context, is_telling(name) ? TONE_ALARM : TONE_LABEL, -1, name);
    sheet_add(sheet, TONE_DIM, "=");
    if (!subject->reveals_secrets && mask(snapshot, variable, &safe)) {
        struct span masked = strbuf_span(&safe);

        masked.at += span_length(name) + 1;
        sheet->add(sheet->context, TONE_WARNING, WRAPPED_INDENT, masked);
    } else {
        sheet->add(sheet->context, TONE_TEXT, WRAPPED_INDENT, value);
    }
    strbuf_release(&safe);
}

static uint32_t count_masked(const struct snapshot *snapshot)
{
    uint32_t count = 0;

    for (size_t i = 0; i < snapshot->variable_count; i++) {
        struct strbuf safe = {0};

        count += mask(snapshot, &snapshot->variables[i], &safe);
        strbuf_release(&safe);
    }
    return count;
}

void sheet_environ(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct snapshot *snapshot = subject->full.snapshot;
    const struct closer *closer = subject->closer;

    if (!sheet_knows(sheet, subject, CLOSER_VARIABLES, "Environment"))
        return;
    uint32_t masked = count_masked(snapshot);
    sheet_line(sheet);
    sheet_add(sheet, TONE_DIM, "%u variables", closer->variable_count);
    if (closer->states[CLOSER_VARIABLES] == FACT_TRUNCATED)
        sheet_add(sheet, TONE_WARNING, " or more, %zu shown", snapshot->variable_count);
    if (masked > 0)
        sheet_add(sheet, TONE_WARNING,
                  subject->reveals_secrets ? ", %u of them secret by their name: shown"
                                           : ", %u of them masked: secret by their name",
                  masked);
    for (size_t i = 0; i < snapshot->variable_count; i++)
        write_variable(sheet, subject, &snapshot->variables[i]);
}
