/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "cli/command.h"
#include "cli/output.h"
#include "engine/learned.h"
#include "settings/settings.h"

struct check_options {
    bool wants_help; /* first: command_parse() */
    const char *config, *model;
};

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct check_options *)target)->config, value);
}

static const char *option_model(void *target, const char *value)
{
    return option_set_text(&((struct check_options *)target)->model, value);
}

static const struct option_row rows[] = {
    {'c', "config", "FILE", option_config,
     "configuration to check instead of the one in the home directory"},
    {'M', "model",  "FILE", option_model,
     "model to check; without --config nothing else is checked"       },
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch check --config procwatch.yaml",
    "every mistake in the file, with line and column",
    "procwatch check --model model.json",
    "whether the model can be used, and what is in it",
    NULL,
};

const struct option_table check_table = {
    .program = "procwatch check",
    .synopsis = "",
    .summary = "Reads a configuration or a model and says everything that is wrong with it, as "
               "file:line:column. Ends with 0 when it can be used, with 3 when not.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static size_t count_of(const struct problems *problems, enum problem_level level)
{
    size_t count = 0;

    for (size_t i = 0; i < problems->count; i++)
        count += problems->items[i].level == level;
    return count;
}

static void print_summary(const struct settings *settings, const struct settings_source *source,
                          const struct problems *problems, struct strbuf *out)
{
    size_t warnings = count_of(problems, PROBLEM_WARNING);

    text_add_printable(out, span_of_string(source->message), output_style());
    strbuf_add_format(out, ": ok: min_score %.1f, %zu whitelist entries",
                      settings->scoring.min_score, settings->scoring.whitelist.count);
    if (warnings > 0)
        strbuf_add_format(out, ", %zu warning%s", warnings, warnings == 1 ? "" : "s");
    strbuf_add_char(out, '\n');
}

static bool check_config(const char *path, struct problems *problems, struct strbuf *out)
{
    struct settings settings;
    struct settings_source source = {0};

    settings_init(&settings);
    bool is_good = settings_load(&settings, path, &source, problems);
    if (is_good)
        print_summary(&settings, &source, problems, out);
    settings_source_release(&source);
    settings_release(&settings);
    return is_good;
}

static bool check_model(const char *path, struct problems *problems, struct strbuf *out)
{
    const struct learned_source source = {.path = path, .kind = ANOMALY_ZSCORE};
    struct learned learned;
    int64_t now_s = time(NULL);
    bool is_good = learned_load(&learned, &source, now_s, problems);

    if (is_good) {
        text_add_printable(out, span_of_string(path), output_style());
        strbuf_add_string(out, ": ok: ");
        learned_describe(&learned, now_s, out);
        if (learned.model->is_old_format)
            strbuf_add_string(out, ", of the older form: means and stds of ten features");
        else
            strbuf_add_format(out, ", %zu programs, %llu samples", learned.model->program_count,
                              (unsigned long long)learned.model->all.samples);
        strbuf_add_char(out, '\n');
    }
    learned_release(&learned);
    return is_good;
}

int check_run(int argc, char **argv)
{
    struct check_options options = {0};
    struct problems problems = {0};
    struct strbuf text = {0};
    struct command_line line = {.argc = argc, .argv = argv};
    bool is_good = true;

    if (!command_parse(&check_table, &options.wants_help, &line))
        return line.status;
    if (options.config || !options.model)
        is_good = check_config(options.config, &problems, &text);
    if (options.model)
        is_good = check_model(options.model, &problems, &text) && is_good;
    output_problems(&problems);
    line.status = output_print(&text);
    problems_release(&problems);
    return is_good ? line.status : EXIT_CONFIGURATION;
}
