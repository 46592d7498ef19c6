/* SPDX-License-Identifier: MIT */
#include "ui/panel_process.h"

#include <string.h>

#include "heuristics/heuristic.h"

enum { LABEL = 10, PARENTS_MAX = 64 };

static void write_label(struct page *page, const char *label)
{
    page_line(page);
    page_add(page, ROLE_LABEL, "%-*s", LABEL, label);
}

/* The text, or why it is not known. */
static void write_fact(struct page *page, const char *label, const struct row *row,
                       enum fact fact, struct text_ref text)
{
    struct span span = snapshot_span(row->snapshot, text);

    write_label(page, label);
    if (!process_knows(row->process, FACT_BIT(fact)))
        page_add(page, ROLE_WARNING, "%s", fact_state_name(row->process->facts[fact]));
    else if (span_length(span) == 0)
        page_add(page, ROLE_DIM, "none");
    else
        page_wrap(page, ROLE_TEXT, LABEL, span);
}

static struct span first_argument(const struct row *row)
{
    struct span arguments = snapshot_span(row->snapshot, row->process->cmdline);
    struct span first = {arguments.at, arguments.at};

    span_take_until(&arguments, '\0', &first);
    return first;
}

static bool has_mismatch(const struct row *row)
{
    const struct verdict *verdict = row->verdict;

    for (uint32_t i = 0; i < verdict->reason_count; i++) {
        const struct reason *reason = &row->scores->reasons[verdict->first_reason + i];

        if (reason->heuristic_index == HEURISTIC_name_argv_mismatch && reason->strength > 0)
            return true;
    }
    return false;
}

/* What it is, what the kernel calls it and what it calls itself, in one column:
 * a lie stands out. */
static void write_names(struct page *page, const struct row *row)
{
    write_fact(page, "exe", row, FACT_EXE, row->process->exe);
    write_fact(page, "comm", row, FACT_STAT, row->process->comm);
    write_label(page, "argv[0]");
    if (!process_knows(row->process, FACT_BIT(FACT_CMDLINE)))
        page_add(page, ROLE_WARNING, "%s", fact_state_name(row->process->facts[FACT_CMDLINE]));
    else if (row->process->cmdline.length == 0)
        page_add(page, ROLE_DIM, "none");
    else
        page_wrap(page, has_mismatch(row) ? ROLE_SEVERITY_HIGH : ROLE_TEXT, LABEL,
                  first_argument(row));
    if (has_mismatch(row))
        page_add(page, ROLE_SEVERITY_HIGH, "  ! names another program");
}

static void write_command_line(struct page *page, const struct row *row)
{
    struct strbuf text = {0};
    struct span arguments = snapshot_span(row->snapshot, row->process->cmdline);

    if (!process_knows(row->process, FACT_BIT(FACT_CMDLINE)))
        return;
    /* NUL stands between arguments: to the reader that is a blank. */
    while (arguments.at < arguments.end && arguments.end[-1] == '\0')
        arguments.end--;
    for (const char *at = arguments.at; at < arguments.end; at++)
        strbuf_add_char(&text, *at == '\0' ? ' ' : *at);
    write_label(page, "command");
    page_wrap(page, ROLE_TEXT, LABEL, strbuf_span(&text));
    if (row->process->facts[FACT_CMDLINE] == FACT_TRUNCATED)
        page_add(page, ROLE_WARNING, " (cut short by a cap)");
    strbuf_release(&text);
}

/* One column of the list, as a line here. */
static void write_column(struct page *page, const char *label, const struct row *row,
                         const char *key)
{
    struct strbuf text = {0};

    column_format(column_find(key), row, &text);
    if (text.length > 0 && !span_equals(strbuf_span(&text), "-")) {
        write_label(page, label);
        page_add_span(page, ROLE_TEXT, strbuf_span(&text));
    }
    strbuf_release(&text);
}

static void write_identity(struct page *page, const struct row *row)
{
    const struct process *process = row->process;

    write_label(page, "user");
    page_add_span(page, ROLE_TEXT, snapshot_span(row->snapshot, process->user));
    if (process_knows(process, FACT_BIT(FACT_STATUS)))
        page_add(page,
                 process->uid[0] == process->uid[1] && process->uid[1] == process->uid[2]
                     ? ROLE_DIM
                     : ROLE_WARNING,
                 "   uid real %u effective %u saved %u", process->uid[0], process->uid[1],
                 process->uid[2]);
    write_label(page, "state");
    page_add(page, ROLE_TEXT, "%c", process->state ? process->state : '?');
    page_add(page, ROLE_DIM, "   session %d, group %d, %d thread%s", (int)process->session,
             (int)process->pgrp, (int)process->threads, process->threads == 1 ? "" : "s");
    if (process->tracer_pid != 0)
        page_add(page, ROLE_SEVERITY_HIGH, "   ! traced by %d", (int)process->tracer_pid);
    write_column(page, "started", row, "start");
    page_add(page, ROLE_DIM, "   %.0f s ago", snapshot_age(row->snapshot, process));
    write_column(page, "terminal", row, "tty");
    write_column(page, "memory", row, "rss");
    write_column(page, "unit", row, "unit");
    write_column(page, "container", row, "container");
}

static void write_program(struct page *page, const struct row *row)
{
    char digest[SHA256_TEXT_SIZE];

    if (process_knows(row->process, FACT_BIT(FACT_PACKAGE)))
        write_fact(page, "package", row, FACT_PACKAGE, row->process->package);
    if (process_knows(row->process, FACT_BIT(FACT_SHA256))) {
        sha256_text(&row->process->sha256, &digest);
        write_label(page, "sha256");
        page_add(page, ROLE_TEXT, "%s", digest);
    }
    if (row->process->environ_flags & ENVIRON_HAS_LD_PRELOAD)
        write_fact(page, "preload", row, FACT_ENVIRON, row->process->ld_preload);
    if (row->process->environ_flags & ENVIRON_HAS_LD_AUDIT)
        write_fact(page, "audit", row, FACT_ENVIRON, row->process->ld_audit);
}

static void write_ancestor(struct page *page, const struct row *row,
                           const struct process *process, int depth)
{
    if (depth == 0) {
        write_label(page, "parents");
    } else {
        page_line(page);
        page_add(page, ROLE_DIM, "%*s%s ", LABEL + (depth - 1) * 3, "",
                 glyph(page->style, GLYPH_BRANCH));
    }
    page_add(page, ROLE_DIM, "%d ", (int)process->pid);
    page_add_span(page, process == row->process ? ROLE_KEY : ROLE_TEXT,
                  snapshot_span(row->snapshot, process->comm));
    page_add(page, ROLE_DIM, "  ");
    page_add_span(page, ROLE_DIM, snapshot_span(row->snapshot, process->exe));
}

static void write_parents(struct page *page, const struct row *row)
{
    const struct process *chain[PARENTS_MAX];
    int count = 0;

    for (const struct process *at = row->process; at && count < PARENTS_MAX;
         at = relations_parent(row->relations, at))
        chain[count++] = at;
    page_line(page);
    for (int i = count - 1; i >= 0; i--)
        write_ancestor(page, row, chain[i], count - 1 - i);
}

void panel_process_write(struct page *page, const struct subject *subject)
{
    const struct row *row = &subject->row;
    struct row full = *row;

    /* The closer look knows more facts, but only of this one process. */
    if (subject->full) {
        full.snapshot = &subject->focus->snapshot;
        full.relations = subject->focus->relations;
        full.process = subject->full;
    }
    write_names(page, row);
    write_command_line(page, &full);
    write_fact(page, "cwd", &full, FACT_CWD, full.process->cwd);
    page_line(page);
    write_identity(page, row);
    write_program(page, &full);
    write_parents(page, row);
}
