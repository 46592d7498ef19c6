/* SPDX-License-Identifier: MIT */
#include "view/columns.h"

#include <stdint.h>
#include <string.h>

#include "view/cells.h"

static const char *string_of(const struct row *row, struct text_ref text)
{
    return snapshot_string(row->snapshot, text);
}

static void add_text(const struct row *row, struct text_ref text, struct strbuf *out)
{
    text_add_printable(out, snapshot_span(row->snapshot, text), row->style);
}

static int compare_text(const struct row *a, struct text_ref text_a, const struct row *b,
                        struct text_ref text_b)
{
    return strcmp(string_of(a, text_a), string_of(b, text_b));
}

static double number_score(const struct row *row)
{
    return row->verdict->total_score;
}

static void format_score(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%.1f", row->verdict->total_score);
}

static double number_heuristic(const struct row *row)
{
    return row->verdict->heuristic_score;
}

static void format_heuristic(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%.1f", row->verdict->heuristic_score);
}

static double number_ml(const struct row *row)
{
    return row->verdict->ml_score;
}

static void format_ml(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%.2f", row->verdict->ml_score);
}

static double number_severity(const struct row *row)
{
    return row->verdict->severity;
}

static void format_severity(const struct row *row, struct strbuf *out)
{
    strbuf_add_string(out, verdict_mark(row->verdict));
}

static double number_pid(const struct row *row)
{
    return row->process->pid;
}

static void format_pid(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d", row->process->pid);
}

static double number_ppid(const struct row *row)
{
    return row->process->ppid;
}

static void format_ppid(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d", row->process->ppid);
}

static int compare_user(const struct row *a, const struct row *b)
{
    return compare_text(a, a->process->user, b, b->process->user);
}

static void format_user(const struct row *row, struct strbuf *out)
{
    add_text(row, row->process->user, out);
}

static double number_uid(const struct row *row)
{
    return row->process->uid[1];
}

static void format_uid(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%u", row->process->uid[1]);
}

static double number_cpu(const struct row *row)
{
    return (double)row->process->cpu_percent;
}

static void format_cpu(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%.1f", (double)row->process->cpu_percent);
}

static int compare_name(const struct row *a, const struct row *b)
{
    return compare_text(a, a->process->comm, b, b->process->comm);
}

static void format_name(const struct row *row, struct strbuf *out)
{
    add_text(row, row->process->comm, out);
}

static int compare_state(const struct row *a, const struct row *b)
{
    return a->process->state - b->process->state;
}

static void format_state(const struct row *row, struct strbuf *out)
{
    text_add_printable(out, span_of(&row->process->state, 1), row->style);
}

static double number_start(const struct row *row)
{
    return (double)row->process->starttime;
}

static void format_start(const struct row *row, struct strbuf *out)
{
    int64_t now_s = row->snapshot->header->realtime_ns / 1000000000;
    int64_t age_s = (int64_t)snapshot_age(row->snapshot, row->process);

    cell_add_time(out, now_s - age_s, now_s);
}

static double number_age(const struct row *row)
{
    return snapshot_age(row->snapshot, row->process);
}

static void format_age(const struct row *row, struct strbuf *out)
{
    cell_add_age(out, snapshot_age(row->snapshot, row->process));
}

static double number_rss(const struct row *row)
{
    return (double)row->process->rss;
}

static void format_rss(const struct row *row, struct strbuf *out)
{
    text_add_size(out, row->process->rss);
}

static double number_threads(const struct row *row)
{
    return row->process->threads;
}

static void format_threads(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d", row->process->threads);
}

static double number_tty(const struct row *row)
{
    return (uint32_t)row->process->tty_nr;
}

static void format_tty(const struct row *row, struct strbuf *out)
{
    cell_add_tty(out, row->process->tty_nr);
}

static double number_conns(const struct row *row)
{
    return (double)row_outbound_count(row);
}

static void format_conns(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%zu", row_outbound_count(row));
}

static int compare_spans(struct span a, struct span b)
{
    size_t length_a = span_length(a), length_b = span_length(b);
    size_t shared = length_a < length_b ? length_a : length_b;
    int order = shared > 0 ? memcmp(a.at, b.at, shared) : 0;

    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

static int compare_unit(const struct row *a, const struct row *b)
{
    return compare_spans(row_unit(a), row_unit(b));
}

static void format_unit(const struct row *row, struct strbuf *out)
{
    struct span unit = row_unit(row);

    if (span_length(unit) == 0)
        strbuf_add_char(out, '-');
    text_add_printable(out, unit, row->style);
}

static int compare_container(const struct row *a, const struct row *b)
{
    struct container_name left = row_container(a), right = row_container(b);
    int order = strcmp(left.engine, right.engine);

    return order != 0 ? order : compare_spans(left.id, right.id);
}

enum { CONTAINER_ID_SHOWN = 12 }; /* what docker ps and podman ps show */

static void format_container(const struct row *row, struct strbuf *out)
{
    struct container_name name = row_container(row);

    if (span_length(name.id) == 0) {
        strbuf_add_char(out, '-');
        return;
    }
    if (strcmp(name.engine, "lxc") != 0)
        name.id.end = name.id.at + CONTAINER_ID_SHOWN;
    strbuf_add_format(out, "%s:", name.engine);
    text_add_printable(out, name.id, row->style);
}

static int compare_parent(const struct row *a, const struct row *b)
{
    return compare_text(a, row_parent_name(a), b, row_parent_name(b));
}

static void format_parent(const struct row *row, struct strbuf *out)
{
    struct text_ref name = row_parent_name(row);

    if (name.length == 0)
        strbuf_add_char(out, '-');
    add_text(row, name, out);
}

static int compare_exe(const struct row *a, const struct row *b)
{
    return compare_text(a, a->process->exe, b, b->process->exe);
}

static void format_exe(const struct row *row, struct strbuf *out)
{
    if (row->process->exe.length == 0)
        strbuf_add_char(out, '-');
    add_text(row, row->process->exe, out);
}

static int compare_cmdline(const struct row *a, const struct row *b)
{
    return compare_spans(snapshot_span(a->snapshot, a->process->cmdline),
                         snapshot_span(b->snapshot, b->process->cmdline));
}

/* A process without a command line shows its name in brackets, as ps(1) does. */
static void format_cmdline(const struct row *row, struct strbuf *out)
{
    struct span arguments = snapshot_span(row->snapshot, row->process->cmdline);

    if (span_length(arguments) > 0) {
        text_add_arguments(out, arguments, row->style);
        return;
    }
    strbuf_add_char(out, '[');
    add_text(row, row->process->comm, out);
    strbuf_add_char(out, ']');
}

static double number_reasons(const struct row *row)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < row->verdict->reason_count; i++)
        count += row->scores->reasons[row->verdict->first_reason + i].score > 0;
    return count;
}

static void format_reasons(const struct row *row, struct strbuf *out)
{
    format_chips(row, out, SIZE_MAX / 2);
}

static void format_why(const struct row *row, struct strbuf *out)
{
    format_sentences(row, out, SIZE_MAX / 2);
}

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
    {"user", "USER", 9, ALIGN_LEFT, FACT_BIT(FACT_STATUS), format_user, NULL, compare_user,
     "user it acts as (effective)"},
    {"uid", "UID", 6, ALIGN_RIGHT, FACT_BIT(FACT_STATUS), format_uid, number_uid, NULL,
     "number of that user"},
    {"cpu", "CPU%", 5, ALIGN_RIGHT, FACT_BIT(FACT_CPU), format_cpu, number_cpu, NULL,
     "CPU time since the sample before, in percent of one CPU"},
    {"name", "NAME", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_name, NULL, compare_name,
     "the kernel's name for it (comm), which it can change"},
    {"reasons", "REASONS", 0, ALIGN_LEFT, 0, format_reasons, number_reasons, NULL,
     "why it scores, short: DEL+4 TMP+1; sorts by how many"},
    {"why", "WHY", 0, ALIGN_LEFT, 0, format_why, number_score, NULL,
     "why it scores, in sentences with the evidence"},
    {"state", "S", 1, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_state, NULL, compare_state,
     "state: R running, S sleeping, D uninterruptible, T stopped, Z zombie"},
    {"start", "START", 8, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_start, number_start, NULL,
     "when it started; the newest sort first"},
    {"age", "AGE", 6, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_age, number_age, NULL,
     "how long it has been running"},
    {"rss", "RSS", 5, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_rss, number_rss, NULL,
     "resident memory"},
    {"threads", "THR", 4, ALIGN_RIGHT, FACT_BIT(FACT_STAT), format_threads, number_threads, NULL,
     "threads"},
    {"tty", "TTY", 7, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_tty, number_tty, NULL,
     "controlling terminal"},
    {"conns", "CONN", 4, ALIGN_RIGHT, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS),
     format_conns, number_conns, NULL,
     "connections it opened to others"},
    {"parent", "PARENT", 15, ALIGN_LEFT, FACT_BIT(FACT_STAT), format_parent, NULL, compare_parent,
     "name of the parent"},
    {"unit", "UNIT", 24, ALIGN_LEFT, FACT_BIT(FACT_CGROUP), format_unit, NULL, compare_unit,
     "systemd unit, from the control group"},
    {"container", "CONTAINER", 23, ALIGN_LEFT, FACT_BIT(FACT_CGROUP), format_container, NULL,
     compare_container,
     "container engine and id, from the control group"},
    {"heuristics", "HEUR", 5, ALIGN_RIGHT, 0, format_heuristic, number_heuristic, NULL,
     "the reasons' share of the score"},
    {"ml", "ML", 4, ALIGN_RIGHT, 0, format_ml, number_ml, NULL,
     "how unusual the model finds it, 0 to 1"},
    {"exe", "EXE", 30, ALIGN_LEFT, FACT_BIT(FACT_EXE), format_exe, NULL, compare_exe,
     "executable, as the kernel gives it"},
    {"cmdline", "COMMAND", 0, ALIGN_LEFT, FACT_BIT(FACT_CMDLINE), format_cmdline, NULL,
     compare_cmdline,
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

    if (column_is_known(column, row))
        column->format(row, out);
    else
        strbuf_add_string(out, unknown[first_unknown(row->process, column->needs)]);
}
