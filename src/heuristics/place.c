/* SPDX-License-Identifier: MIT */
/* Where it stands. */
#include "heuristics/place.h"

#include "heuristics/evidence.h"
#include "heuristics/program.h"
#include "heuristics/script.h"

static const char *const build_tools[] = {"go",    "cargo", "rustc", "make",  "gmake",
                                          "ninja", "ctest", "cmake", "bazel", "dune",
                                          "stack", "cabal", NULL};
static const char *const login_programs[] = {
    "sshd",    "sshd-session", "login",          "tmux",      "screen", "gnome-terminal-server",
    "konsole", "xterm",        "xfce4-terminal", "alacritty", "kitty",  NULL};

bool is_at_work(const struct check_context *context, const struct process *process)
{
    return has_ancestor_named(context, process, build_tools) ||
           (process->tty_nr != 0 && has_ancestor_named(context, process, login_programs));
}

bool is_temporary_directory(struct span path)
{
    return span_equals(path, "/tmp") || span_equals(path, "/var/tmp") ||
           span_equals(path, "/dev/shm") || span_equals(path, "/run/shm") ||
           is_temporary_path(path);
}

static bool has_temporary_script(const struct check_context *context,
                                 const struct process *process)
{
    struct strbuf path = {0};
    bool is_temporary =
        script_path(context, process, &path) && is_temporary_path(strbuf_span(&path));

    strbuf_release(&path);
    return is_temporary;
}

float check_script_tmp(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    struct strbuf path = {0};
    float strength = 0;

    if (script_path(context, process, &path) && is_temporary_path(strbuf_span(&path))) {
        strbuf_add_string(evidence, "runs ");
        strbuf_add_span(evidence, strbuf_span(&path));
        strength = is_at_work(context, process) ? 0.5F : 1;
        if (strength < 1)
            strbuf_add_string(evidence, "; on a terminal or in a build");
    }
    strbuf_release(&path);
    return strength;
}

float check_tmp_cwd(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    struct span cwd = snapshot_span(context->snapshot, process->cwd);

    /* One that is gone is another heuristic. */
    if (!is_temporary_directory(cwd) || span_ends_with(cwd, DELETED_SUFFIX))
        return 0;
    strbuf_add_string(evidence, "works in ");
    strbuf_add_span(evidence, cwd);
    if (is_temporary_path(program_path(context->snapshot, process)) ||
        has_temporary_script(context, process)) {
        strbuf_add_string(evidence, "; where its program is, too");
        return 0;
    }
    if (is_at_work(context, process)) {
        strbuf_add_string(evidence, "; on a terminal or in a build");
        return 0.5F;
    }
    return program_is_trusted(context->snapshot, process) ? 0.5F : 1;
}

static float judge_directory(const struct check_context *context, struct text_ref link,
                             const char *what, struct strbuf *evidence)
{
    struct span path = snapshot_span(context->snapshot, link);

    if (!span_ends_with(path, DELETED_SUFFIX))
        return 0;
    strbuf_add_format(evidence, "%s ", what);
    strbuf_add_span(evidence, path);
    return 1;
}

float check_cwd_deleted(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    return judge_directory(context, process->cwd, "works in", evidence);
}

float check_root_deleted(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    return judge_directory(context, process->root, "its root is", evidence);
}

/* What honestly gives a program mounts of its own in our pid namespace. */
static const char *const sandboxes[] = {"containerd-shim",
                                        "containerd-shim-runc-v",
                                        "dockerd",
                                        "conmon",
                                        "podman",
                                        "buildah",
                                        "crio",
                                        "lxc-start",
                                        "bwrap",
                                        "firejail",
                                        "flatpak",
                                        "snap-confine",
                                        "pv-bwrap",
                                        NULL};

/* Looked at from a container that shares the machine's pids, it is we who have other
 * mounts: whoever has those of pid 1 has none of its own. */
static bool has_mounts_of_init(const struct check_context *context,
                               const struct process *process)
{
    const struct snapshot *snapshot = context->snapshot;
    const struct process *init = snapshot_find(snapshot, 1);

    return init && process_knows(init, FACT_BIT(FACT_NAMESPACES)) &&
           process_knows(process, FACT_BIT(FACT_NAMESPACES)) &&
           init->ns_mnt != snapshot->header->ns_mnt && process->ns_mnt == init->ns_mnt;
}

float check_exe_unreachable(const struct check_context *context, const struct process *process,
                            struct strbuf *evidence)
{
    /* Nobody has such a path but who wants its place not to be seen. */
    if (process->facts[FACT_EXE] == FACT_TRUNCATED) {
        strbuf_add_string(evidence, "its path is longer than the 4096 bytes that can be told");
        strbuf_add_string(evidence, process->exe_file.nlink == 0 ? "; deleted" : "");
        return 1;
    }
    if (!(process->exe_file.flags & EXE_PATH_IS_ELSEWHERE) ||
        has_mounts_of_init(context, process))
        return 0;
    strbuf_add_string(evidence, snapshot_string(context->snapshot, process->exe));
    strbuf_add_string(evidence, " is in mounts of its own");
    if (!has_trusted_ancestor_named(context, process, sandboxes))
        return 1;
    strbuf_add_string(evidence, ", which a container or sandbox gave it");
    return 1.0F / 3;
}
