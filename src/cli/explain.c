/* SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "report/explanation.h"
#include "report/json.h"

struct explain_options {
    bool wants_help; /* first: command_parse() */
    bool as_json;
    const char *config, *proc_root;
};

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct explain_options *)target)->config, value);
}

static const char *option_proc_root(void *target, const char *value)
{
    return option_set_text(&((struct explain_options *)target)->proc_root, value);
}

OPTION_SAYS_YES(option_json, explain_options, as_json)

static const struct option_row rows[] = {
    {'c', "config",    "FILE", option_config,    "configuration to use"                       },
    {0,   "json",      NULL,   option_json,      "print JSON instead of text"                 },
    {0,   "proc-root", "DIR",  option_proc_root, "look at a recording instead of this machine"},
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch explain 4242",
    "what is known about process 4242, and why it scores",
    NULL,
};

const struct option_table explain_table = {
    .program = "procwatch explain",
    .synopsis = "PID",
    .summary =
        "Tells all that is known about one process: its reasons with the evidence, who is "
        "usually innocent of them, how to see for yourself, its connections, executable "
        "memory, ancestry, program file, privileges and confinement, threads, open files and "
        "environment. What looks like a secret in the environment is masked.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static void learn(struct session *session, const struct process *seen)
{
    if (seen->facts[FACT_SHA256] == FACT_KNOWN)
        refresh_learn_hash(&session->refresh, seen->pid, seen->starttime, &seen->sha256);
    if (refresh_learn_closer(&session->refresh, seen))
        session_judge(session);
}

static int explain(struct session *session, int32_t pid, bool as_json)
{
    const struct refresh *refresh = &session->refresh;
    const struct process *process = snapshot_find(&refresh->snapshot, pid);
    struct refresh look = {0};
    struct strbuf text = {0};

    if (!process) {
        output_complain("there is no process %d", pid);
        return EXIT_INCOMPLETE;
    }
    session_look_closer(session, process, &look);
    if (session->caught) {
        refresh_release(&look);
        return EXIT_INCOMPLETE;
    }
    if (look.block && look.snapshot.process_count == 1)
        learn(session, &look.snapshot.processes[0]);

    uint32_t index = snapshot_index(&refresh->snapshot, process);
    struct report report = refresh_report(refresh, NULL, session->settings.scoring.min_score);
    report.with_excused = true;
    if (as_json)
        json_add_explanation(&report, index, look.relations, &text);
    else
        explanation_add(&report, index, look.relations, output_style(), &text);
    refresh_release(&look);
    return output_print(&text);
}

static int run(const struct explain_options *options, int32_t pid)
{
    struct session session;
    const struct session_options session_options = {
        .config = options->config, .proc_root = options->proc_root, .is_readonly = true};
    const struct look look = {.wanted = FACT_ALL, .sample_s = 0.5};
    int status = session_open(&session, &session_options);

    if (status == EXIT_DONE)
        status = session_look(&session, &look);
    if (status == EXIT_DONE && !session.caught)
        status = explain(&session, pid, options->as_json);
    session_close(&session);
    return session_end_status(&session, status);
}

int explain_run(int argc, char **argv)
{
    struct explain_options options = {0};
    unsigned long pid;
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};

    if (!command_parse(&explain_table, &options.wants_help, &line))
        return line.status;
    if (line.first == argc || !options_parse_unsigned(argv[line.first], &pid) || pid == 0 ||
        pid > INT32_MAX) {
        output_complain("explain needs the pid of a process (see --help)");
        return EXIT_USAGE;
    }
    return run(&options, (int32_t)pid);
}
