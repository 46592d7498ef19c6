/* SPDX-License-Identifier: MIT */
#include "report/explanation.h"

#include <string.h>

#include "base/translate.h"
#include "report/sheet.h"

enum { LABEL_CELLS = 13, CONNECTIONS_SHOWN = 50, MAPS_SHOWN = 50 };

static void add_label(const char *label, struct strbuf *out)
{
    strbuf_add_string(out, label);
    strbuf_add_repeated(out, ' ', LABEL_CELLS - strlen(label));
}

/* "name         nginx": a column's cell, or why there is none. */
static void add_column(const struct row *row, const char *key, struct strbuf *out)
{
    add_label(key, out);
    column_format(column_find(key), row, out);
    strbuf_add_char(out, '\n');
}

static void add_fact(const struct row *row, const char *label, struct text_ref text,
                     enum fact fact, struct strbuf *out)
{
    add_label(label, out);
    if (text.length > 0 || row->process->facts[fact] == FACT_KNOWN)
        text_add_printable(out, snapshot_span(row->snapshot, text), row->style);
    else
        strbuf_add_format(out, "(%s)", fact_state_name(row->process->facts[fact]));
    strbuf_add_char(out, '\n');
}

static void add_digest(const struct row *row, struct strbuf *out)
{
    char text[SHA256_TEXT_SIZE];

    add_label("sha256", out);
    if (row->process->facts[FACT_SHA256] == FACT_KNOWN) {
        sha256_text(&row->process->sha256, &text);
        strbuf_add_string(out, text);
    } else {
        strbuf_add_format(out, "(%s)", fact_state_name(row->process->facts[FACT_SHA256]));
    }
    strbuf_add_char(out, '\n');
}

static void add_identity(const struct row *row, struct strbuf *out)
{
    static const char *const keys[] = {"pid", "name", "user", "state",   "start", "age",
                                       "tty", "cpu",  "rss",  "threads", "unit",  "container"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        add_column(row, keys[i], out);
    add_fact(row, "exe", row->process->exe, FACT_EXE, out);
    add_digest(row, out);
    add_fact(row, "cwd", row->process->cwd, FACT_CWD, out);
    add_column(row, "cmdline", out);
    if (row->process->ld_preload.length > 0)
        add_fact(row, "ld_preload", row->process->ld_preload, FACT_ENVIRON, out);
}

/* The command with the pid filled in. */
static void add_verify(const char *verify, int32_t pid, struct strbuf *out)
{
    const char *hole;

    strbuf_add_string(out, "        see for yourself: ");
    while ((hole = strstr(verify, "{pid}"))) {
        strbuf_add(out, verify, (size_t)(hole - verify));
        strbuf_add_format(out, "%d", pid);
        verify = hole + strlen("{pid}");
    }
    strbuf_add_format(out, "%s\n", verify);
}

static void add_reason(const struct row *row, const struct reason *reason, struct strbuf *out)
{
    const struct heuristic_info *heuristic = reason->heuristic;

    strbuf_add_format(out, "  %+.1f %s: ", reason->score, heuristic->key);
    format_reason(row, reason, out);
    strbuf_add_format(out, "\n        weight %.1f, strength %.2f", reason->weight,
                      (double)reason->strength);
    if (reason->is_in_family)
        strbuf_add_string(out, ", lowered: another reason tells of the same fact");
    if (reason->rule) {
        strbuf_add_string(out, ", excused by the rule ");
        text_add_printable(out, span_of_string(reason->rule), row->style);
    }
    strbuf_add_char(out, '\n');
    if (heuristic->innocent)
        strbuf_add_format(out, "        may be innocent: %s\n", translate(heuristic->innocent));
    if (heuristic->verify)
        add_verify(heuristic->verify, row->process->pid, out);
}

/* What the model found strange. */
static void add_model_reasons(const struct report *report, uint32_t process, struct strbuf *out)
{
    struct anomaly_reason reasons[ANOMALY_REASONS_MAX];

    if (!report->anomaly || report->scores->verdicts[process].ml_score <= 0)
        return;
    size_t count = anomaly_explain(report->anomaly, report->snapshot, report->relations,
                                   process, &reasons);
    for (size_t i = 0; i < count; i++) {
        strbuf_add_format(out, "  model %.2f  ", reasons[i].share);
        anomaly_reason_format(&reasons[i], out);
        strbuf_add_char(out, '\n');
    }
}

static void add_reasons(const struct row *row, struct strbuf *out)
{
    const struct verdict *verdict = row->verdict;

    strbuf_add_format(out, "\nScore %.1f%s (heuristics %.1f, model %.2f)\n",
                      verdict->total_score, verdict->is_flagged ? ", flagged" : "",
                      verdict->heuristic_score, verdict->ml_score);
    if (verdict->whitelist_entry) {
        strbuf_add_string(out, "  whitelisted by ");
        text_add_printable(out, span_of_string(verdict->whitelist_entry), row->style);
        strbuf_add_char(out, '\n');
    }
    if (verdict->reason_count == 0)
        strbuf_add_string(out, "  nothing speaks against it\n");
    for (uint32_t i = 0; i < verdict->reason_count; i++)
        add_reason(row, &row_reasons(row)[i], out);
}

static void add_not_assessed(const struct report *report, uint32_t process, struct strbuf *out)
{
    const struct assessment *assessment = report->assessment;
    const struct heuristic_set *set = &assessment->processes[process].not_assessed;
    bool is_first = true;

    for (uint32_t i = 0; i < assessment->catalogue_count; i++)
        if (heuristic_set_has(set, i)) {
            strbuf_add_string(out, is_first ? "\nNot assessed, because facts are missing\n  "
                                            : ", ");
            strbuf_add_string(out, assessment->catalogue[i]->key);
            is_first = false;
        }
    if (!is_first)
        strbuf_add_char(out, '\n');
}

static void add_more(uint32_t count, uint32_t shown, struct strbuf *out)
{
    if (count > shown)
        strbuf_add_format(out, "  ... and %u more\n", count - shown);
}

static void add_connections(const struct row *row, struct strbuf *out)
{
    uint32_t held;
    const struct connection *connections =
        relations_connections(row->relations, row->process, &held);
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];
    uint32_t count = 0;

    for (uint32_t i = 0; i < held; i++) {
        const struct connection *connection = &connections[i];
        const struct socket *socket = &row->snapshot->sockets[connection->socket];

        if (socket->local_port == 0)
            continue; /* not of the internet */
        if (count == 0)
            strbuf_add_string(out, "\nConnections (descriptor, state, local, remote)\n");
        if (count++ >= CONNECTIONS_SHOWN)
            continue;
        socket_format_local(socket, &local);
        socket_format_remote(socket, &remote);
        strbuf_add_format(out, "  %d %s %s %s%s\n", connection->fd,
                          socket_state_name(socket->state), local, remote,
                          socket->flags & SOCKET_IS_OUTBOUND ? " (outbound)" : "");
    }
    add_more(count, CONNECTIONS_SHOWN, out);
}

static void add_maps(const struct row *row, struct strbuf *out)
{
    struct range range = row->process->maps;
    char permissions[MAP_PERMISSIONS_SIZE];

    if (range.count > 0)
        strbuf_add_string(out, "\nExecutable mappings\n");
    for (uint32_t i = 0; i < range.count && i < MAPS_SHOWN; i++) {
        const struct map *map = &row->snapshot->maps[range.first + i];

        map_format_permissions(map, &permissions);
        strbuf_add_format(out, "  %llx-%llx %s ", (unsigned long long)map->start,
                          (unsigned long long)map->end, permissions);
        text_add_printable(out, snapshot_span(row->snapshot, map->name), row->style);
        strbuf_add_char(out, '\n');
    }
    add_more(range.count, MAPS_SHOWN, out);
}

/* A sheet as plain text. */
struct plain {
    struct strbuf *out;
    enum text_style style;
};

static void begin_line(void *context)
{
    const struct plain *plain = context;

    while (plain->out->length > 0 && plain->out->bytes[plain->out->length - 1] == ' ')
        strbuf_truncate(plain->out, plain->out->length - 1);
    strbuf_add_string(plain->out, "\n  ");
}

static void add_piece(void *context, enum tone tone, int indent, struct span text)
{
    const struct plain *plain = context;

    (void)tone;
    (void)indent;
    text_add_printable(plain->out, text, plain->style);
}

static const struct {
    const char *title;
    sheet_writer *write;
} sheets[] = {
    {"Ancestry",    sheet_ancestry},
    {"Program",     sheet_program },
    {"Security",    sheet_security},
    {"Threads",     sheet_threads },
    {"Open files",  sheet_files   },
    {"Environment", sheet_environ },
};

static void add_sheets(const struct row *row, const struct relations *look, struct strbuf *out)
{
    struct plain plain = {out, row->style};
    const struct sheet sheet = {begin_line, add_piece, &plain};
    struct sheet_subject subject;

    sheet_subject_init(&subject, row, look);
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        strbuf_add_format(out, "\n%s", sheets[i].title);
        sheets[i].write(&sheet, &subject);
        strbuf_add_char(out, '\n');
    }
}

void explanation_add(const struct report *report, uint32_t process,
                     const struct relations *look, enum text_style style, struct strbuf *out)
{
    struct row row =
        view_row(report->snapshot, report->relations, report->scores, process, style);

    add_identity(&row, out);
    add_reasons(&row, out);
    add_model_reasons(report, process, out);
    add_not_assessed(report, process, out);
    add_connections(&row, out);
    add_maps(&row, out);
    add_sheets(&row, look, out);
}
