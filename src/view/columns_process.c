/* SPDX-License-Identifier: MIT */
/* Who a process is. */
#include "base/clock.h"
#include "view/column_cells.h"

#include <string.h>

#include "view/cells.h"

double number_pid(const struct row *row)
{
    return row->process->pid;
}

double number_ppid(const struct row *row)
{
    return row->process->ppid;
}

struct span text_user(const struct row *row)
{
    return snapshot_span(row->snapshot, row->process->user);
}

double number_uid(const struct row *row)
{
    return row->process->uid[ID_EFFECTIVE];
}

struct span text_name(const struct row *row)
{
    return snapshot_span(row->snapshot, row->process->comm);
}

void format_name(const struct row *row, struct strbuf *out)
{
    cell_add_text(row, row->process->comm, out);
}

struct span text_state(const struct row *row)
{
    return span_of(&row->process->state, 1);
}

double number_start(const struct row *row)
{
    return (double)row->process->starttime;
}

void format_start(const struct row *row, struct strbuf *out)
{
    int64_t now_s = row->snapshot->header->realtime_ns / NS_PER_S;
    int64_t age_s = (int64_t)snapshot_age(row->snapshot, row->process);

    cell_add_time(out, now_s - age_s, now_s);
}

double number_age(const struct row *row)
{
    return snapshot_age(row->snapshot, row->process);
}

void format_age(const struct row *row, struct strbuf *out)
{
    cell_add_age(out, snapshot_age(row->snapshot, row->process));
}

double number_tty(const struct row *row)
{
    return (uint32_t)row->process->tty_nr;
}

void format_tty(const struct row *row, struct strbuf *out)
{
    cell_add_tty(out, row->process->tty_nr);
}

struct span text_parent(const struct row *row)
{
    return snapshot_span(row->snapshot, row_parent_name(row));
}

struct span text_exe(const struct row *row)
{
    return snapshot_span(row->snapshot, row->process->exe);
}

struct span text_cmdline(const struct row *row)
{
    return snapshot_span(row->snapshot, row->process->cmdline);
}

/* A process without a command line shows its name in brackets, as ps(1) does. */
void format_cmdline(const struct row *row, struct strbuf *out)
{
    struct span arguments = snapshot_span(row->snapshot, row->process->cmdline);

    if (span_length(arguments) > 0) {
        text_add_arguments(out, arguments, row->style);
        return;
    }
    strbuf_add_char(out, '[');
    cell_add_text(row, row->process->comm, out);
    strbuf_add_char(out, ']');
}
