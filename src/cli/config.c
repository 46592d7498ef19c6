/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "settings/schema.h"

struct config_options {
    bool wants_help; /* first: command_parse() */
    bool is_default;
    const char *config;
};

static const char *option_config(void *target, const char *value)
{
    ((struct config_options *)target)->config = value;
    return NULL;
}

static const char *option_default(void *target, const char *value)
{
    (void)value;
    ((struct config_options *)target)->is_default = true;
    return NULL;
}

static const struct option_row rows[] = {
    {'c', "config",  "FILE", option_config,
     "configuration to use instead of the one in the home directory"                   },
    {0,   "default", NULL,   option_default, "print the shipped file with its comments"},
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch config",
    "every setting in force, as YAML",
    "procwatch config get weights.tmp_exe",
    "one of them",
    "procwatch config --default > ~/.procwatch.yaml",
    "a file to begin with",
    NULL,
};

const struct option_table config_table = {
    .program = "procwatch config",
    .synopsis = "[get KEY]",
    .summary =
        "Prints the settings in force: built-in values, overridden by the configuration.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static int print_setting(const struct settings *settings, const char *key)
{
    struct setting setting;
    char nearest[SETTING_PATH_SIZE] = "";
    struct strbuf text = {0};

    if (!setting_find(key, &setting)) {
        bool is_near = setting_suggest(key, &nearest);
        output_complain("there is no setting %s%s%s%s", key, is_near ? ", did you mean " : "",
                        nearest, is_near ? "?" : "");
        return EXIT_USAGE;
    }
    setting_format(&setting, settings, &text);
    strbuf_add_char(&text, '\n');
    enum output_result result = output_write(strbuf_span(&text));
    strbuf_release(&text);
    return result == OUTPUT_FAILED ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int print_all(const struct settings *settings)
{
    struct strbuf text = {0};

    settings_format(settings, &text);
    enum output_result result = output_write(strbuf_span(&text));
    strbuf_release(&text);
    return result == OUTPUT_FAILED ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int run(const struct config_options *options, const char *key)
{
    struct settings settings;
    struct settings_source source = {0};
    struct problems problems = {0};
    int status = EXIT_CONFIGURATION;

    settings_init(&settings);
    bool is_good = settings_load(&settings, options->config, &source, &problems);
    output_problems(&problems);
    if (is_good)
        status = key ? print_setting(&settings, key) : print_all(&settings);
    problems_release(&problems);
    settings_source_release(&source);
    settings_release(&settings);
    return status;
}

int config_run(int argc, char **argv)
{
    struct config_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 2};

    if (!command_parse(&config_table, &options.wants_help, &line))
        return line.status;
    if (options.is_default && line.first == argc) {
        settings_write_default(stdout);
        return output_finish();
    }
    if (line.first == argc)
        return run(&options, NULL);
    if (argc - line.first == 2 && strcmp(argv[line.first], "get") == 0)
        return run(&options, argv[line.first + 1]);
    output_complain("config knows \"get KEY\" (see --help)");
    return EXIT_USAGE;
}
