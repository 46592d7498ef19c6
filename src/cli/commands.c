/* SPDX-License-Identifier: MIT */
/* The table of commands, and the two that speak of it. */
#include <string.h>

#include "base/translate.h"
#include "cli/command.h"
#include "cli/output.h"
#include "config.h"
#include "engine/filter.h"

/* clang-format off */
const struct command commands[] = {
    {"scan", scan_run, &scan_table, "",
     "score every process and list the suspicious ones"},
    {"explain", explain_run, &explain_table, "",
     "all that is known about one process, and why it scores"},
    {"check", check_run, &check_table, "",
     "say everything that is wrong with a configuration or model"},
    {"config", config_run, &config_table, "get|set|unset|add|del|diff",
     "print the configuration in force, or change it"},
    {"list", list_run, &list_table, "heuristics|columns|settings",
     "list heuristics, columns or settings"},
    {"record", record_run, &record_table, "",
     "record this machine's processes for a later look"},
    {"train", train_run, &train_table, "",
     "learn what is usual here"},
    {"api", api_run, &api_table, "",
     "serve scans over HTTP"},
    {"completion", completion_run, &completion_table, "bash|zsh|fish",
     "print what a shell needs to complete these"},
    {"help", help_run, &help_table, "",
     "print this help, or a command's"},
    {"version", version_run, &version_table, "",
     "print the version"},
    {0},
};
/* clang-format on */

const char *const command_examples[] = {
    "procwatch scan",
    "what is suspicious on this machine now, and why",
    "procwatch explain 4242",
    "all that is known about process 4242",
    "procwatch scan --interval 60 --jsonl >> procwatch.log",
    "one line of JSON for each find, every minute",
    NULL,
};

static const struct option_row rows[] = {HELP_ROW};

static const char *const help_examples[] = {
    "procwatch help scan",
    "the options of scan",
    NULL,
};

const struct option_table help_table = {
    .program = "procwatch help",
    .synopsis = "[COMMAND]",
    .summary = "Prints what there is to say to procwatch, or to one of its commands.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = help_examples,
};

static const char *const version_examples[] = {
    "procwatch version",
    "which one this is, for a report of something that went wrong",
    NULL,
};

const struct option_table version_table = {
    .program = "procwatch version",
    .synopsis = "",
    .summary = "Prints the version, and whether system call filters are built in.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = version_examples,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i].name; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void command_print_all(FILE *stream)
{
    fprintf(stream, "Usage: procwatch COMMAND [options]\n"
                    "Scores every process of this machine for suspicious behaviour.\n\n"
                    "Commands:\n");
    for (size_t i = 0; commands[i].name; i++)
        fprintf(stream, "  %-10s %s\n", commands[i].name, translate(commands[i].summary));
    options_print_examples(command_examples, stream);
    fprintf(stream, "\n\"procwatch help COMMAND\" tells the options of a command.\n"
                    "procwatch-top shows the same on a live screen.\n");
}

int command_unknown(const char *name)
{
    output_complain("there is no command \"%s\"", name);
    fprintf(stderr, "Try 'procwatch help'.\n");
    return EXIT_USAGE;
}

int help_run(int argc, char **argv)
{
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};
    bool wants_help = false;

    if (!command_parse(&help_table, &wants_help, &line))
        return line.status;
    if (line.first == argc) {
        command_print_all(stdout);
        return output_finish();
    }
    const struct command *command = command_find(argv[line.first]);
    if (!command)
        return command_unknown(argv[line.first]);
    options_print_help(command->table, stdout);
    return output_finish();
}

int version_run(int argc, char **argv)
{
    struct command_line line = {.argc = argc, .argv = argv};
    bool wants_help = false;

    if (!command_parse(&version_table, &wants_help, &line))
        return line.status;
    printf("procwatch %s\nsystem call filters: %s\n", PACKAGE_VERSION,
           filter_is_available() ? "yes" : "none, built without libseccomp");
    return output_finish();
}
