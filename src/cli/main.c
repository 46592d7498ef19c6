/* SPDX-License-Identifier: MIT */
/* procwatch - which processes of this machine look wrong, and why. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "base/translate.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
    /* Not LC_NUMERIC: a score is 4.5 for every reader. */
    setlocale(LC_CTYPE, "");
    translate_begin(LOCALE_DIR);
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        command_print_all(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help_run(1, argv);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return version_run(1, argv);

    const struct command *command = command_find(argv[1]);
    return command ? command->run(argc - 1, argv + 1) : command_unknown(argv[1]);
}
