/* SPDX-License-Identifier: MIT */
/* What it may do, and how it came to it. */
#include <linux/capability.h>
#include <sys/stat.h>

#include "heuristics/evidence.h"
#include "heuristics/program.h"

/* Each of them is as good as root. */
static const struct {
    unsigned bit;
    const char *name;
} dangerous[] = {
    {CAP_SYS_ADMIN,       "SYS_ADMIN"      },
    {CAP_SYS_PTRACE,      "SYS_PTRACE"     },
    {CAP_SYS_MODULE,      "SYS_MODULE"     },
    {CAP_DAC_OVERRIDE,    "DAC_OVERRIDE"   },
    {CAP_DAC_READ_SEARCH, "DAC_READ_SEARCH"},
    {CAP_SETUID,          "SETUID"         },
    {CAP_SYS_RAWIO,       "SYS_RAWIO"      },
};

/* It runs the very file that the collector of this snapshot runs: one of ours, which
 * drops to nobody and keeps what reading /proc needs. A name would prove nothing. */
static bool is_ourselves(const struct snapshot *snapshot, const struct process *process)
{
    const struct process *collector = snapshot_find(snapshot, snapshot->header->collector_pid);

    return collector && process_runs_same_file(process, collector);
}

static float judge_capabilities(const struct check_context *context,
                                const struct process *process, uint64_t capabilities,
                                struct strbuf *evidence)
{
    /* In a user namespace of its own anybody has them all, over nothing. */
    if (process->uid[ID_EFFECTIVE] == 0 ||
        process->ns_user != context->snapshot->header->ns_user)
        return 0;
    for (size_t i = 0; i < sizeof dangerous / sizeof *dangerous; i++)
        if (capabilities >> dangerous[i].bit & 1)
            strbuf_add_format(evidence, "%s%s", evidence->length ? " " : "CAP_",
                              dangerous[i].name);
    if (evidence->length == 0)
        return 0;
    strbuf_add_format(evidence, ", uid %u", process->uid[ID_EFFECTIVE]);
    return is_ourselves(context->snapshot, process) ||
                   program_is_trusted(context->snapshot, process)
               ? 0.5F
               : 1;
}

float check_caps_nonroot(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    return judge_capabilities(context, process, process->cap_effective, evidence);
}

float check_ambient_caps(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    return judge_capabilities(context, process, process->cap_ambient, evidence);
}

/* sudo, su, pkexec: set-id root, and of the system. */
static bool is_elevator(const struct check_context *context, const struct process *process)
{
    return process_knows(process, FACT_BIT(FACT_EXE_FILE)) &&
           process->exe_file.mode & S_ISUID && program_is_trusted(context->snapshot, process);
}

float check_uid0_lineage(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const struct process *at = process;

    if (process->uid[ID_EFFECTIVE] != 0 || process->loginuid == LOGINUID_NONE ||
        process->loginuid < FIRST_PERSON)
        return 0;
    for (; at; at = relations_parent(context->relations, at)) {
        if (!process_knows(at, FACT_BIT(FACT_STATUS)) || is_elevator(context, at))
            return 0;
        if (at->uid[ID_EFFECTIVE] != 0) {
            strbuf_add_format(evidence, "root, below uid %u: ", at->uid[ID_EFFECTIVE]);
            evidence_add_process(evidence, context->snapshot, at);
            return 1;
        }
    }
    return 0;
}

float check_blocked(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    (void)context;
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (process->facts[fact] == FACT_BLOCKED) {
            strbuf_add_string(evidence, evidence->length ? ", " : "no answer: ");
            strbuf_add_string(evidence, fact_name((enum fact)fact));
        }
    return evidence->length > 0 ? 1 : 0;
}
