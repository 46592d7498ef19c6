/* SPDX-License-Identifier: MIT */
/* procwatch - which processes of this machine look wrong, and why. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "config.h"

static int help_run(int argc, char **argv);
static int version_run(int argc, char **argv);

static const struct command commands[] = {
    {"scan",    scan_run,    "score every process and list the suspicious ones"      },
    {"explain", explain_run, "all that is known about one process, and why it scores"},
    {"check",   check_run,   "say everything that is wrong with a configuration"     },
    {"config",  config_run,  "print or change the configuration"                     },
    {"list",    list_run,    "list heuristics, columns or settings"                  },
    {"record",  record_run,  "record this machine's processes for a later look"      },
    {"train",   train_run,   "learn what is usual here"                              },
    {"api",     api_run,     "serve scans over HTTP"                                 },
    {"help",    help_run,    "print this help, or a command's"                       },
    {"version", version_run, "print the version"                                     },
};
static const size_t command_count = sizeof commands / sizeof *commands;

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_commands(FILE *stream)
{
    fprintf(stream, "Usage: procwatch COMMAND [options]\n"
                    "Scores every process of this machine for suspicious behaviour.\n\n"
                    "Commands:\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(stream, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fprintf(stream, "\n\"procwatch help COMMAND\" tells the options of a command.\n"
                    "procwatch-top shows the same on a live screen.\n");
}

static int unknown_command(const char *name)
{
    output_complain("there is no command \"%s\"", name);
    fprintf(stderr, "Try 'procwatch help'.\n");
    return EXIT_USAGE;
}

static int help_run(int argc, char **argv)
{
    if (argc < 2) {
        print_commands(stdout);
        return output_finish();
    }

    const struct command *command = find_command(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    if (command->run == help_run || command->run == version_run) {
        printf("procwatch %s: %s\n", command->name, command->summary);
        return output_finish();
    }
    char help[] = "--help";
    char *arguments[] = {argv[1], help, NULL};
    return command->run(2, arguments);
}

static int version_run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("procwatch %s\n", PACKAGE_VERSION);
    return output_finish();
}

int main(int argc, char **argv)
{
    /* Not LC_NUMERIC: a score is 4.5 for every reader. */
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_commands(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help_run(1, argv);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return version_run(1, argv);

    const struct command *command = find_command(argv[1]);
    return command ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}
