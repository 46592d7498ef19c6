/* SPDX-License-Identifier: MIT */
/* What the paths lead to that a process names: argv[0], LD_PRELOAD. */
#include <limits.h>
#include <string.h>

#include "gather/reading.h"

static struct span base_name(struct span path)
{
    const char *at = path.end;

    while (at > path.at && at[-1] != '/')
        at--;
    return span_of(at, (size_t)(path.end - at));
}

static const char *copy_path(struct reading *reading, struct span path)
{
    struct strbuf *copy = &reading->gather->file_name;

    strbuf_clear(copy);
    strbuf_add_span(copy, path);
    return strbuf_string(copy);
}

/* Looked up only where the names differ, which is rare. */
static void compare_argument(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process *process = &reading->process;
    struct span text = texts_span(&gather->texts, process->cmdline), argument;

    if (process->exe_file.ino == 0 || process->exe_file.nlink == 0 ||
        !span_take_until(&text, '\0', &argument) || !span_starts_with(argument, "/") ||
        span_length(argument) >= PATH_MAX ||
        span_equals_span(base_name(argument), base_name(strbuf_span(&gather->exe))))
        return;
    if (paths_lead_to_other(&gather->paths, copy_path(reading, argument), process->exe_file.dev,
                            process->exe_file.ino))
        process->cmdline_flags |= CMDLINE_NAMES_OTHER_FILE;
}

/* ld.so(8): separated by blanks or colons; "$LIB" and the like are its to expand, and
 * a name without a slash is looked for. */
static void compare_preloads(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process *process = &reading->process;
    struct span list = texts_span(&gather->texts, process->ld_preload);
    struct span path;
    const char *package;

    while (span_take_until_any(&list, ": ", &path)) {
        if (!span_starts_with(path, "/") || span_length(path) >= PATH_MAX ||
            span_contains(path, "$"))
            continue;
        if (paths_owner(&gather->paths, copy_path(reading, path), &package) == PACKAGE_UNOWNED)
            process->environ_flags |= ENVIRON_PRELOADS_UNOWNED;
    }
}

void reading_compare_paths(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct process *process = &reading->process;

    if (!gather->procfs.is_live || reading->has_no_memory ||
        !process_knows(process, FACT_BIT(FACT_NAMESPACES)) ||
        process->ns_mnt != gather->own_namespaces[NAMESPACE_MNT])
        return;
    if (process_knows(process, FACT_BIT(FACT_CMDLINE) | FACT_BIT(FACT_EXE_FILE)))
        compare_argument(reading);
    if (process->environ_flags & ENVIRON_HAS_LD_PRELOAD &&
        reading->wanted & FACT_BIT(FACT_PACKAGE))
        compare_preloads(reading);
}
