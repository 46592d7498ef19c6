/* SPDX-License-Identifier: MIT */
#include "view/columns.h"

#include <string.h>

#include "view/column_cells.h"

/* clang-format off */
const struct column columns[] = {
    {"score", "SCORE", 5, ALIGN_RIGHT, 0,
     "total score: the reasons' points, and the model's share",
     .number = number_score, .decimals = 1},
    {"mark", "!", 2, ALIGN_LEFT, 0, "severity: !! critical, ! high, . low, w whitelisted",
     .number = number_severity, .format = format_severity},
    {"pid", "PID", 7, ALIGN_RIGHT, 0, "process id",
     .number = number_pid},
    {"ppid", "PPID", 7, ALIGN_RIGHT, FACT_BIT(FACT_STAT), "process id of the parent",
     .number = number_ppid},
    {"user", "USER", 9, ALIGN_LEFT, FACT_BIT(FACT_STATUS), "user it acts as (effective)",
     .text = text_user},
    {"uid", "UID", 6, ALIGN_RIGHT, FACT_BIT(FACT_STATUS), "number of that user",
     .number = number_uid},
    {"cpu", "CPU%", 5, ALIGN_RIGHT, FACT_BIT(FACT_CPU),
     "CPU time since the sample before, in percent of one CPU",
     .number = number_cpu, .decimals = 1},
    {"trend", "TREND", 8, ALIGN_LEFT, 0,
     "its last scores, the latest on the right; sorts by how much it rose",
     .number = number_trend, .format = format_trend},
    {"name", "NAME", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT),
     "the kernel's name for it (comm), which it can change",
     .text = text_name, .format = format_name},
    {"reasons", "REASONS", 0, ALIGN_LEFT, 0,
     "why it scores, short: DEL+4 TMP+1; sorts by how many",
     .number = number_reasons, .format = format_reasons},
    {"why", "WHY", 0, ALIGN_LEFT, 0, "why it scores, in sentences with the evidence",
     .number = number_score, .format = format_why},
    {"state", "S", 1, ALIGN_LEFT, FACT_BIT(FACT_STAT),
     "state: R running, S sleeping, D uninterruptible, T stopped, Z zombie",
     .text = text_state},
    {"start", "START", 8, ALIGN_RIGHT, FACT_BIT(FACT_STAT),
     "when it started; the newest sort first",
     .number = number_start, .format = format_start},
    {"age", "AGE", 6, ALIGN_RIGHT, FACT_BIT(FACT_STAT), "how long it has been running",
     .number = number_age, .format = format_age},
    {"rss", "RSS", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), "resident memory",
     .number = number_rss, .format = format_rss},
    {"memory", "MEM%", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT),
     "resident memory, in percent of the machine's",
     .number = number_memory, .decimals = 1},
    {"virt", "VIRT", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), "address space",
     .number = number_virt, .format = format_virt},
    {"threads", "THR", 4, ALIGN_RIGHT, FACT_BIT(FACT_STAT), "threads",
     .number = number_threads},
    {"tty", "TTY", 7, ALIGN_LEFT, FACT_BIT(FACT_STAT), "controlling terminal",
     .number = number_tty, .format = format_tty},
    {"conns", "CONN", 4, ALIGN_RIGHT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     "connections it opened to others",
     .number = number_conns},
    {"listen", "LISTEN", 11, ALIGN_LEFT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     "ports it listens on; sorts by how many",
     .count = count_listen, .format = format_listen},
    {"remote", "REMOTE", 21, ALIGN_LEFT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     "the other end of a connection, and how many more; sorts by how many",
     .count = count_remote, .format = format_remote},
    {"parent", "PARENT", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT), "name of the parent",
     .text = text_parent},
    {"unit", "UNIT", 24, ALIGN_LEFT, FACT_BIT(FACT_CGROUP),
     "systemd unit, from the control group",
     .text = text_unit},
    {"container", "CONTAINER", 23, ALIGN_LEFT, FACT_BIT(FACT_CGROUP),
     "container engine and id, from the control group; sorts by id",
     .text = text_container, .format = format_container},
    {"heuristics", "HEUR", 5, ALIGN_RIGHT, 0, "the reasons' share of the score",
     .number = number_heuristic, .decimals = 1},
    {"ml", "ML", 4, ALIGN_RIGHT, 0, "how unusual the model finds it, 0 to 1",
     .number = number_ml, .decimals = 2},
    {"exe", "EXE", 30, ALIGN_LEFT, FACT_BIT(FACT_EXE), "executable, as the kernel gives it",
     .text = text_exe},
    {"cmdline", "COMMAND", 0, ALIGN_LEFT, FACT_BIT(FACT_CMDLINE),
     "command line, which it can change; [name] when empty",
     .text = text_cmdline, .format = format_cmdline},
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

static void format_known(const struct column *column, const struct row *row, struct strbuf *out)
{
    if (column->format) {
        column->format(row, out);
    } else if (column->number) {
        strbuf_add_format(out, "%.*f", column->decimals, column->number(row));
    } else {
        struct span text = column->text(row);

        if (span_length(text) == 0)
            strbuf_add_char(out, '-');
        text_add_printable(out, text, row->style);
    }
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
        format_known(column, row, out);
    else
        strbuf_add_string(out, unknown[first_unknown(row->process, column->needs)]);
}
