/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "anomaly/model_file.h"
#include "anomaly/training.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"

enum { SECONDS_MAX = 86400 * 7 };

struct train_options {
    bool wants_help; /* first: command_parse() */
    const char *config, *model;
    double duration_s, interval_s;
    bool appends, includes_flagged, keeps_partial;
};

/* One run of the command. */
struct training_run {
    const struct train_options *options;
    struct session session;
    char *path;                  /* of the model to be */
    struct anomaly_model *older; /* to learn on from, or NULL */
    struct training *training;
    struct progress progress;
};

static const char *set_seconds(double *member, const char *value)
{
    double seconds;

    if (!options_parse_double(value, &seconds) || seconds < 0.1 || seconds > SECONDS_MAX)
        return "is no number of seconds from 0.1 to 604800";
    *member = seconds;
    return NULL;
}

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct train_options *)target)->config, value);
}

static const char *option_model(void *target, const char *value)
{
    return option_set_text(&((struct train_options *)target)->model, value);
}

static const char *option_duration(void *target, const char *value)
{
    return set_seconds(&((struct train_options *)target)->duration_s, value);
}

static const char *option_interval(void *target, const char *value)
{
    return set_seconds(&((struct train_options *)target)->interval_s, value);
}

OPTION_SAYS_YES(option_append, train_options, appends)
OPTION_SAYS_YES(option_include_flagged, train_options, includes_flagged)
OPTION_SAYS_YES(option_keep_partial, train_options, keeps_partial)

/* clang-format off */
static const struct option_row rows[] = {
    {'d', "duration", "SECONDS", option_duration, "learn for this long (300)"},
    {'i', "interval", "SECONDS", option_interval, "look that often (5)"},
    {'c', "config", "FILE", option_config, "configuration to use instead of the one in the home directory"},
    {'M', "model", "FILE", option_model, "model to write, instead of ~/.local/share/procwatch/model.json"},
    {0, "append", NULL, option_append, "add to what the model knows already"},
    {0, "include-flagged", NULL, option_include_flagged, "learn flagged processes, too"},
    {0, "keep-partial", NULL, option_keep_partial, "when interrupted, keep what was learned until then"},
    HELP_ROW,
};
/* clang-format on */

static const char *const examples[] = {
    "procwatch train",
    "learn for five minutes what is usual here",
    "procwatch train --duration 3600 --interval 30 --append",
    "add an hour of another time of day",
    NULL,
};

const struct option_table train_table = {
    .program = "procwatch train",
    .synopsis = "",
    .summary =
        "Watches this machine while it does its usual work, and keeps what it saw as a model. "
        "With a model, what a program never did adds to its score. Processes that are flagged "
        "are not learned.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static int load_older(struct training_run *run)
{
    struct problems problems = {0};
    int status = EXIT_DONE;

    if (!run->options->appends)
        return EXIT_DONE;
    if (access(run->path, F_OK) < 0 && errno == ENOENT) {
        output_complain("%s is not there yet: nothing to add to, it will be new", run->path);
        return EXIT_DONE;
    }
    run->older = model_file_load(run->path, &problems);
    output_problems(&problems);
    problems_release(&problems);
    if (!run->older) {
        status = EXIT_CONFIGURATION;
    } else if (run->older->is_old_format) {
        output_complain(
            "%s is of an older form that cannot be added to: train without --append",
            run->path);
        status = EXIT_CONFIGURATION;
    }
    return status;
}

/* Where to, and whether that will work: known before, not after an hour. */
static int prepare(struct training_run *run)
{
    const char *path =
        run->options->model ? run->options->model : run->session.settings.model_path;

    run->path = path ? memory_copy_string(path) : settings_default_model_path();
    if (!run->path) {
        output_complain("there is no home directory: say where to with --model");
        return EXIT_USAGE;
    }
    int error = model_file_may_save(run->path);
    if (error) {
        output_complain("%s: a model cannot be saved there: %s", run->path, strerror(-error));
        return EXIT_INCOMPLETE;
    }
    int status = load_older(run);
    if (status == EXIT_DONE)
        run->training = training_new((uint64_t)time(NULL), run->older);
    return status;
}

static void learn(struct training_run *run)
{
    const struct refresh *refresh = &run->session.refresh;
    bool *is_excluded = memory_new(refresh->snapshot.process_count, sizeof *is_excluded);

    for (size_t i = 0; i < refresh->snapshot.process_count; i++)
        is_excluded[i] =
            !run->options->includes_flagged && refresh->scores.verdicts[i].is_flagged;
    training_add(run->training, &refresh->snapshot, refresh->relations, is_excluded);
    free(is_excluded);
}

static void show_progress(struct training_run *run, double elapsed_s)
{
    const struct training_counts counts = training_count(run->training);
    double duration_s = run->options->duration_s;
    double share = elapsed_s < duration_s ? elapsed_s / duration_s : 1.0;
    struct strbuf note = {0};

    strbuf_add_format(&note, "%zu processes, %llu samples of %zu programs",
                      run->session.refresh.snapshot.process_count,
                      (unsigned long long)counts.samples, counts.programs);
    if (counts.excluded > 0)
        strbuf_add_format(&note, ", %llu left out as flagged",
                          (unsigned long long)counts.excluded);
    progress_show(&run->progress, share, duration_s * (1.0 - share), note.bytes);
    strbuf_release(&note);
}

/* Look and learn until the time is over or a signal came. */
static int watch(struct training_run *run)
{
    double interval_s = run->options->interval_s;
    const struct look look = {
        .wanted = heuristics_needs(NULL) | anomaly_needs(),
        .sample_s = interval_s < 0.5 ? interval_s : 0.5,
    };
    const uint64_t interval_ms = (uint64_t)(interval_s * 1000), start_ms = session_now_ms();
    const uint64_t end_ms = start_ms + (uint64_t)(run->options->duration_s * 1000);
    uint64_t due_ms = start_ms;

    while (!run->session.caught) {
        int status = session_look(&run->session, &look);
        if (status != EXIT_DONE || run->session.caught)
            return run->session.caught ? EXIT_DONE : status;
        learn(run);
        uint64_t now_ms = session_now_ms();
        show_progress(run, (double)(now_ms - start_ms) / 1000);
        if (now_ms >= end_ms)
            break;
        /* Looks that took longer than the interval are not made up for. */
        while (due_ms <= now_ms)
            due_ms += interval_ms;
        session_wait_until(&run->session, due_ms < end_ms ? due_ms : end_ms);
    }
    return EXIT_DONE;
}

/* A second signal, an end of input and anything but "y" mean no. */
static bool is_told_to_keep(struct training_run *run)
{
    struct pollfd polled[] = {
        {.fd = STDIN_FILENO,         .events = POLLIN},
        {.fd = run->session.signals, .events = POLLIN},
    };
    char answer[16] = "";

    if (run->options->keeps_partial)
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return false;
    fprintf(stderr, "Keep what was learned from %llu snapshots? [y/N] ",
            (unsigned long long)training_count(run->training).snapshots);
    if (poll(polled, 2, -1) <= 0 || polled[1].revents ||
        read(STDIN_FILENO, answer, sizeof answer - 1) <= 0) {
        fputc('\n', stderr);
        return false;
    }
    return answer[0] == 'y' || answer[0] == 'Y';
}

static void sign(struct anomaly_model *model)
{
    struct utsname names;

    model->created_s = time(NULL);
    if (uname(&names) < 0)
        return;
    free(model->host);
    free(model->kernel);
    model->host = memory_copy_string(names.nodename);
    model->kernel = memory_copy_string(names.release);
}

static int save(struct training_run *run)
{
    const struct training_counts counts = training_count(run->training);
    struct anomaly_model *model = training_finish(run->training);
    struct strbuf text = {0};

    if (!model || counts.snapshots == 0) {
        output_complain("nothing was learned");
        anomaly_model_free(model);
        return EXIT_INCOMPLETE;
    }
    sign(model);
    int error = model_file_save(model, run->path);
    if (error) {
        output_complain("%s: %s", run->path, strerror(-error));
    } else {
        strbuf_add_format(&text, "Learned %zu programs from %llu snapshots (%llu samples",
                          counts.programs, (unsigned long long)counts.snapshots,
                          (unsigned long long)counts.samples);
        if (counts.excluded > 0)
            strbuf_add_format(&text, ", %llu left out as flagged",
                              (unsigned long long)counts.excluded);
        strbuf_add_string(&text, "); saved to ");
        text_add_printable(&text, span_of_string(run->path), output_style());
        strbuf_add_char(&text, '\n');
    }
    bool is_told = error == 0 && output_write(strbuf_span(&text)) != OUTPUT_FAILED;
    strbuf_release(&text);
    anomaly_model_free(model);
    return is_told ? EXIT_DONE : EXIT_INCOMPLETE;
}

static int run(const struct train_options *options)
{
    struct training_run run = {.options = options};
    const struct session_options session_options = {
        .config = options->config, .is_readonly = true, .is_training = true};
    int status = session_open(&run.session, &session_options);

    progress_init(&run.progress);
    if (status == EXIT_DONE)
        status = prepare(&run);
    if (status == EXIT_DONE)
        status = watch(&run);
    progress_clear(&run.progress);
    if (status == EXIT_DONE) {
        if (!run.session.caught || is_told_to_keep(&run)) {
            run.session.caught = 0;
            status = save(&run);
        } else {
            output_complain("interrupted: nothing was saved (--keep-partial would)");
        }
    }
    session_close(&run.session);
    training_free(run.training);
    anomaly_model_free(run.older);
    free(run.path);
    return session_end_status(&run.session, status);
}

int train_run(int argc, char **argv)
{
    struct train_options options = {.duration_s = 300, .interval_s = 5};
    struct command_line line = {.argc = argc, .argv = argv};

    if (!command_parse(&train_table, &options.wants_help, &line))
        return line.status;
    return run(&options);
}
