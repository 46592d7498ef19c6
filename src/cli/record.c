/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "gather/gather.h"
#include "recording/recorder.h"

struct record_options {
    bool wants_help;     /* first: command_parse() */
    double every_s;      /* 0: one moment, as a directory */
    unsigned long count; /* snapshots; 0: until it is ended */
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

static const char *option_every(void *target, const char *value)
{
    struct record_options *options = target;

    if (!options_parse_double(value, &options->every_s) || options->every_s < 0.1 ||
        options->every_s > 86400)
        return "is not from 0.1 to 86400 seconds";
    return NULL;
}

static const char *option_count(void *target, const char *value)
{
    struct record_options *options = target;

    return options_parse_unsigned(value, &options->count) && options->count > 0
               ? NULL
               : "is not a number of 1 or more";
}

static const struct option_row rows[] = {
    {'e', "every", "SECONDS", option_every, "a snapshot every so often, into a file to replay"},
    {'n', "count", "N",       option_count, "end after so many of them"                       },
    {'p', "pid",   "PID,...", option_pid,   "record only these processes (of one moment)"     },
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch record case-17",
    "record everything into the new directory case-17",
    "procwatch scan --proc-root case-17",
    "look at it again, here or elsewhere",
    "procwatch record --every 2 --count 300 night.rec",
    "ten minutes into a file; procwatch-top --replay night.rec shows them",
    NULL,
};

const struct option_table record_table = {
    .program = "procwatch record",
    .synopsis = "DIR|FILE",
    .summary = "Records what the kernel says about this machine's processes: of one moment "
               "into a new directory; with --every, again and again into a new file. Of their "
               "environments only LD_ variables keep their values; command "
               "lines are kept as they are.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static int record_moment(const struct record_options *options, const char *directory)
{
    const char *reason = "";
    int error = gather_record(directory, options->pids, options->pid_count, &reason);

    if (error) {
        output_complain("%s: %s: %s", directory, reason, strerror(-error));
        return EXIT_INCOMPLETE;
    }
    return EXIT_DONE;
}

/* What it cost, for whoever wonders how long the disk lasts. */
static void tell_size(const struct recorder *recorder, double minutes)
{
    struct recorder_stats stats;
    struct strbuf size = {0};

    recorder_stats(recorder, &stats);
    if (stats.frames == 0)
        return;
    text_add_size(&size, stats.bytes);
    double processes = (double)stats.processes / (double)stats.frames;
    fprintf(stderr, "procwatch: %llu snapshots of %.0f processes, %s",
            (unsigned long long)stats.frames, processes, strbuf_string(&size));
    if (minutes > 0 && processes > 0)
        fprintf(stderr, ": %.0f bytes a process a minute",
                (double)stats.bytes / processes / minutes);
    fputc('\n', stderr);
    strbuf_release(&size);
}

static int record_snapshots(struct session *session, const struct record_options *options,
                            struct recorder *recorder)
{
    const struct look look = {.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256)};
    uint64_t begin_ms = session_now_ms(), next_ms = begin_ms;
    int status = EXIT_DONE;

    for (unsigned long i = 0; options->count == 0 || i < options->count; i++) {
        session_wait_until(session, next_ms);
        next_ms += (uint64_t)(options->every_s * 1000);
        if (session->caught)
            break;
        status = session_look(session, &look);
        if (status != EXIT_DONE || session->caught)
            break;
        int error = recorder_add(recorder, &session->refresh.snapshot);
        if (error) {
            output_complain("the recording ended: %s", strerror(-error));
            status = EXIT_INCOMPLETE;
            break;
        }
    }
    tell_size(recorder, (double)(session_now_ms() - begin_ms) / 60000);
    return status;
}

/* Ended by the user is ended well: the file is whole. It is opened while we may. */
static int record_file(const struct record_options *options, const char *path)
{
    const struct session_options session_options = {.is_readonly = true, .is_training = true};
    struct recorder *recorder;
    struct session session;
    int error = recorder_new(path, &recorder);

    if (error) {
        output_complain("%s: %s", path, strerror(-error));
        return EXIT_INCOMPLETE;
    }
    int status = session_open(&session, &session_options);
    if (status == EXIT_DONE)
        status = record_snapshots(&session, options, recorder);
    recorder_free(recorder);
    session_close(&session);
    return status;
}

int record_run(int argc, char **argv)
{
    struct record_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};

    if (command_parse(&record_table, &options.wants_help, &line)) {
        if (line.first == argc) {
            output_complain("record needs what to write to (see --help)");
            line.status = EXIT_USAGE;
        } else if (options.every_s > 0 && options.pid_count > 0) {
            output_complain("--pid is for recordings of one moment");
            line.status = EXIT_USAGE;
        } else if (options.every_s > 0) {
            line.status = record_file(&options, argv[line.first]);
        } else {
            line.status = record_moment(&options, argv[line.first]);
        }
    }
    free(options.pids);
    return line.status;
}
