/* SPDX-License-Identifier: MIT */
/* The cells of a thread's row: what it does not share with its process. */
#include "base/clock.h"
#include "view/column_cells.h"

#include <string.h>

#include "view/cells.h"

static void format_tid(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d", row->thread->tid);
}

static void format_comm(const struct row *row, struct strbuf *out)
{
    cell_add_text(row, row->thread->comm, out);
}

static void format_thread_state(const struct row *row, struct strbuf *out)
{
    text_add_printable(out, span_of(&row->thread->state, 1), row->style);
}

static void format_thread_cpu(const struct row *row, struct strbuf *out)
{
    bool is_recorded = row->snapshot->header->flags & SNAPSHOT_IS_RECORDED;

    if (row->thread->cpu_percent < 0)
        strbuf_add_string(out, is_recorded ? "-" : "...");
    else
        strbuf_add_format(out, "%.1f", (double)row->thread->cpu_percent);
}

static double age_of(const struct row *row)
{
    const struct snapshot_header *header = row->snapshot->header;
    double uptime = (double)header->uptime_ms / 1000;
    double start = (double)row->thread->start_ticks / header->ticks_per_second;

    return start < uptime ? uptime - start : 0;
}

static void format_thread_age(const struct row *row, struct strbuf *out)
{
    cell_add_age(out, age_of(row));
}

static void format_thread_start(const struct row *row, struct strbuf *out)
{
    int64_t now_s = row->snapshot->header->realtime_ns / NS_PER_S;

    cell_add_time(out, now_s - (int64_t)age_of(row), now_s);
}

static const struct {
    const char *key;
    void (*format)(const struct row *row, struct strbuf *out);
} cells[] = {
    {"pid",   format_tid         },
    {"name",  format_comm        },
    {"state", format_thread_state},
    {"cpu",   format_thread_cpu  },
    {"age",   format_thread_age  },
    {"start", format_thread_start},
};

void column_format_thread(const struct column *column, const struct row *row,
                          struct strbuf *out)
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (strcmp(cells[i].key, column->key) == 0)
            cells[i].format(row, out);
}
