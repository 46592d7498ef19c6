/* SPDX-License-Identifier: MIT */
#include "report/table.h"

/* The first two are a promise to every script that reads this. */
static const char *const table_columns[] = {"score", "pid",  "mark", "user",
                                            "cpu",   "name", "age",  "reasons"};

enum { TABLE_COLUMN_COUNT = sizeof table_columns / sizeof *table_columns };
enum { MODEL_REASONS_SHOWN = 2 };

static const char *color_of(enum severity severity)
{
    static const char *const colors[SEVERITY_COUNT] = {
        [SEVERITY_NONE] = "",
        [SEVERITY_LOW] = "\033[34m",
        [SEVERITY_HIGH] = "\033[33m",
        [SEVERITY_CRITICAL] = "\033[1;31m",
    };

    return colors[severity];
}

/* A cell of its column's width; numbers that are wider push the rest aside
 * rather than lose a digit. */
static void add_cell(const struct column *column, struct span text, enum text_style style,
                     struct strbuf *out)
{
    size_t cells = text_cells(text, style);
    size_t pad = cells < column->width ? column->width - cells : 0;

    if (column->align == ALIGN_RIGHT)
        strbuf_add_repeated(out, ' ', pad);
    if (column->width == 0 || column->align == ALIGN_RIGHT)
        strbuf_add_span(out, text);
    else
        text_add_clipped(out, text, style, column->width);
    if (column->align == ALIGN_LEFT && column->width > 0)
        strbuf_add_repeated(out, ' ', pad);
}

static void trim_line(struct strbuf *out)
{
    while (out->length > 0 && out->bytes[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
    strbuf_add_char(out, '\n');
}

static void add_titles(const struct table_options *options, struct strbuf *out)
{
    for (size_t i = 0; i < TABLE_COLUMN_COUNT; i++) {
        const struct column *column = column_find(table_columns[i]);
        strbuf_add_char(out, ' ');
        add_cell(column, span_of_string(column->title), options->style, out);
    }
    trim_line(out);
}

static void add_row(const struct row *row, const struct table_options *options,
                    struct strbuf *out)
{
    bool has_color = options->with_color && !row->thread;
    const char *color = has_color ? color_of(row->verdict->severity) : "";
    struct strbuf cell = {0};

    /* The blank comes before any escape: rows are found by it. */
    for (size_t i = 0; i < TABLE_COLUMN_COUNT; i++) {
        const struct column *column = column_find(table_columns[i]);
        strbuf_clear(&cell);
        column_format(column, row, &cell);
        strbuf_add_char(out, ' ');
        strbuf_add_string(out, color);
        add_cell(column, strbuf_span(&cell), row->style, out);
        strbuf_add_string(out, *color ? "\033[0m" : "");
    }
    trim_line(out);
    strbuf_release(&cell);
}

/* What the model adds to the total score, and its strongest reasons. */
static void add_model_line(const struct report *report, const struct row *row,
                           struct strbuf *out)
{
    uint32_t process = snapshot_index(report->snapshot, row->process);
    double points = row->verdict->total_score - row->verdict->heuristic_score;
    struct anomaly_reason reasons[ANOMALY_REASONS_MAX];

    if (!report->anomaly || points < 0.05)
        return;
    size_t count = anomaly_explain(report->anomaly, report->snapshot, report->relations,
                                   process, &reasons);
    strbuf_add_format(out, "       %+.1f model: ", points);
    for (size_t i = 0; i < count && i < MODEL_REASONS_SHOWN; i++) {
        strbuf_add_string(out, i > 0 ? "; " : "");
        anomaly_reason_format(&reasons[i], out);
    }
    strbuf_add_char(out, '\n');
}

/* "       +4.0 deleted_exe: Its executable ...": the sign keeps a number from
 * standing where a row's score does. */
static void add_reason_lines(const struct report *report, const struct row *row,
                             struct strbuf *out)
{
    const struct reason *reasons = row_reasons(row);

    for (uint32_t i = 0; i < row->verdict->reason_count; i++) {
        if (reasons[i].strength <= 0 && !report->with_excused)
            continue;
        strbuf_add_format(out, "       %+.1f %s: ", reasons[i].score,
                          reasons[i].heuristic->key);
        format_reason(row, &reasons[i], out);
        strbuf_add_char(out, '\n');
    }
}

static struct row row_of(const struct report *report, uint32_t process,
                         const struct table_options *options)
{
    return view_row(report->snapshot, report->relations, report->scores, process,
                    options->style);
}

static void add_heading(const struct report *report, const struct table_options *options,
                        struct strbuf *out)
{
    const struct snapshot *snapshot = report->snapshot;
    const struct scores *scores = report->scores;

    strbuf_add_string(out, "procwatch: ");
    text_add_printable(out, snapshot_span(snapshot, snapshot->header->host), options->style);
    strbuf_add_char(out, ' ');
    report_add_time(report, out);
    strbuf_add_format(out, ": %zu processes, %u flagged (score %.1f or more)",
                      snapshot->process_count, scores->flagged_count, report->min_score);
    if (scores->whitelisted_count > 0)
        strbuf_add_format(out, ", %u whitelisted", scores->whitelisted_count);
    size_t shown = report->view->count - report->view->thread_count;
    if (shown < report->view->matched)
        strbuf_add_format(out, ", first %zu of %zu shown", shown, report->view->matched);
    if (!report_is_complete(report))
        strbuf_add_string(out, ", INCOMPLETE");
    strbuf_add_char(out, '\n');
}

static void add_host_line(const struct report *report, const char *what, struct text_ref text,
                          const struct table_options *options, struct strbuf *out)
{
    if (text.length == 0)
        return;
    strbuf_add_format(out, "! %s: ", what);
    text_add_printable(out, snapshot_span(report->snapshot, text), options->style);
    strbuf_add_char(out, '\n');
}

/* What is wrong with the machine comes before any of its processes. */
static void add_host_findings(const struct report *report, const struct table_options *options,
                              struct strbuf *out)
{
    const struct snapshot *snapshot = report->snapshot;

    for (size_t i = 0; i < snapshot->hidden_count; i++)
        if (snapshot->hidden[i].sightings >= REPORT_HIDDEN_SIGHTINGS)
            add_host_line(report, "hidden", snapshot->hidden[i].evidence, options, out);
    add_host_line(report, "/etc/ld.so.preload", snapshot->header->ld_so_preload, options, out);
    add_host_line(report, "preloaded into procwatch", snapshot->header->own_preload, options,
                  out);
}

void table_add(const struct report *report, const struct table_options *options,
               struct strbuf *out)
{
    add_heading(report, options, out);
    add_host_findings(report, options, out);
    if (report->view->count > 0)
        add_titles(options, out);
    for (size_t i = 0; i < report->view->count; i++) {
        struct row row = row_of(report, report->view->rows[i], options);

        row.thread = view_thread(report->view, report->snapshot, i);
        add_row(&row, options, out);
        if (row.thread)
            continue;
        add_reason_lines(report, &row, out);
        add_model_line(report, &row, out);
    }
}
