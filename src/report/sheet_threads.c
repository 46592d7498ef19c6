/* SPDX-License-Identifier: MIT */
/* The threads of a process, its first one included. */
#include "report/sheet.h"
#include "view/cells.h"

static void write_thread(const struct sheet *sheet, const struct sheet_subject *subject,
                         const struct thread *thread)
{
    const struct row *full = &subject->full;
    double ticks = full->snapshot->header->ticks_per_second;
    double uptime = (double)full->snapshot->header->uptime_ms / 1000;
    double age = uptime - (double)thread->start_ticks / ticks;
    struct strbuf text = {0};

    cell_add_age(&text, age > 0 ? age : 0);
    sheet_line(sheet);
    sheet_add(sheet, thread->tid == full->process->pid ? TONE_KEY : TONE_TEXT, "%8d ",
              thread->tid);
    sheet_add(sheet, thread->state == 'T' || thread->state == 't' ? TONE_WARNING : TONE_TEXT,
              "%c     ", thread->state);
    sheet_add(sheet, TONE_TEXT, "%10.2f %7s  ", (double)thread->cpu_ticks / ticks,
              strbuf_string(&text));
    strbuf_release(&text);
    sheet_add_text(sheet, TONE_TEXT, full, thread->comm);
    if (thread->waits_in.length > 0) {
        sheet_add(sheet, TONE_DIM, "  waits in ");
        sheet_add_text(sheet, TONE_DIM, full, thread->waits_in);
    }
}

void sheet_threads(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct snapshot *snapshot = subject->full.snapshot;

    if (!sheet_knows(sheet, subject, CLOSER_THREADS, "Threads"))
        return;
    sheet_line(sheet);
    sheet_add(sheet, TONE_DIM, "%u thread%s", subject->closer->thread_count,
              subject->closer->thread_count == 1 ? "" : "s");
    if (subject->closer->states[CLOSER_THREADS] == FACT_TRUNCATED)
        sheet_add(sheet, TONE_WARNING, ", the first %zu shown", snapshot->thread_count);
    sheet_line(sheet);
    sheet_add(sheet, TONE_LABEL, "%8s %-5s %10s %7s  NAME", "TID", "STATE", "CPU s", "AGE");
    for (size_t i = 0; i < snapshot->thread_count; i++)
        write_thread(sheet, subject, &snapshot->threads[i]);
}
