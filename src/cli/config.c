/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/command.h"
#include "cli/config_diff.h"
#include "cli/config_edit.h"
#include "cli/output.h"
#include "settings/schema.h"

struct config_options {
    bool wants_help; /* first: command_parse() */
    bool is_default, is_dry_run, may_write_over;
    const char *config;
};

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct config_options *)target)->config, value);
}

OPTION_SAYS_YES(option_default, config_options, is_default)
OPTION_SAYS_YES(option_dry_run, config_options, is_dry_run)
OPTION_SAYS_YES(option_in_place, config_options, may_write_over)

/* clang-format off */
static const struct option_row rows[] = {
    {'c', "config", "FILE", option_config, "configuration to use instead of the one in the home directory"},
    {0, "default", NULL, option_default, "print the shipped file with its comments"},
    {'n', "dry-run", NULL, option_dry_run, "print what would change in the file, and change nothing"},
    {0, "in-place", NULL, option_in_place, "also write to a file that cannot be replaced, as one with hard links"},
    HELP_ROW,
};
/* clang-format on */

static const char *const examples[] = {
    "procwatch config",
    "every setting in force, as YAML",
    "procwatch config get weights.tmp_exe",
    "one of them",
    "procwatch config --default > ~/.procwatch.yaml",
    "a file to begin with",
    "procwatch config set weights.tmp_exe 2 --dry-run",
    "what that would change in the file; comments and order stay",
    "procwatch config add whitelist.paths /opt/app/service",
    "vouch for a program",
    "procwatch config diff",
    "what differs from the built-in values, in the file and in edits not saved",
    NULL,
};

const struct option_table config_table = {
    .program = "procwatch config",
    .synopsis = "[diff | get|set|unset|add|del KEY [VALUE]]",
    .summary =
        "Prints the settings in force: built-in values, overridden by the configuration; "
        "or changes one in the file, whose other bytes stay as they are; or prints "
        "where the file differs from the built-in values.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static bool is_setting(const char *key)
{
    struct setting setting;
    char nearest[SETTING_PATH_SIZE] = "";

    if (setting_find(key, &setting))
        return true;
    bool is_near = setting_suggest(key, &nearest);
    output_complain("there is no setting %s%s%s%s", key, is_near ? ", did you mean " : "",
                    nearest, is_near ? "?" : "");
    return false;
}

static int print_setting(const struct settings *settings, const char *key)
{
    struct setting setting;
    struct strbuf text = {0};

    setting_find(key, &setting);
    setting_format(&setting, settings, &text);
    strbuf_add_char(&text, '\n');
    return output_print(&text);
}

static int print_all(const struct settings *settings)
{
    struct strbuf text = {0};

    settings_format(settings, &text);
    return output_print(&text);
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

static const struct {
    const char *name;
    enum edit_kind kind;
    int operands; /* itself, the key, the value */
} verbs[] = {
    {"set",   EDIT_SET,    3},
    {"unset", EDIT_UNSET,  2},
    {"add",   EDIT_ADD,    3},
    {"del",   EDIT_DELETE, 3},
};

/* operands: the verb and what follows it. */
static int run_verb(const struct config_options *options, int count, char **operands)
{
    if (count == 1 && strcmp(operands[0], "diff") == 0)
        return config_diff(options->config);
    if (count > 1 && !is_setting(operands[1]))
        return EXIT_USAGE;
    if (count == 2 && strcmp(operands[0], "get") == 0)
        return run(options, operands[1]);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (count == verbs[i].operands && strcmp(operands[0], verbs[i].name) == 0)
            return config_change(&(struct config_change){
                .config = options->config,
                .kind = verbs[i].kind,
                .key = operands[1],
                .value = count > 2 ? operands[2] : NULL,
                .is_dry_run = options->is_dry_run,
                .may_write_over = options->may_write_over,
            });
    output_complain("config knows diff, get KEY, set KEY VALUE, unset KEY, add LIST VALUE and "
                    "del LIST VALUE (see --help)");
    return EXIT_USAGE;
}

int config_run(int argc, char **argv)
{
    struct config_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 3};

    if (!command_parse(&config_table, &options.wants_help, &line))
        return line.status;
    if (options.is_default && line.first == argc) {
        settings_write_default(stdout);
        return output_finish();
    }
    if (line.first == argc)
        return run(&options, NULL);
    return run_verb(&options, argc - line.first, argv + line.first);
}
