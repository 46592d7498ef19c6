/* SPDX-License-Identifier: MIT */
/* procwatch-top: a screen of scored, explained, live processes. */
#include "config.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/translate.h"
#include "engine/filter.h"
#include "engine/privilege.h"
#include "settings/user_directory.h"
#include "ui/app.h"
#include "ui/batch.h"
#include "ui/loop.h"
#include "ui/options.h"
#include "ui/plain.h"
#include "ui/actions.h"
#include "ui/prompt.h"
#include "ui/terminal.h"
#include "ui/theme_file.h"
#include "ui/tuner.h"

enum { EXIT_RUNTIME = 1, EXIT_USAGE = 2, EXIT_CONFIGURATION = 3, EXIT_NO_TERMINAL = 5 };

/* Where a crash finds what puts the terminal back. */
static struct terminal terminal;

static void restore_terminal(void)
{
    terminal_rescue(&terminal);
}

static void crash(int number)
{
    terminal_rescue(&terminal);
    /* The handler was for one time: this ends the program as it should end. */
    raise(number);
}

static void catch_crashes(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_handler = crash, .sa_flags = (int)SA_RESETHAND};

    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        sigaction(crashes[i], &action, NULL);
    fatal_set_hook(restore_terminal);
}

/* End by the signal, so that whoever waits for us sees it. */
static void end_by(int number)
{
    sigset_t set;

    signal(number, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

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

static bool load(struct app *app, const struct options *options, struct theme_spec *ret_theme)
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

static void apply_options(struct app *app, const struct options *options)
{
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

    app->style = options->is_ascii || !is_utf8 ? TEXT_ASCII : TEXT_UTF8;
    app->interval_ms = options_interval_ms(options, &app->settings);
    app->is_readonly = options->is_readonly;
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
    app->has_mouse = !options->no_mouse;
    app->opens_details = options->pid_count == 1;
    for (size_t i = 0; i < app->preferences.filter_count; i++)
        typed_add(&app->filters, app->preferences.filters[i].text);
}

/* Files of this session are opened while we may. */
static bool open_files(struct app *app, const struct options *options)
{
    char *state = app->is_readonly ? NULL : user_state_directory();
    int error = options->log ? event_log_open_file(&app->log, options->log) : 0;

    if (state)
        strbuf_add_format(&app->dumping.directory, "%s/dumps", state);
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

static bool open_replay(struct app *app, const struct options *options)
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

/* From here on files are opened as anybody, and nothing hostile was read yet. */
static bool confine(struct app *app)
{
    int error = engine_confine(app->engine);

    if (error < 0)
        fprintf(stderr, "procwatch-top: privileges cannot be given up: %s\n", strerror(-error));
    return error >= 0;
}

/* Whoever ends us must not take the user's edits along. */
static void report_kept_edits(struct app *app, bool is_ended)
{
    int error = 0;

    if (is_ended && app_has_edits(app) && !app->is_readonly) {
        free(app->state_file);
        app->state_file = tuner_keep_edits(app, &error);
    } else if (!app->has_kept_edits) {
        return;
    }
    if (app->state_file)
        fprintf(stderr,
                "procwatch-top: edits that were not saved are in %s; the next start offers "
                "them\n",
                app->state_file);
    else
        fprintf(stderr, "procwatch-top: edits that were not saved are lost: %s\n",
                strerror(error));
}

static void keep_preferences(const struct app *app)
{
    int error = app->is_readonly ? 0 : preferences_save(app);

    if (error)
        fprintf(stderr, "procwatch-top: %s cannot be written: %s\n", app->preferences.path,
                strerror(-error));
}

static int run_plain(struct app *app)
{
    int signals = loop_take_signals();

    if (signals < 0 || !confine(app))
        return EXIT_RUNTIME;
    app_send_request(app);
    int ended_by = plain_run(app, signals);
    close(signals);
    if (ended_by > 0) {
        engine_stop(app->engine);
        app->engine = NULL;
        end_by(ended_by);
    }
    return ended_by < 0 ? EXIT_RUNTIME : 0;
}

static int run_screen(struct app *app, const struct options *options,
                      const struct theme_spec *theme)
{
    const char *no_color = getenv("NO_COLOR");
    bool is_mono = options->no_color || (no_color && *no_color && !options->forces_color);
    int signals = loop_take_signals();
    const char *reason = terminal_open(&terminal);

    if (reason || signals < 0) {
        fprintf(stderr, "procwatch-top: %s; -b prints the list without a screen\n",
                reason ? reason : "signals cannot be waited for");
        return EXIT_NO_TERMINAL;
    }
    if (!confine(app)) {
        terminal_close(&terminal);
        return EXIT_RUNTIME;
    }
    catch_crashes();
    app->depth = is_mono ? DEPTH_NONE : theme_depth_of_terminal();
    theme_realize(&app->theme, theme, app->depth);
    preferences_begin(app);
    if (app->replay)
        replay_begin(app, options->at);
    app_send_request(app);
    if (!app->is_readonly)
        tuner_offer_kept(app);
    int ended_by = loop_run(app, &terminal, signals);
    terminal_close(&terminal);
    if (app->recorder) {
        taping_end(app);
        fprintf(stderr, "procwatch-top: %s\n", app->message.text);
    }
    keep_preferences(app);
    close(signals);
    report_kept_edits(app, ended_by != 0);
    if (ended_by) {
        engine_stop(app->engine);
        app->engine = NULL;
        end_by(ended_by);
    }
    return 0;
}

/* What the keeper does for us: the screen itself may not. */
enum { DEED_CONFIGURATION };

enum { CONFIGURATION_DEADLINE_MS = 10000 };

static const struct deed deeds[] = {
    [DEED_CONFIGURATION] = {"procwatch-save", PRIVILEGE_SAVER, CONFIGURATION_DEADLINE_MS,
                            access_serve},
};

static int ask_for_configuration(void *context, struct span request, struct strbuf *ret_answer)
{
    struct app *app = context;

    return engine_do(app->engine, DEED_CONFIGURATION, request, ret_answer);
}

static void print_config(const struct app *app, bool is_check)
{
    struct strbuf text = {0};

    if (is_check)
        strbuf_add_format(&text, "%s: it can be used\n", app->tuning.source.message);
    else
        settings_format(&app->settings, &text);
    fputs(strbuf_string(&text), stdout);
    strbuf_release(&text);
}

static int run(struct app *app, const struct options *options)
{
    const struct access_way access = {ask_for_configuration, app};
    const struct engine_options engine = {
        .proc_root = options->proc_root,
        .remote = options->remote,
        .remote_token = *options->token ? options->token : NULL,
        .is_readonly = options->is_readonly,
        .is_sealed = options->is_readonly,
        .deeds = deeds,
        .deed_count = sizeof deeds / sizeof *deeds,
    };
    struct theme_spec theme = {0};
    const char *reason = "privileges cannot be given up";
    /* A recording needs no engine, and may be anybody's. */
    int status = options->replay ? privilege_drop(PRIVILEGE_LOADER)
                                 : engine_start(&engine, &app->engine, &reason);

    if (status < 0) {
        fprintf(stderr, "procwatch-top: %s: %s\n", reason, strerror(-status));
        return EXIT_RUNTIME;
    }
    signal(SIGPIPE, SIG_IGN);
    if (!load(app, options, &theme)) {
        status = EXIT_CONFIGURATION;
    } else {
        app->tuning.access = &access;
        apply_options(app, options);
        if (options->wants_config || options->wants_check) {
            print_config(app, options->wants_check);
        } else if (options->replay && !open_replay(app, options)) {
            status = EXIT_RUNTIME;
        } else if (options->is_batch) {
            status = confine(app) ? batch_run(app, options) : EXIT_RUNTIME;
        } else if (!open_files(app, options)) {
            status = EXIT_RUNTIME;
        } else if (options->is_plain) {
            status = run_plain(app);
        } else {
            status = run_screen(app, options, &theme);
        }
    }
    app->tuning.access = NULL;
    engine_stop(app->engine);
    theme_spec_release(&theme);
    return status;
}

static void print_fields(void)
{
    for (size_t i = 0; i < column_count; i++)
        printf("%-12s %s\n", columns[i].key, columns[i].help);
}

int main(int argc, char **argv)
{
    struct options options;
    struct app app;
    int first, status = EXIT_USAGE;

    setlocale(LC_ALL, "");
    /* YAML and JSON numbers are the same everywhere. */
    setlocale(LC_NUMERIC, "C");
    translate_begin(LOCALE_DIR);
    options_init(&options);
    app_init(&app);
    if (!options_parse(&top_options, &options, argc, argv, &first)) {
        status = EXIT_USAGE;
    } else if (options.wants_help) {
        options_print_help(&top_options, stdout);
        status = 0;
    } else if (options.wants_fields) {
        print_fields();
        status = 0;
    } else if (options.wants_version) {
        printf("%s\nsystem call filters: %s\n", PACKAGE_STRING,
               filter_is_available() ? "yes" : "none, built without libseccomp");
        status = 0;
    } else if (options.replay &&
               (options.is_plain || options.record || options.proc_root || options.remote)) {
        fprintf(stderr, "procwatch-top: --replay goes with neither --plain, --record, "
                        "--proc-root nor --connect\n");
    } else if (options.remote && options.proc_root) {
        fprintf(stderr, "procwatch-top: --connect goes with no --proc-root\n");
    } else if (first < argc) {
        fprintf(stderr, "procwatch-top: takes options only\n"
                        "Try 'procwatch-top --help'.\n");
    } else {
        status = run(&app, &options);
    }
    app_release(&app);
    options_release(&options);
    if (fflush(stdout) != 0 && status == 0)
        status = EXIT_RUNTIME;
    return status;
}
