/* SPDX-License-Identifier: MIT */
/* Which package delivered a process's program file. */
#include <string.h>

#include "gather/reading.h"

enum { PACKAGE_FILE_MAX = 4096 };

/* "exe.package" of a recording: a name, or an empty line for no package. */
static enum fact_state read_recorded_package(struct reading *reading)
{
    enum fact_state state =
        reading_file(reading, reading->directory, "exe.package", PACKAGE_FILE_MAX);
    struct span text = strbuf_span(&reading->gather->text), line;

    if (state != FACT_KNOWN)
        return state;
    if (!span_take_line(&text, &line))
        return FACT_FAILED;
    reading->process.package = reading_text(reading, line);
    return FACT_KNOWN;
}

/*
 * A package answers for the file that is at its path now, or that was until an
 * upgrade put a trusted successor there; for a file that is neither, none does,
 * whatever the path says. Where no database can answer (none on this machine, or
 * another mount namespace's), or where a package has the path and we do not look which
 * file is there because that may hang, the fact stays not asked: unknown, not unowned.
 */
enum fact_state read_package(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct process *process = &reading->process;
    const char *package;

    if (!gather->procfs.is_live)
        return read_recorded_package(reading);
    if (process->facts[FACT_EXE_FILE] != FACT_KNOWN)
        return (enum fact_state)process->facts[FACT_EXE_FILE];
    if (process->facts[FACT_NAMESPACES] != FACT_KNOWN ||
        process->ns_mnt != gather->own_namespaces[NAMESPACE_MNT])
        return FACT_NOT_ASKED;

    struct strbuf *exe = &gather->exe;
    uint32_t bare = process_exe_bare_length(process, strbuf_string(exe));
    bool is_vouched_for = process->exe_file.flags & (EXE_PATH_IS_SAME | EXE_PATH_IS_TRUSTED);
    bool is_unseen = !(process->exe_file.flags & EXE_ON_LOCAL_FS);
    if (bare < exe->length)
        strbuf_truncate(exe, bare);
    enum package_owner owner = paths_owner(
        &gather->paths, is_vouched_for || is_unseen ? strbuf_string(exe) : "/", &package);
    if (owner == PACKAGE_UNKNOWN || (owner == PACKAGE_OWNED && is_unseen))
        return FACT_NOT_ASKED;
    if (is_vouched_for)
        reading->process.package = reading_text(reading, span_of_string(package));
    return FACT_KNOWN;
}
