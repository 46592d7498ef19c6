/* SPDX-License-Identifier: MIT */
#include "heuristics/program.h"

#include <ctype.h>
#include <sys/stat.h>

#include "heuristics/arguments.h"

static const char *const shells[] = {"sh",   "bash",  "rbash", "dash", "ash",   "zsh",
                                     "ksh",  "ksh93", "mksh",  "lksh", "pdksh", "yash",
                                     "fish", "csh",   "tcsh",  NULL};
static const char *const interpreters[] = {
    "python", "python3-dbg", "pypy", "perl",  "ruby",    "php",       "php-cgi", "node",
    "nodejs", "deno",        "bun",  "lua",   "luajit",  "tclsh",     "expect",  "pwsh",
    "awk",    "gawk",        "mawk", "guile", "Rscript", "osascript", NULL};
static const char *const system_directories[] = {
    "/usr/",    "/bin/", "/sbin/", "/lib/",       "/lib32/",     "/lib64/",
    "/libx32/", "/opt/", "/snap/", "/nix/store/", "/gnu/store/", NULL};
static const char *const temporary_directories[] = {"/tmp/", "/var/tmp/", "/dev/shm/",
                                                    "/run/shm/", NULL};

/* Where runtime managers and editors put programs, below a home. */
static const char *const tool_directories[] = {
    ".nvm",           ".pyenv",  ".cargo",  ".rustup",        ".local",
    ".vscode-server", ".vscode", ".sdkman", ".jdks",          ".rbenv",
    ".asdf",          ".volta",  ".fnm",    ".deno",          ".bun",
    ".gradle",        ".dotnet", ".npm",    ".cursor-server", NULL};

struct span program_path(const struct snapshot *snapshot, const struct process *process)
{
    if (!process_knows(process, FACT_BIT(FACT_EXE)))
        return span_of("", 0);

    const char *exe = snapshot_string(snapshot, process->exe);
    return span_of(exe, process_exe_bare_length(process, exe));
}

struct span program_name(const struct snapshot *snapshot, const struct process *process)
{
    struct span path = program_path(snapshot, process);

    if (span_length(path) > 0)
        return base_name(path);
    return snapshot_span(snapshot, process->comm);
}

/* "", "3", "3.11", "8.2": what distributions put behind a name. */
static bool is_version(struct span text)
{
    for (const char *at = text.at; at < text.end; at++)
        if (!isdigit((unsigned char)*at) && *at != '.')
            return false;
    return true;
}

bool program_is_one_of(struct span name, const char *const *names)
{
    /* Nearly all differ in the first character. */
    char initial = name.at < name.end ? *name.at : '\0';

    for (; *names; names++) {
        struct span rest = name;
        if (**names == initial && span_take_string(&rest, *names) && is_version(rest))
            return true;
    }
    return false;
}

bool name_is_shell(struct span name)
{
    return program_is_one_of(name, shells);
}

bool name_is_interpreter(struct span name)
{
    return program_is_one_of(name, interpreters);
}

bool program_is_shell(const struct snapshot *snapshot, const struct process *process)
{
    struct span name = program_name(snapshot, process), first;

    if (span_starts_with(name, "busybox") && argument_at(snapshot, process, 0, &first)) {
        span_take_char(&first, '-'); /* of a login shell */
        name = base_name(first);
        if (span_starts_with(name, "busybox") && argument_at(snapshot, process, 1, &first))
            name = first;
    }
    return name_is_shell(name);
}

bool program_is_interpreter(const struct snapshot *snapshot, const struct process *process)
{
    return name_is_interpreter(program_name(snapshot, process));
}

/* By the second character: all begin with a slash. */
static bool is_below(struct span path, const char *const *directories)
{
    if (span_length(path) < 2)
        return false;
    for (; *directories; directories++)
        if (path.at[1] == (*directories)[1] && span_starts_with(path, *directories))
            return true;
    return false;
}

bool is_system_path(struct span path)
{
    return is_below(path, system_directories);
}

bool is_temporary_path(struct span path)
{
    return is_below(path, temporary_directories);
}

static bool is_hidden_part(struct span part)
{
    return part.at < part.end && (*part.at == '.' || *part.at == ' ' || part.end[-1] == ' ');
}

bool is_hidden_path(struct span path)
{
    struct span part;

    while (span_take_until(&path, '/', &part))
        if (is_hidden_part(part))
            return true;
    return false;
}

/* What follows "/root/" or "/home/USER/". */
static bool take_home(struct span *path)
{
    struct span user;

    return span_take_string(path, "/root/") ||
           (span_take_string(path, "/home/") && span_take_until(path, '/', &user) &&
            !is_hidden_part(user));
}

bool is_home_path(struct span path)
{
    return take_home(&path);
}

bool is_below_home_dot(struct span path)
{
    struct span part;

    return take_home(&path) && span_take_until(&path, '/', &part) &&
           span_starts_with(part, ".") && !span_starts_with(part, "..") &&
           !span_ends_with(part, " ") && span_length(path) > 0 && !is_hidden_path(path);
}

bool is_tool_path(struct span path)
{
    struct span part;
    bool is_tool = false;

    /* Homes are wherever a machine wants them, but not among its programs. */
    if (is_system_path(path))
        return false;
    while (span_take_until(&path, '/', &part)) {
        if (!is_hidden_part(part))
            continue;
        if (is_tool || span_length(path) == 0)
            return false;
        for (const char *const *name = tool_directories; *name; name++)
            is_tool |= span_equals(part, *name);
        if (!is_tool)
            return false;
    }
    return is_tool;
}

bool program_is_trusted(const struct snapshot *snapshot, const struct process *process)
{
    const struct exe_file *file = &process->exe_file;
    struct span path = program_path(snapshot, process);

    if (!process_knows(process, FACT_BIT(FACT_EXE) | FACT_BIT(FACT_EXE_FILE)) ||
        exe_is_memfd(snapshot_string(snapshot, process->exe)))
        return false;
    if (file->uid != 0 || file->mode & (S_IWGRP | S_IWOTH) ||
        file->flags & EXE_DIRECTORY_WRITABLE)
        return false;
    /* Unlinked is only well when an upgrade put a trusted file in its place. */
    if (file->nlink == 0 && !(file->flags & EXE_PATH_IS_TRUSTED))
        return false;
    if (process_knows(process, FACT_BIT(FACT_PACKAGE)))
        return process->package.length > 0;
    /* A container shows us paths of its own: there /usr vouches for nothing. */
    if (process_knows(process, FACT_BIT(FACT_NAMESPACES)) &&
        process->ns_mnt != snapshot->header->ns_mnt)
        return false;
    return is_system_path(path);
}

bool program_is_of_a_person(const struct process *process)
{
    enum { NOBODY = 65534 };

    return process_knows(process, FACT_BIT(FACT_STATUS)) &&
           process->uid[ID_EFFECTIVE] >= FIRST_PERSON && process->uid[ID_EFFECTIVE] != NOBODY;
}

bool has_trusted_ancestor_named(const struct check_context *context,
                                const struct process *process, const char *const *names)
{
    const struct process *at = process;

    while ((at = relations_parent(context->relations, at)))
        if (program_is_one_of(program_name(context->snapshot, at), names) &&
            program_is_trusted(context->snapshot, at))
            return true;
    return false;
}

bool has_ancestor_named(const struct check_context *context, const struct process *process,
                        const char *const *names)
{
    const struct process *at = process;

    while ((at = relations_parent(context->relations, at)))
        if (program_is_one_of(program_name(context->snapshot, at), names))
            return true;
    return false;
}
