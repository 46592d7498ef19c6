/* SPDX-License-Identifier: MIT */
/* Where the code came from. */
#include <string.h>
#include <sys/stat.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

enum { EFFECTIVE = 1 };

/* A test program of a compiler, or one that its user just built: half. */
static const char *const build_tools[] = {"go",    "cargo", "rustc", "make",  "gmake",
                                          "ninja", "ctest", "cmake", "bazel", "dune",
                                          "stack", "cabal", NULL};
static const char *const login_programs[] = {
    "sshd",    "sshd-session", "login",          "tmux",      "screen", "gnome-terminal-server",
    "konsole", "xterm",        "xfce4-terminal", "alacritty", "kitty",  NULL};
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
    /* A developer's rebuild, or a decoy. */
    strbuf_add_string(evidence, "; another file is at that path now");
    return 0.5F;
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
    if (process->exe_file.nlink == 0 || process->exe_file.uid != process->uid[EFFECTIVE])
        return false;
    if (has_ancestor_named(context, process, build_tools))
        return true;
    return process->tty_nr != 0 && has_ancestor_named(context, process, login_programs);
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
    if (process->exe.length > 0 || process->flags & PROCESS_PF_EXITING)
        return 0;
    strbuf_add_format(evidence, "/proc/%d/exe names no file", process->pid);
    if (!process->is_new)
        return 1;
    strbuf_add_string(evidence, "; seen once, which exec and exit explain");
    return 0;
}
