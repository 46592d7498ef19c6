/* SPDX-License-Identifier: MIT */
#include "ui/batch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/table.h"

enum { SAMPLE_MS = 500, PASS_LIMIT_MS = 30000 };

static void wait_for(struct app *app, int64_t until_ms, bool wants_snapshot, bool *ret_took)
{
    struct pollfd polled = {.fd = engine_descriptor(app->engine), .events = POLLIN};
    int64_t now;

    *ret_took = false;
    while ((now = clock_monotonic_ms()) < until_ms && !(wants_snapshot && *ret_took)) {
        uint64_t before = app_has_snapshot(app) ? app->refresh->snapshot.header->serial : 0;

        if (poll(wants_snapshot ? &polled : NULL, wants_snapshot, (int)(until_ms - now)) <= 0)
            continue;
        app_take(app);
        *ret_took = app_has_snapshot(app) && app->refresh->snapshot.header->serial != before;
        if (!*ret_took && app->message.role == ROLE_ERROR && app->message.text[0])
            return;
    }
}

/* One pass of the collector, at once. */
static bool take_one(struct app *app)
{
    bool took;

    engine_refresh_now(app->engine);
    wait_for(app, clock_monotonic_ms() + PASS_LIMIT_MS, true, &took);
    if (!took)
        fprintf(stderr, "procwatch-top: %s\n",
                app->message.text[0] ? app->message.text : "the collector does not answer");
    return took;
}

static void rest(struct app *app, int64_t for_ms)
{
    bool took;

    wait_for(app, clock_monotonic_ms() + for_ms, false, &took);
}

static struct report report_of(const struct app *app, const char *model)
{
    struct report report =
        refresh_report(app->refresh, &app->view, app->settings.scoring.min_score);

    report.model = app->learned.model ? model : NULL;
    return report;
}

/* Returns -1 while all is well, else the exit status. */
static int print_one(struct app *app, const struct options *options)
{
    struct strbuf out = {0}, model = {0};

    learned_describe(&app->learned, time(NULL), &model);
    const struct report report = report_of(app, strbuf_string(&model));
    const struct table_options table = {
        .style = app->style,
        .with_color = !options->no_color && isatty(STDOUT_FILENO),
    };

    if (options->is_json)
        json_add_document(&report, &out);
    else if (options->is_csv)
        csv_add(&report, &out);
    else
        table_add(&report, &table, &out);
    /* What is larger than the buffer is written, or fails, before the flush. */
    bool is_written =
        fwrite(strbuf_string(&out), 1, out.length, stdout) == out.length && fflush(stdout) == 0;
    int error = errno;
    strbuf_release(&out);
    strbuf_release(&model);
    if (is_written)
        return -1;
    /* "| head" has seen enough. */
    if (error == EPIPE)
        return 0;
    fprintf(stderr, "procwatch-top: cannot write: %s\n", strerror(error));
    return 1;
}

/* What was seen on the way. */
struct seen {
    bool is_incomplete, is_flagged;
};

enum { EXIT_FLAGGED = 10 };

static int status_of(const struct seen *seen, const struct options *options)
{
    if (seen->is_flagged && options->tells_flagged)
        return EXIT_FLAGGED;
    return seen->is_incomplete;
}

/* Prints the snapshot in hand; as print_one(), and notes what is in it. */
static int print_next(struct app *app, const struct options *options, struct seen *seen)
{
    int status = print_one(app, options);
    const struct report report = report_of(app, NULL);

    seen->is_incomplete |= !report_is_complete(&report);
    seen->is_flagged |= app->refresh->scores.flagged_count > 0;
    return status;
}

/* A recording has no pace of its own: one snapshot after the other, as fast as that
 * goes. */
static int run_replay(struct app *app, const struct options *options)
{
    struct replay *replay = app->replay;
    size_t count = recording_count(replay->recording), first = 0;
    struct seen seen = {.is_incomplete = recording_is_cut_short(replay->recording)};
    int64_t at_ns;

    if (options->at && replay_parse_time(replay, options->at, &at_ns))
        first = recording_find(replay->recording, at_ns);
    for (size_t i = first;
         i < count && (options->iterations == 0 || i - first < options->iterations); i++) {
        if (!replay_show(app, i)) {
            fprintf(stderr, "procwatch-top: %s\n", app->message.text);
            return 1;
        }
        int status = print_next(app, options, &seen);
        if (status >= 0)
            return status;
    }
    return status_of(&seen, options);
}

static int run_live(struct app *app, const struct options *options)
{
    unsigned interval_ms = app->interval_ms;
    struct seen seen = {0};

    app->interval_ms = 0; /* a pass when it is asked for */
    app_send_request(app);
    /* CPU takes two looks; a recording holds both. */
    if (!options->proc_root && !options->remote) {
        if (!take_one(app))
            return 1;
        rest(app, SAMPLE_MS);
    }
    for (unsigned long i = 0; options->iterations == 0 || i < options->iterations; i++) {
        if (i > 0)
            rest(app, interval_ms);
        if (!take_one(app))
            return 1;
        int status = print_next(app, options, &seen);
        if (status >= 0)
            return status;
    }
    return status_of(&seen, options);
}

int batch_run(struct app *app, const struct options *options)
{
    if (app->replay)
        return run_replay(app, options);
    return run_live(app, options);
}
