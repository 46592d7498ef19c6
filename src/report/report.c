/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <time.h>

#include "base/clock.h"

static const char *plural(uint32_t count)
{
    return count == 1 ? "process" : "processes";
}

/* Digests that somebody waits for; scan gives them five seconds. */
static uint32_t count_pending_digests(const struct report *report)
{
    uint32_t count = 0;

    for (size_t i = 0; report->view && i < report->view->count; i++) {
        const struct process *process = &report->snapshot->processes[report->view->rows[i]];
        count += process->facts[FACT_SHA256] == FACT_PENDING;
    }
    return count;
}

bool report_is_complete(const struct report *report)
{
    const struct snapshot_header *header = report->snapshot->header;
    uint32_t bad_flags =
        SNAPSHOT_IS_INCOMPLETE | SNAPSHOT_SOCKETS_TRUNCATED | SNAPSHOT_PROC_HIDES_PIDS;

    for (size_t i = 0; i < report->snapshot->note_count; i++)
        if (report->snapshot->notes[i].level == PROBLEM_ERROR)
            return false;
    return !(header->flags & bad_flags) && header->counts.denied == 0 &&
           header->counts.failed == 0 && header->counts.blocked == 0 &&
           header->unfinished == 0 && count_pending_digests(report) == 0;
}

static void add(struct problems *problems, enum problem_level level, const char *text)
{
    problems_add(problems, level, NULL, 0, 0, "%s", text);
}

static void add_counts(const struct gather_counts *counts, struct problems *problems)
{
    const struct {
        uint32_t count;
        enum problem_level level;
        const char *what;
    } rows[] = {
        {counts->denied,    PROBLEM_WARNING, "could not be read in full: permission denied"},
        {counts->failed,    PROBLEM_WARNING, "could not be read in full: read error"       },
        {counts->blocked,   PROBLEM_WARNING, "could not be read: the read does not return" },
        {counts->truncated, PROBLEM_NOTE,    "had more than is read: a cap was reached"    },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].count > 0)
            problems_add(problems, rows[i].level, NULL, 0, 0, "%u %s %s", rows[i].count,
                         plural(rows[i].count), rows[i].what);
}

/* In a pid namespace of its own the kernel tells no number to compare with. */
static void add_hidepid(const struct gather_counts *counts, struct problems *problems)
{
    static const char hides[] = "/proc hides processes of others (hidepid)";

    if (counts->expected > counts->processes)
        problems_add(problems, PROBLEM_WARNING, NULL, 0, 0, "%s: %u of %u are visible", hides,
                     counts->processes, counts->expected);
    else
        problems_add(problems, PROBLEM_WARNING, NULL, 0, 0, "%s: only %u are visible", hides,
                     counts->processes);
}

void report_add_problems(const struct report *report, struct problems *problems)
{
    const struct snapshot *snapshot = report->snapshot;
    const struct snapshot_header *header = snapshot->header;
    uint32_t pending = count_pending_digests(report);

    if (header->flags & SNAPSHOT_PROC_HIDES_PIDS)
        add_hidepid(&header->counts, problems);
    if (header->flags & SNAPSHOT_IS_INCOMPLETE)
        add(problems, PROBLEM_WARNING, "the pass over /proc is incomplete");
    if (header->flags & SNAPSHOT_SOCKETS_TRUNCATED)
        add(problems, PROBLEM_WARNING, "there are more sockets than are read");
    add_counts(&header->counts, problems);
    if (header->unfinished > 0)
        problems_add(problems, PROBLEM_WARNING, NULL, 0, 0, "%u %s not read in full yet",
                     header->unfinished,
                     header->unfinished == 1 ? "process is" : "processes are");
    if (pending > 0)
        problems_add(problems, PROBLEM_WARNING, NULL, 0, 0,
                     "the digest of the executable of %u %s is not there yet", pending,
                     plural(pending));
    for (size_t i = 0; i < snapshot->note_count; i++)
        add(problems, snapshot->notes[i].level,
            snapshot_string(snapshot, snapshot->notes[i].text));
}

void report_add_time(const struct report *report, struct strbuf *out)
{
    clock_add_utc(report->snapshot->header->realtime_ns / NS_PER_S, out);
}
