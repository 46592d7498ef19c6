/* SPDX-License-Identifier: MIT */
/* What it uses. */
#include "heuristics/heuristic.h"

float check_high_cpu(const struct check_context *context, const struct process *process,
                     struct strbuf *evidence)
{
    if ((double)process->cpu_percent < context->thresholds->cpu_high)
        return 0;
    strbuf_add_format(evidence, "%.1f%% of one CPU, and %.1f%% is much",
                      (double)process->cpu_percent, context->thresholds->cpu_high);
    return 1;
}
