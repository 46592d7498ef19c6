/* SPDX-License-Identifier: MIT */
/* Who holds its strings, and whose it holds. */
#include "heuristics/evidence.h"
#include "heuristics/program.h"

static const float a_third = 1.0F / 3, two_thirds = 2.0F / 3;

static const char *const debuggers[] = {
    "gdb",         "gdbserver", "strace",      "ltrace",  "perf",     "lldb",
    "lldb-server", "dlv",       "rr",          "uftrace", "valgrind", "systemd-coredump",
    "apport",      "codelldb",  "debugserver", NULL};

/* How much it says that this tracer traces this process. */
static float judge_tracer(const struct check_context *context, const struct process *tracer,
                          const struct process *traced, struct strbuf *evidence)
{
    struct span path = program_path(context->snapshot, tracer);

    if (!program_is_one_of(program_name(context->snapshot, tracer), debuggers))
        return 1;
    if (program_is_trusted(context->snapshot, tracer)) {
        strbuf_add_string(evidence, ", a debugger of the system");
        return a_third;
    }
    /* dlv and codelldb live in their users' homes. */
    if (!process_knows(tracer, FACT_BIT(FACT_STATUS)) ||
        tracer->uid[ID_EFFECTIVE] != traced->uid[ID_EFFECTIVE] || span_length(path) == 0 ||
        is_temporary_path(path))
        return 1;
    strbuf_add_string(evidence, ", by its name a debugger, of the same user");
    return two_thirds;
}

float check_ptraced(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    const struct process *tracer;

    if (process->tracer_pid == 0)
        return 0;
    strbuf_add_format(evidence, "TracerPid %d", process->tracer_pid);
    tracer = snapshot_find(context->snapshot, process->tracer_pid);
    if (!tracer) {
        strbuf_add_string(evidence, ", which cannot be seen");
        return 1;
    }
    struct span path = program_path(context->snapshot, tracer);
    strbuf_add_char(evidence, ' ');
    strbuf_add_span(evidence,
                    span_length(path) > 0 ? path : program_name(context->snapshot, tracer));
    return judge_tracer(context, tracer, process, evidence);
}

/* The strongest of those it traces; a debugger has as many as it was told to. */
float check_ptracer(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    size_t count;
    const struct holder *traced = relations_traced(context->relations, process->pid, &count);
    const struct process *worst = NULL;
    struct strbuf unused = {0};
    float strongest = 0;

    for (size_t i = 0; i < count; i++) {
        const struct process *other = &snapshot->processes[traced[i].process];
        float strength = judge_tracer(context, process, other, &unused);

        if (strength > strongest) {
            strongest = strength;
            worst = other;
        }
    }
    strbuf_release(&unused);
    if (!worst)
        return 0;
    strbuf_add_string(evidence, "traces ");
    evidence_add_process(evidence, snapshot, worst);
    if (count > 1)
        strbuf_add_format(evidence, ", and %zu more", count - 1);
    return judge_tracer(context, process, worst, evidence);
}
