/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "cli/scan.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/alert.h"
#include "cli/command.h"
#include "cli/session.h"
#include "engine/schedule.h"
#include "report/ecs.h"
#include "report/json.h"
#include "report/metrics.h"
#include "report/table.h"

/* One run of the command. */
struct scan {
    const struct scan_options *options;
    struct session session;
    struct view listed;  /* whom to print */
    struct view flagged; /* whom to act on */
    struct kill_budget budget;
    struct dump_ledger dumps;
    struct strbuf text;
    struct strbuf model; /* which one judges, and how old it is */
    bool is_incomplete, is_denied, has_flagged;
};

static struct view_options view_of(const struct scan *scan)
{
    const struct scan_options *options = scan->options;
    bool is_limited = options->has_topk || !options->lists_all;

    return (struct view_options){
        .sort = options->sort,
        .is_reversed = options->is_reversed,
        .flagged_only = !options->lists_all,
        .limit = is_limited ? scan->session.settings.topk : 0,
        .user = options->user,
        .filter = options->filter,
    };
}

static void build_views(struct scan *scan)
{
    const struct refresh *refresh = &scan->session.refresh;
    struct view_options options = view_of(scan);

    view_build(&scan->listed, &refresh->snapshot, refresh->relations, &refresh->scores,
               &options);
    options.flagged_only = true;
    options.limit = 0;
    view_build(&scan->flagged, &refresh->snapshot, refresh->relations, &refresh->scores,
               &options);
}

static struct report report_of(const struct scan *scan)
{
    struct report report = refresh_report(&scan->session.refresh, &scan->listed,
                                          scan->session.settings.scoring.min_score);

    report.model = scan->session.learned.model ? strbuf_string(&scan->model) : NULL;
    return report;
}

/* A digest that a listed process's JSON, or the whitelist, waits for. */
static bool wants_digests(const struct scan *scan)
{
    return (scan->options->format != SCAN_TABLE && scan->options->format != SCAN_METRICS) ||
           whitelist_wants_hashes(&scan->session.settings.scoring.whitelist);
}

static bool is_wanting(void *context, const struct session *session)
{
    struct scan *scan = context;
    const struct snapshot *snapshot = &session->refresh.snapshot;

    if (!wants_digests(scan))
        return false;
    build_views(scan);
    for (size_t i = 0; i < scan->listed.count; i++)
        if (snapshot->processes[scan->listed.rows[i]].facts[FACT_SHA256] == FACT_PENDING)
            return true;
    return false;
}

static fact_mask wanted_facts(const struct scan *scan)
{
    const struct scan_options *options = scan->options;
    /* The cheap ones always, for the rows and the JSON. */
    fact_mask wanted = FACT_BIT(FACT_STAT) | FACT_BIT(FACT_STATUS) | FACT_BIT(FACT_CMDLINE) |
                       FACT_BIT(FACT_EXE) | FACT_BIT(FACT_CWD) | FACT_BIT(FACT_DESCRIPTORS) |
                       FACT_BIT(FACT_SOCKETS) | FACT_BIT(FACT_CPU) |
                       scoring_needs(&scan->session.settings.scoring);

    if (scan->session.learned.anomaly)
        wanted |= anomaly_needs();
    if (wants_digests(scan))
        wanted |= FACT_BIT(FACT_SHA256);
    if (options->filter)
        wanted |= filter_needs(options->filter);
    if (options->sort)
        wanted |= options->sort->needs;
    return wanted;
}

static enum output_result print_report(struct scan *scan, const struct report *report)
{
    const struct table_options options = {
        .style = output_style(),
        .with_color = output_wants_color(scan->options->color),
    };

    const struct refresh *refresh = &scan->session.refresh;
    const struct anomaly *anomaly = scan->session.learned.anomaly;

    strbuf_clear(&scan->text);
    switch (scan->options->format) {
    case SCAN_TABLE:
        table_add(report, &options, &scan->text);
        break;
    case SCAN_JSON:
        json_add_document(report, &scan->text);
        break;
    case SCAN_JSON_LINES:
        json_add_lines(report, &scan->text);
        break;
    case SCAN_ECS:
        ecs_add_lines(report, &scan->text);
        break;
    case SCAN_METRICS:
        metrics_write(
            &(struct metrics_source){.snapshot = &refresh->snapshot,
                                     .assessment = &refresh->assessment,
                                     .scores = &refresh->scores,
                                     .min_score = report->min_score,
                                     .config_sha256 = scan->session.config_sha256,
                                     .model = anomaly ? anomaly_kind_name(anomaly_kind(anomaly))
                                                      : "none",
                                     .version = PACKAGE_VERSION},
            &scan->text);
        break;
    }
    return scan->options->output
               ? output_replace(scan->options->output, strbuf_span(&scan->text))
               : output_write(strbuf_span(&scan->text));
}

static void tell_problems(const struct report *report)
{
    struct problems problems = {0};

    report_add_problems(report, &problems);
    if (report->snapshot->header->counts.denied > 0 && geteuid() != 0)
        problems_add(&problems, PROBLEM_NOTE, NULL, 0, 0, "as root procwatch sees everything");
    output_problems(&problems);
    problems_release(&problems);
}

/* Look, print, act. */
static enum output_result scan_once(struct scan *scan, int *ret_status)
{
    const struct look look = {
        .wanted = wanted_facts(scan),
        .sample_s = scan->options->sample_s,
        .is_wanting = is_wanting,
        .context = scan,
    };

    *ret_status = session_look(&scan->session, &look);
    if (*ret_status || scan->session.caught)
        return OUTPUT_WRITTEN;
    build_views(scan);
    strbuf_clear(&scan->model);
    learned_describe(&scan->session.learned, time(NULL), &scan->model);
    struct report report = report_of(scan);
    enum output_result result = print_report(scan, &report);
    tell_problems(&report);
    scan->is_incomplete |= !report_is_complete(&report);
    scan->is_denied |= report.snapshot->header->counts.denied > 0;
    scan->has_flagged |= scan->flagged.count > 0;
    if (scan->options->dump.directory)
        alert_dump(&scan->session, &scan->options->dump, &report, &scan->flagged, &scan->dumps);
    if (scan->options->kills_on_alert)
        alert_kill(&scan->session, &scan->flagged, &scan->budget);
    return result;
}

static int final_status(const struct scan *scan)
{
    if (scan->options->tells_by_exit_code && scan->has_flagged)
        return EXIT_FLAGGED;
    if (scan->options->is_strict && scan->is_denied)
        return EXIT_PERMISSION;
    return scan->is_incomplete ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int scan_repeatedly(struct scan *scan)
{
    double interval_s = scan->session.settings.interval_s;
    uint64_t interval_ms = (uint64_t)fmax(interval_s * 1000, 1);
    uint64_t due_ms = session_now_ms();
    int status;

    for (;;) {
        enum output_result result = scan_once(scan, &status);
        if (result != OUTPUT_WRITTEN)
            return result == OUTPUT_CLOSED ? EXIT_DONE : EXIT_INCOMPLETE;
        if (status)
            return status;
        if (interval_s <= 0 || scan->session.caught ||
            (scan->options->stops_on_alert && scan->has_flagged))
            return final_status(scan);
        /* On a grid: what a scan takes does not add up. */
        due_ms = schedule_next(due_ms, session_now_ms(), interval_ms);
        session_wait_until(&scan->session, due_ms);
        if (scan->session.caught)
            return final_status(scan);
    }
}

static void override_settings(const struct scan_options *options, struct settings *settings)
{
    if (options->has_min_score)
        settings->scoring.min_score = options->min_score;
    if (options->has_topk)
        settings->topk = options->topk;
    if (options->has_interval)
        settings->interval_s = options->interval_s;
}

/* That no dump can be made is told at once, and not when there is one to make. */
static int try_dump_directory(const char *path)
{
    int fd = path ? dump_open_directory(path) : 0;

    if (fd < 0)
        output_complain("%s: %s", path, dump_error_text(fd));
    else if (path)
        close(fd);
    return fd < 0 ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int run(const struct scan_options *options)
{
    struct scan scan = {.options = options, .session = {.signals = -1}};
    const struct session_options session_options = {
        .remote = options->remote,
        .token = *options->token ? options->token : NULL,
        .config = options->config,
        .model = options->model,
        .proc_root = options->proc_root,
        .is_readonly = !options->kills_on_alert && !options->dump.directory,
    };
    int status = try_dump_directory(options->dump.directory);

    if (status == EXIT_DONE)
        status = session_open(&scan.session, &session_options);
    if (status == EXIT_DONE) {
        override_settings(options, &scan.session.settings);
        status = scan_repeatedly(&scan);
    }
    session_close(&scan.session);
    view_release(&scan.listed);
    view_release(&scan.flagged);
    strbuf_release(&scan.text);
    strbuf_release(&scan.model);
    return session_end_status(&scan.session, status);
}

int scan_run(int argc, char **argv)
{
    struct scan_options options;
    struct command_line line = {.argc = argc, .argv = argv};

    scan_options_init(&options);
    if (command_parse(&scan_table, &options.wants_help, &line)) {
        bool is_elsewhere = options.proc_root || options.remote;

        if (is_elsewhere && (options.kills_on_alert || options.dump.directory)) {
            output_complain(
                "scan: nobody in a recording or on another machine can be killed or "
                "dumped");
            line.status = EXIT_USAGE;
        } else if (options.proc_root && options.remote) {
            output_complain("scan: --connect goes with no --proc-root");
            line.status = EXIT_USAGE;
        } else {
            line.status = run(&options);
        }
    }
    scan_options_release(&options);
    return line.status;
}
