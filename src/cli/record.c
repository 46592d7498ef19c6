/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"
#include "gather/gather.h"

struct record_options {
    bool wants_help; /* first: command_parse() */
    int32_t *pids;
    size_t pid_count, pid_capacity;
};

static const char *option_pid(void *target, const char *value)
{
    struct record_options *options = target;
    struct span rest = span_of_string(value), piece;
    uint64_t pid;

    while (span_take_until(&rest, ',', &piece)) {
        if (!span_is_u64(piece, &pid) || pid == 0 || pid > INT32_MAX)
            return "is no list of pids (1,4242)";
        options->pids = memory_grow(options->pids, options->pid_count, &options->pid_capacity,
                                    sizeof *options->pids);
        options->pids[options->pid_count++] = (int32_t)pid;
    }
    return options->pid_count > 0 ? NULL : "is empty";
}

static const struct option_row rows[] = {
    {'p', "pid", "PID,...", option_pid, "record only these processes"},
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch record case-17",
    "record everything into the new directory case-17",
    "procwatch scan --proc-root case-17",
    "look at it again, here or elsewhere",
    NULL,
};

const struct option_table record_table = {
    .program = "procwatch record",
    .synopsis = "DIR",
    .summary = "Records what the kernel says about this machine's processes into a new "
               "directory. Of their environments only LD_ variables keep their values; command "
               "lines are kept as they are.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static int run(const struct record_options *options, const char *directory)
{
    const char *reason = "";
    int error = gather_record(directory, options->pids, options->pid_count, &reason);

    if (error) {
        output_complain("%s: %s: %s", directory, reason, strerror(-error));
        return EXIT_INCOMPLETE;
    }
    return EXIT_DONE;
}

int record_run(int argc, char **argv)
{
    struct record_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};

    if (command_parse(&record_table, &options.wants_help, &line)) {
        if (line.first == argc) {
            output_complain("record needs the directory to write to (see --help)");
            line.status = EXIT_USAGE;
        } else {
            line.status = run(&options, argv[line.first]);
        }
    }
    free(options.pids);
    return line.status;
}
