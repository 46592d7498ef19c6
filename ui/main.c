/* SPDX-License-Identifier: MIT */
/* procwatch-top: a screen of scored, explained, live processes. */
#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/translate.h"
#include "engine/filter.h"
#include "engine/privilege.h"
#include "ui/app.h"
#include "ui/batch.h"
#include "ui/loop.h"
#include "ui/options.h"
#include "ui/plain.h"
#include "ui/start.h"
#include "ui/terminal.h"
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
    if (!start_load(app, options, &theme)) {
        status = EXIT_CONFIGURATION;
    } else {
        app->tuning.access = &access;
        start_apply(app, options);
        if (options->wants_config || options->wants_check) {
            print_config(app, options->wants_check);
        } else if (options->replay && !start_replay(app, options)) {
            status = EXIT_RUNTIME;
        } else if (options->is_batch) {
            status = confine(app) ? batch_run(app, options) : EXIT_RUNTIME;
        } else if (!start_files(app, options)) {
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
