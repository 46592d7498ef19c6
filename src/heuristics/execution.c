/* SPDX-License-Identifier: MIT */
/* Where the code came from. */
#include <string.h>
#include <sys/stat.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/place.h"
#include "heuristics/program.h"
#include "heuristics/script.h"

static const char *const container_runtimes[] = {"containerd-shim",
                                                 "containerd-shim-runc-v",
                                                 "containerd",
                                                 "dockerd",
                                                 "conmon",
                                                 "podman",
                                                 "crio",
                                                 "buildkitd",
                                                 "kubelet",
                                                 "lxc-start",
                                                 "lxd",
                                                 "incusd",
                                                 NULL};

static const char *exe_of(const struct check_context *context, const struct process *process)
{
    return snapshot_string(context->snapshot, process->exe);
}

static bool is_own_program(const struct process *process)
{
    return program_is_of_a_person(process) && process_knows(process, FACT_BIT(FACT_EXE_FILE)) &&
           process->exe_file.uid == process->uid[ID_EFFECTIVE];
}

float check_deleted_exe(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);

    /* The link of a memfd says " (deleted)" too: that is another heuristic. */
    if (process->exe.length == 0 || exe_is_memfd(exe) || process->exe_file.nlink > 0)
        return 0;
    if (process->exe_file.flags & EXE_PATH_IS_TRUSTED)
        return 0;
    strbuf_add_string(evidence, exe);
    if (!(process->exe_file.flags & EXE_PATH_EXISTS))
        return 1;
    strbuf_add_string(evidence, "; another file is at that path now");
    /* A decoy is soon made. Only among the programs that people build and update for
     * themselves is it more likely that somebody did just that. */
    struct span path = program_path(context->snapshot, process);
    return is_own_program(process) &&
                   (is_tool_path(path) || (is_home_path(path) && !is_hidden_path(path)))
               ? 0.5F
               : 1;
}

float check_memfd_exe(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);

    if (!exe_is_memfd(exe))
        return 0;
    strbuf_add_string(evidence, exe);

    /* runc and crun copy themselves into a memfd, since CVE-2019-5736, for the
     * moment before they become the container. A process inside of one cannot
     * pass for that: it is in another pid namespace. */
    const struct process *parent = relations_parent(context->relations, process);
    if (parent && process->ns_depth == 1 && program_is_trusted(context->snapshot, parent) &&
        program_is_one_of(program_name(context->snapshot, parent), container_runtimes)) {
        strbuf_add_string(evidence, "; started by ");
        evidence_add_process(evidence, context->snapshot, parent);
        return 0.2F;
    }
    return 1;
}

/* An AppImage mounts itself through FUSE and runs from there. Who was allowed to
 * read the link but not the file meets a FUSE mount of another user. */
static bool is_app_image(const struct process *process, const char *exe)
{
    if (strncmp(exe, "/tmp/.mount_", strlen("/tmp/.mount_")) != 0)
        return false;
    if (process->facts[FACT_EXE_FILE] == FACT_DENIED)
        return true;
    return process_knows(process, FACT_BIT(FACT_EXE_FILE)) &&
           !(process->exe_file.flags & EXE_ON_LOCAL_FS);
}

static bool is_built_here(const struct check_context *context, const struct process *process,
                          const char *exe)
{
    if (strstr(exe, "/.") || !process_knows(process, FACT_BIT(FACT_EXE_FILE)))
        return false;
    return process->exe_file.nlink > 0 && process->exe_file.uid == process->uid[ID_EFFECTIVE] &&
           is_at_work(context, process);
}

float check_tmp_exe(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);

    if (!is_temporary_path(span_of_string(exe)))
        return 0;
    strbuf_add_string(evidence, exe);
    if (is_app_image(process, exe)) {
        strbuf_add_string(evidence, "; on FUSE, as AppImages are");
        return 0.25F;
    }
    if (is_built_here(context, process, exe)) {
        strbuf_add_string(evidence, "; its user's own, run from a terminal or a build");
        return 0.5F;
    }
    return 1;
}

float check_world_writable_exe(const struct check_context *context,
                               const struct process *process, struct strbuf *evidence)
{
    const struct exe_file *file = &process->exe_file;
    const char *exe = exe_of(context, process);

    /* A memfd has mode 0777, and is nowhere for others to open. */
    if (process->exe.length == 0 || exe_is_memfd(exe))
        return 0;
    if (file->mode & S_IWOTH)
        strbuf_add_format(evidence, "mode %04o %s", file->mode & 07777, exe);
    /* In /tmp all may create files but not change those of others: tmp_exe. */
    else if (file->flags & EXE_DIRECTORY_WRITABLE && !is_temporary_path(span_of_string(exe)))
        strbuf_add_format(evidence, "others can write in a directory of %s", exe);
    return evidence->length > 0 ? 1 : 0;
}

float check_no_exe(const struct check_context *context, const struct process *process,
                   struct strbuf *evidence)
{
    (void)context;
    /* A path that is too long to be told is one: exe_unreachable. */
    if (process->exe.length > 0 || process->flags & PROCESS_PF_EXITING ||
        process->facts[FACT_EXE] == FACT_TRUNCATED)
        return 0;
    strbuf_add_format(evidence, "/proc/%d/exe names no file", process->pid);
    if (!process->is_new)
        return 1;
    strbuf_add_string(evidence, "; seen once, which exec and exit explain");
    return 0;
}

float check_exe_upgraded(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);

    if (process->exe.length == 0 || exe_is_memfd(exe) || process->exe_file.nlink > 0 ||
        !(process->exe_file.flags & EXE_PATH_IS_TRUSTED))
        return 0;
    strbuf_add_string(evidence, exe);
    strbuf_add_string(evidence, "; a file of root is at that path now");
    return 1;
}

float check_unowned_exe(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);

    /* A file without a path is no package's, and that is told already. */
    if (process->package.length > 0 || process->exe.length == 0 || exe_is_memfd(exe) ||
        process->exe_file.nlink == 0)
        return 0;
    /* Our packages say nothing about the files of a container. */
    if (process->ns_mnt != context->snapshot->header->ns_mnt)
        return 0;
    strbuf_add_string(evidence, exe);
    if (is_temporary_path(span_of_string(exe))) {
        strbuf_add_string(evidence, "; nothing there is of a package");
        return 0;
    }
    strbuf_add_string(evidence, " is of no package");
    return is_below_home_dot(span_of_string(exe)) || is_tool_path(span_of_string(exe)) ? 0.5F
                                                                                       : 1;
}

float check_modified_exe(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    if (process->integrity != INTEGRITY_MODIFIED)
        return 0;
    strbuf_add_string(evidence, exe_of(context, process));
    strbuf_add_string(evidence, " is not what the package delivered: ");
    strbuf_add_span(evidence, snapshot_span(context->snapshot, process->package));
    return 1;
}

float check_hidden_exe(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    const char *exe = exe_of(context, process);
    struct span path = program_path(context->snapshot, process);

    if (exe_is_memfd(exe) || !is_hidden_path(path))
        return 0;
    strbuf_add_string(evidence, exe);
    if (is_app_image(process, exe)) {
        strbuf_add_string(evidence, "; on FUSE, as AppImages are");
        return 0;
    }
    if (is_tool_path(path) && (is_own_program(process) || is_home_path(path))) {
        strbuf_add_string(evidence, "; where a tool keeps its programs");
        return 0;
    }
    /* Anybody can name a directory .local, but build servers do have such. */
    return is_tool_path(path) || is_below_home_dot(path) ? 1.0F / 3 : 1;
}

float check_suid_writable(const struct check_context *context, const struct process *process,
                          struct strbuf *evidence)
{
    const struct exe_file *file = &process->exe_file;
    const char *exe = exe_of(context, process);
    bool is_set_uid =
        file->mode & S_ISUID && process->uid[ID_EFFECTIVE] != process->uid[ID_REAL];
    bool is_set_gid =
        file->mode & S_ISGID && process->gid[ID_EFFECTIVE] != process->gid[ID_REAL];

    if (process->exe.length == 0 || !(is_set_uid || is_set_gid))
        return 0;
    if (!(file->mode & S_IWOTH) && !(file->flags & EXE_DIRECTORY_WRITABLE) &&
        !is_temporary_path(span_of_string(exe)))
        return 0;
    const uint32_t *ids = is_set_uid ? process->uid : process->gid;
    strbuf_add_format(evidence, "mode %04o %s, real %s %u, effective %u", file->mode & 07777,
                      exe, is_set_uid ? "uid" : "gid", ids[ID_REAL], ids[ID_EFFECTIVE]);
    return 1;
}

float check_ldso_exe(const struct check_context *context, const struct process *process,
                     struct strbuf *evidence)
{
    static const char *const loaders[] = {"ld-linux", "ld-musl-", "ld.so", "ld64.so", NULL};
    struct span name = base_name(program_path(context->snapshot, process));

    for (const char *const *loader = loaders; *loader; loader++) {
        if (!span_starts_with(name, *loader))
            continue;
        strbuf_add_string(evidence, exe_of(context, process));
        strbuf_add_string(evidence, " was started as ");
        evidence_add_command(evidence, context->snapshot, process);
        return 1;
    }
    return 0;
}

static bool is_number(struct span text)
{
    for (const char *at = text.at; at < text.end; at++)
        if (*at < '0' || *at > '9')
            return false;
    return span_length(text) > 0;
}

float check_fd_exec(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span comm = snapshot_span(snapshot, process->comm), argument;

    if (argument_at(snapshot, process, 0, &argument) && is_descriptor_path(argument)) {
        strbuf_add_string(evidence, "argv[0] ");
        strbuf_add_span(evidence, argument);
    } else if (is_number(comm) && !is_number(base_name(program_path(snapshot, process)))) {
        /* What fexecve(3) leaves: the name of the link below /proc/self/fd. */
        strbuf_add_string(evidence, "named ");
        strbuf_add_span(evidence, comm);
    } else {
        return 0;
    }
    strbuf_add_string(evidence, ", runs ");
    strbuf_add_string(evidence, exe_of(context, process));
    return 1;
}
