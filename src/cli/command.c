/* SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include "cli/output.h"

const char *option_help(void *target, const char *value)
{
    (void)value;
    *(bool *)target = true;
    return NULL;
}

const char *option_set_text(const char **member, const char *value)
{
    if (*value == '\0')
        return "is empty";
    *member = value;
    return NULL;
}

bool command_parse(const struct option_table *table, bool *target, struct command_line *line)
{
    line->status = EXIT_USAGE;
    if (!options_parse(table, target, line->argc, line->argv, &line->first))
        return false;
    if (*target) {
        options_print_help(table, stdout);
        line->status = output_finish();
        return false;
    }
    if (line->argc - line->first > line->operands_max) {
        output_complain("%s: %s does not belong here (see --help)", table->program,
                        line->argv[line->first + line->operands_max]);
        return false;
    }
    return true;
}
