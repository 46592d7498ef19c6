/* SPDX-License-Identifier: MIT */
/* What was put into it. */
#include "heuristics/heuristic.h"

#include "heuristics/program.h"

/* Of weight 5: what no package vouches for counts three. */
static const float merely_unowned = 0.6F;

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

/* Its file was unlinked after it had been mapped. */
static bool is_deleted_library(const struct check_context *context,
                               const struct process *process, struct span path)
{
    const struct map *maps = context->snapshot->maps + process->maps.first;

    for (uint32_t i = 0; i < process->maps.count; i++) {
        struct span name = snapshot_span(context->snapshot, maps[i].name);

        if (span_take_end(&name, DELETED_SUFFIX) && span_equals_span(name, path))
            return true;
    }
    return false;
}

/* One library of the list; *ret_why says what is wrong with it, or what excuses it. */
static float judge_library(const struct check_context *context, const struct process *process,
                           struct span path, const char **ret_why)
{
    if (!span_contains(path, "/")) {
        *ret_why = "looked for where libraries are";
        return 0;
    }
    if (is_temporary_path(path)) {
        *ret_why = "in a directory for temporary files";
        return 1;
    }
    if (is_deleted_library(context, process, path)) {
        *ret_why = "deleted";
        return 1;
    }
    if (!span_starts_with(path, "/")) {
        *ret_why = "by a relative path";
        return merely_unowned;
    }
    if (is_tool_path(path)) {
        *ret_why = "where a tool keeps its files";
        return program_is_of_a_person(process) || is_home_path(path) ? 0 : merely_unowned;
    }
    if (is_hidden_path(path)) {
        *ret_why = "in a hidden place";
        return 1;
    }
    if (span_starts_with(path, "/opt/") || span_starts_with(path, "/usr/local/")) {
        *ret_why = "where administrators install";
        return 0;
    }
    *ret_why = "of no package";
    if (is_system_path(path))
        return process->environ_flags & ENVIRON_PRELOADS_UNOWNED ? merely_unowned : 0;
    return merely_unowned;
}

float check_preload_untrusted(const struct check_context *context,
                              const struct process *process, struct strbuf *evidence)
{
    struct span list = snapshot_span(context->snapshot, process->ld_preload), worst = {0};
    struct span path;
    const char *why, *worst_why = "";
    float strength = 0;

    if (!(process->environ_flags & ENVIRON_HAS_LD_PRELOAD))
        return 0;
    while (span_take_until_any(&list, ": ", &path)) {
        float found = judge_library(context, process, path, &why);
        if (span_length(path) == 0 || found <= strength)
            continue;
        strength = found;
        worst = path;
        worst_why = why;
    }
    if (strength > 0) {
        strbuf_add_span(evidence, worst);
        strbuf_add_format(evidence, " is %s", worst_why);
    }
    return strength;
}
