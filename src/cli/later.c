/* SPDX-License-Identifier: MIT */
/* Commands of the guide that this version does not have yet say so. */
#include "cli/command.h"
#include "cli/output.h"

int api_run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    output_complain("api is not in this version");
    return EXIT_USAGE;
}
