/* SPDX-License-Identifier: MIT */
#include "view/columns.h"

#include <string.h>

#include "view/column_cells.h"

/* clang-format off */
const struct column columns[] = {
    {"score", "SCORE", 5, ALIGN_RIGHT, 0, format_score, number_score, NULL,
     "total score: the reasons' points, and the model's share"},
    {"mark", "!", 2, ALIGN_LEFT, 0, format_severity, number_severity, NULL,
     "severity: !! critical, ! high, . low, w whitelisted"},
    {"pid", "PID", 7, ALIGN_RIGHT, 0, format_pid, number_pid, NULL,
     "process id"},
    {"ppid", "PPID", 7, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_ppid, number_ppid, NULL,
     "process id of the parent"},
    {"user", "USER", 9, ALIGN_LEFT, FACT_BIT(FACT_STATUS), format_user, NULL, text_user,
     "user it acts as (effective)"},
    {"uid", "UID", 6, ALIGN_RIGHT, FACT_BIT(FACT_STATUS), format_uid, number_uid, NULL,
     "number of that user"},
    {"cpu", "CPU%", 5, ALIGN_RIGHT, FACT_BIT(FACT_CPU), format_cpu, number_cpu, NULL,
     "CPU time since the sample before, in percent of one CPU"},
    {"trend", "TREND", 8, ALIGN_LEFT, 0, format_trend, number_trend, NULL,
     "its last scores, the latest on the right; sorts by how much it rose"},
    {"name", "NAME", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_name, NULL, text_name,
     "the kernel's name for it (comm), which it can change"},
    {"reasons", "REASONS", 0, ALIGN_LEFT, 0, format_reasons, number_reasons, NULL,
     "why it scores, short: DEL+4 TMP+1; sorts by how many"},
    {"why", "WHY", 0, ALIGN_LEFT, 0, format_why, number_score, NULL,
     "why it scores, in sentences with the evidence"},
    {"state", "S", 1, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_state, NULL, text_state,
     "state: R running, S sleeping, D uninterruptible, T stopped, Z zombie"},
    {"start", "START", 8, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_start, number_start, NULL,
     "when it started; the newest sort first"},
    {"age", "AGE", 6, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_age, number_age, NULL,
     "how long it has been running"},
    {"rss", "RSS", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_rss, number_rss, NULL,
     "resident memory"},
    {"memory", "MEM%", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_memory, number_memory, NULL,
     "resident memory, in percent of the machine's"},
    {"virt", "VIRT", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_virt, number_virt, NULL,
     "address space"},
    {"threads", "THR", 4, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_threads, number_threads, NULL,
     "threads"},
    {"tty", "TTY", 7, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_tty, number_tty, NULL,
     "controlling terminal"},
    {"conns", "CONN", 4, ALIGN_RIGHT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     format_conns, number_conns, NULL,
     "connections it opened to others"},
    {"listen", "LISTEN", 11, ALIGN_LEFT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     format_listen, NULL, NULL,
     "ports it listens on; sorts by how many", count_listen},
    {"remote", "REMOTE", 21, ALIGN_LEFT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     format_remote, NULL, NULL,
     "the other end of a connection, and how many more; sorts by how many", count_remote},
    {"parent", "PARENT", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_parent, NULL, text_parent,
     "name of the parent"},
    {"unit", "UNIT", 24, ALIGN_LEFT, FACT_BIT(FACT_CGROUP), format_unit, NULL, text_unit,
     "systemd unit, from the control group"},
    {"container", "CONTAINER", 23, ALIGN_LEFT, FACT_BIT(FACT_CGROUP), format_container, NULL,
     text_container,
     "container engine and id, from the control group; sorts by id"},
    {"heuristics", "HEUR", 5, ALIGN_RIGHT, 0, format_heuristic, number_heuristic, NULL,
     "the reasons' share of the score"},
    {"ml", "ML", 4, ALIGN_RIGHT, 0, format_ml, number_ml, NULL,
     "how unusual the model finds it, 0 to 1"},
    {"exe", "EXE", 30, ALIGN_LEFT, FACT_BIT(FACT_EXE), format_exe, NULL, text_exe,
     "executable, as the kernel gives it"},
    {"cmdline", "COMMAND", 0, ALIGN_LEFT, FACT_BIT(FACT_CMDLINE), format_cmdline, NULL,
     text_cmdline,
     "command line, which it can change; [name] when empty"},
};
/* clang-format on */

const size_t column_count = sizeof columns / sizeof *columns;

const struct column *column_find(const char *key)
{
    for (size_t i = 0; i < column_count; i++)
        if (strcmp(columns[i].key, key) == 0)
            return &columns[i];
    return NULL;
}

bool column_is_known(const struct column *column, const struct row *row)
{
    return process_knows(row->process, column->needs);
}

static enum fact_state first_unknown(const struct process *process, fact_mask needs)
{
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (needs & FACT_BIT(fact) && !process_knows(process, FACT_BIT(fact)))
            return process->facts[fact];
    return FACT_KNOWN;
}

void column_format(const struct column *column, const struct row *row, struct strbuf *out)
{
    static const char *const unknown[FACT_STATE_COUNT] = {
        [FACT_NOT_ASKED] = "-", [FACT_PENDING] = "...",  [FACT_DENIED] = "?",
        [FACT_FAILED] = "?",    [FACT_BLOCKED] = "hung",
    };

    if (row->thread)
        column_format_thread(column, row, out);
    else if (column_is_known(column, row))
        column->format(row, out);
    else
        strbuf_add_string(out, unknown[first_unknown(row->process, column->needs)]);
}
