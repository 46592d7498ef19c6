/* SPDX-License-Identifier: MIT */
/* What was put into it. */
#include "heuristics/heuristic.h"

float check_ld_preload(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    /* ld.so(8): an empty list preloads nothing. */
    if (!(process->environ_flags & ENVIRON_HAS_LD_PRELOAD) || process->ld_preload.length == 0)
        return 0;
    strbuf_add_string(evidence, "LD_PRELOAD=");
    strbuf_add_span(evidence, snapshot_span(context->snapshot, process->ld_preload));
    return 1;
}

float check_ld_audit(const struct check_context *context, const struct process *process,
                     struct strbuf *evidence)
{
    if (!(process->environ_flags & ENVIRON_HAS_LD_AUDIT) || process->ld_audit.length == 0)
        return 0;
    strbuf_add_string(evidence, "LD_AUDIT=");
    strbuf_add_span(evidence, snapshot_span(context->snapshot, process->ld_audit));
    return 1;
}
