/* SPDX-License-Identifier: MIT */
#include "scoring/identity.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

bool exe_is_at_path(const char *path, const struct snapshot *snapshot,
                    const struct process *process)
{
    /* The link's text of an unlinked file differs by its suffix; a file that is
     * only named so must not pass for the one it is named after either. */
    return process_knows(process, FACT_BIT(FACT_EXE)) &&
           !(process_knows(process, FACT_BIT(FACT_EXE_FILE)) && process->exe_file.nlink == 0) &&
           span_equals(snapshot_span(snapshot, process->exe), path) && !exe_is_memfd(path);
}

/* The path without " (deleted)", from its byte at that offset on. */
static bool fits_bare(const char *pattern, const struct process *process, const char *exe,
                      size_t from)
{
    uint32_t bare = process_exe_bare_length(process, exe);

    if (bare == process->exe.length)
        return false;

    char *path = memory_copy_string(exe);
    path[bare] = '\0';
    bool fits = fnmatch(pattern, path + from, 0) == 0;
    free(path);
    return fits;
}

bool exe_fits_pattern(const char *pattern, const struct snapshot *snapshot,
                      const struct process *process)
{
    const char *exe = snapshot_string(snapshot, process->exe);

    /* Whoever makes a memfd chooses its name, slashes too. */
    if (!process_knows(process, FACT_BIT(FACT_EXE)) ||
        (exe_is_memfd(exe) && !exe_is_memfd(pattern)))
        return false;
    return fnmatch(pattern, exe, 0) == 0 || fits_bare(pattern, process, exe, 0);
}

bool exe_fits_name(const char *pattern, const struct snapshot *snapshot,
                   const struct process *process)
{
    const char *exe = snapshot_string(snapshot, process->exe);
    const char *slash = strrchr(exe, '/');

    if (!process_knows(process, FACT_BIT(FACT_EXE)) || exe_is_memfd(exe) || !slash)
        return false;
    return fnmatch(pattern, slash + 1, 0) == 0 ||
           fits_bare(pattern, process, exe, (size_t)(slash + 1 - exe));
}
