/* SPDX-License-Identifier: MIT */
#include "ui/start.h"

#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "settings/user_directory.h"
#include "ui/actions.h"
#include "ui/keys.h"
#include "ui/prompt.h"
#include "ui/tuner.h"

/* The one that was asked for, or else the one that procwatch train writes, which
 * need not be there. A broken one there is told of, and done without. */
static bool load_model(struct app *app, const char *given, struct problems *problems)
{
    const struct settings *settings = &app->settings;
    const char *path = given ? given : settings->model_path;
    char *usual = settings_default_model_path();
    const struct learned_source source = {
        .path = path ? path : usual,
        .is_optional = !path,
        .kind =
            settings->model_kind == MODEL_ZSCORE ? ANOMALY_ZSCORE : ANOMALY_ISOLATION_FOREST,
    };
    struct learned learned;
    bool is_good = learned_load(&learned, &source, time(NULL), problems);

    free(usual);
    app_use_model(app, &learned);
    return is_good || !path;
}

bool start_load(struct app *app, const struct options *options, struct theme_spec *ret_theme)
{
    struct problems problems = {0};
    settings_release(&app->tuning.base);
    settings_release(&app->tuning.live);
    bool is_good = tuning_open(&app->tuning, options->config, &problems);
    app->tuning.program = "procwatch-top";

    if (is_good && !options->is_batch) {
        preferences_load(app, &problems);
        is_good = preferences_load_theme(app, options->theme, ret_theme, &problems);
    }
    if (is_good) {
        app->option_min_score = options->min_score;
        app->option_topk = options->topk;
        tuner_apply(app);
        is_good = load_model(app, options->model, &problems);
    }
    problems_print(&problems, stderr);
    problems_release(&problems);
    return is_good;
}

void start_apply(struct app *app, const struct options *options)
{
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

    app->style = options->is_ascii || !is_utf8 ? TEXT_ASCII : TEXT_UTF8;
    app->interval_ms = options_interval_ms(options, &app->settings);
    app->is_readonly = options->is_readonly;
    app->is_remote = options->remote != NULL;
    app->dumping.flags = options->with_secrets ? DUMP_SECRETS : 0;
    app->iterations = options->iterations;
    app->list.pids = options->pids;
    app->list.pid_count = options->pid_count;
    if (options->user)
        strbuf_add_string(&app->list.user, options->user);
    if (options->sort) {
        app->list.sort = options->sort;
        app->list.is_reversed = options->is_sort_reversed;
    }
    if (options->filter)
        list_filter_by(app, options->filter);
    app->list.is_tree |= options->is_tree;
    app->list.shows_threads =
        options->shows_threads && !options->is_json && !options->is_csv && !options->is_plain;
    keys_use(app, options->keys ? (enum key_preset)options->keys : app->preferences.keys);
    app->has_mouse = !options->no_mouse;
    app->opens_details = options->pid_count == 1;
    for (size_t i = 0; i < app->preferences.filter_count; i++)
        typed_add(&app->filters, app->preferences.filters[i].text);
}

bool start_files(struct app *app, const struct options *options)
{
    char *state = app->is_readonly ? NULL : user_state_directory();
    int error = options->log ? event_log_open_file(&app->log, options->log) : 0;

    if (state)
        strbuf_add_format(&app->dumping.directory, "%s/dumps", state);
    /* Under sudo it is somebody else's, and the screen has no right to it. */
    if (state && faccessat(AT_FDCWD, ".", W_OK, AT_EACCESS) != 0)
        strbuf_add_format(&app->files, "%s/", state);
    free(state);
    if (error) {
        fprintf(stderr, "procwatch-top: %s: %s\n", options->log, strerror(-error));
        return false;
    }
    error = options->record ? taping_begin(app, options->record) : 0;
    if (error)
        fprintf(stderr, "procwatch-top: %s: %s\n", options->record, strerror(-error));
    return error == 0;
}

bool start_replay(struct app *app, const struct options *options)
{
    const char *reason = replay_open(app, options->replay);
    int64_t at_ns;

    if (reason) {
        fprintf(stderr, "procwatch-top: %s: %s\n", options->replay, reason);
        return false;
    }
    if (options->interval_ms > 0)
        app->interval_ms = options->interval_ms;
    if (options->at && !replay_parse_time(app->replay, options->at, &at_ns)) {
        fprintf(stderr, "procwatch-top: \"%s\" is no time: 14:03:22, +90, +5m\n", options->at);
        return false;
    }
    app->is_paused = options->at != NULL;
    return true;
}
