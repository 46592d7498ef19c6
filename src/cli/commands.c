/* SPDX-License-Identifier: MIT */
/* The table of commands, and the two that speak of it. */
#include <string.h>

#include "base/translate.h"
#include "cli/command.h"
#include "engine/filter.h"
#include "cli/output.h"
#include "config.h"

/* clang-format off */
const struct command commands[] = {
    {"scan", scan_run, &scan_table, "",
     "score every process and list the suspicious ones"},
    {"explain", explain_run, &explain_table, "",
     "all that is known about one process, and why it scores"},
    {"check", check_run, &check_table, "",
     "say everything that is wrong with a configuration or model"},
    {"config", config_run, &config_table, "get|set|unset|add|del",
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
    {"help", help_run, NULL, "",
     "print this help, or a command's"},
    {"version", version_run, NULL, "",
     "print the version"},
    {0},
};
/* clang-format on */

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
    if (argc < 2) {
        command_print_all(stdout);
        return output_finish();
    }

    const struct command *command = command_find(argv[1]);
    if (!command)
        return command_unknown(argv[1]);
    if (!command->table) {
        printf("procwatch %s: %s\n", command->name, translate(command->summary));
        return output_finish();
    }
    char help[] = "--help";
    char *arguments[] = {argv[1], help, NULL};
    return command->run(2, arguments);
}

int version_run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("procwatch %s\nsystem call filters: %s\n", PACKAGE_VERSION,
           filter_is_available() ? "yes" : "none, built without libseccomp");
    return output_finish();
}
