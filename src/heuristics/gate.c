/* SPDX-License-Identifier: MIT */
#include "heuristics/gate.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "heuristics/arguments.h"
#include "heuristics/disguise.h"
#include "heuristics/place.h"
#include "heuristics/program.h"

/* One bit each. */
#define TRAIT(bit) (UINT64_C(1) << (bit))

enum trait {
    /* of the program's path, or of its name where the path is not known */
    SHELL = TRAIT(0),
    RUNS_CODE = TRAIT(1), /* a shell, or an interpreter */
    NETCAT = TRAIT(2),    /* of some kind */
    MEMFD = TRAIT(3),
    TEMPORARY = TRAIT(4),
    HIDDEN = TRAIT(5),
    LOADER = TRAIT(6),
    ELSEWHERE = TRAIT(7), /* in no directory of the system */
    /* of names */
    KERNEL_NAME = TRAIT(8),
    SYSTEM_NAME = TRAIT(9),
    OTHER_NAME = TRAIT(10), /* argv[0] is not the program's name */
    DESCRIPTOR_NAME = TRAIT(11),
    /* of the command line */
    SHORT = TRAIT(12),      /* two bytes, or fewer */
    OPTION = TRAIT(13),     /* argv[1] is one */
    WIRES = TRAIT(14),      /* a netcat, or runs code and was given an option */
    TMP_SCRIPT = TRAIT(15), /* runs code, and it may be in a temporary directory */
    /* of the program's file */
    NO_EXE = TRAIT(16),
    UNLINKED = TRAIT(17),
    WRITABLE = TRAIT(18),
    SET_ID = TRAIT(19),
    UNOWNED = TRAIT(20),
    ODD_FILE = TRAIT(21), /* changed, of nobody else's mounts, unmapped, or not argv[0]'s */
    /* of the process */
    TERMINAL = TRAIT(22),
    NO_TERMINAL = TRAIT(23),
    TRACED = TRAIT(24),
    TRACER = TRAIT(25),
    POWERS = TRAIT(26), /* capabilities of one who is not root */
    AMBIENT = TRAIT(27),
    ROOT_AFTER_LOGIN = TRAIT(28),
    BLOCKED = TRAIT(29),
    PRELOADS = TRAIT(30),
    MAPS = TRAIT(31),
    BUSY = TRAIT(32),
    ODD_PLACE = TRAIT(33), /* of its working directory or its root */
    CONNECTED = TRAIT(34),
    HOLDS_FILE = TRAIT(35),
    HOLDS_MEMFD = TRAIT(36),
    HOLDS_NAMELESS = TRAIT(37),
};

/* All of these, or the check finds nothing. One that is not here is always asked. */
static const uint64_t wanted[HEURISTIC_COUNT] = {
    [HEURISTIC_deleted_exe] = UNLINKED,
    [HEURISTIC_memfd_exe] = MEMFD,
    [HEURISTIC_tmp_exe] = TEMPORARY,
    [HEURISTIC_world_writable_exe] = WRITABLE,
    [HEURISTIC_no_exe] = NO_EXE,
    [HEURISTIC_exe_upgraded] = UNLINKED,
    [HEURISTIC_unowned_exe] = UNOWNED,
    [HEURISTIC_hidden_exe] = HIDDEN,
    [HEURISTIC_suid_writable] = SET_ID,
    [HEURISTIC_ldso_exe] = LOADER,
    [HEURISTIC_fd_exec] = DESCRIPTOR_NAME,
    [HEURISTIC_script_memfd] = RUNS_CODE | HOLDS_MEMFD,
    [HEURISTIC_script_deleted] = RUNS_CODE | HOLDS_FILE,
    [HEURISTIC_script_tmp] = TMP_SCRIPT,
    [HEURISTIC_wx_mem] = MAPS,
    [HEURISTIC_anon_exec] = MAPS,
    [HEURISTIC_memfd_map] = MAPS,
    [HEURISTIC_deleted_map] = MAPS,
    [HEURISTIC_hollow_exe] = ODD_FILE,
    [HEURISTIC_kthread_masq] = KERNEL_NAME,
    [HEURISTIC_sysname_path] = SYSTEM_NAME | ELSEWHERE,
    [HEURISTIC_argv_masq] = ODD_FILE,
    [HEURISTIC_name_argv_mismatch] = OTHER_NAME,
    [HEURISTIC_empty_cmdline] = SHORT,
    [HEURISTIC_wiped_cmdline] = SHORT,
    [HEURISTIC_short_cmdline] = SHORT,
    [HEURISTIC_obfuscated_cmdline] = RUNS_CODE,
    [HEURISTIC_code_exec_cmdline] = RUNS_CODE | OPTION,
    [HEURISTIC_decode_exec] = RUNS_CODE | OPTION,
    [HEURISTIC_revshell_cmdline] = WIRES,
    [HEURISTIC_pipe_exec] = SHELL | OPTION,
    [HEURISTIC_revshell_stdio] = RUNS_CODE | CONNECTED,
    [HEURISTIC_unusual_parent] = RUNS_CODE,
    [HEURISTIC_server_shell] = SHELL,
    [HEURISTIC_ptracer] = TRACER,
    [HEURISTIC_no_tty] = SHELL | NO_TERMINAL,
    [HEURISTIC_ptraced] = TRACED,
    [HEURISTIC_listen_shell] = SHELL | CONNECTED,
    [HEURISTIC_shell_conn] = SHELL | CONNECTED,
    [HEURISTIC_shell_relay] = SHELL | NO_TERMINAL,
    [HEURISTIC_pty_relay] = SHELL | TERMINAL,
    [HEURISTIC_caps_nonroot] = POWERS,
    [HEURISTIC_ambient_caps] = AMBIENT,
    [HEURISTIC_uid0_lineage] = ROOT_AFTER_LOGIN,
    [HEURISTIC_blocked] = BLOCKED,
    [HEURISTIC_watched_port] = CONNECTED,
    [HEURISTIC_many_conns] = CONNECTED,
    [HEURISTIC_conn_fanout] = CONNECTED,
    [HEURISTIC_raw_socket] = CONNECTED,
    [HEURISTIC_ld_preload] = PRELOADS,
    [HEURISTIC_high_cpu] = BUSY,
    [HEURISTIC_preload_untrusted] = PRELOADS,
    [HEURISTIC_ld_audit] = PRELOADS,
    [HEURISTIC_tmp_cwd] = ODD_PLACE,
    [HEURISTIC_cwd_deleted] = ODD_PLACE,
    [HEURISTIC_root_deleted] = ODD_PLACE,
    [HEURISTIC_exe_unreachable] = ODD_FILE,
    [HEURISTIC_modified_exe] = ODD_FILE,
    [HEURISTIC_dirty_text] = ODD_FILE,
    [HEURISTIC_bpf_holder] = HOLDS_NAMELESS,
};

static uint64_t traits_of_name(struct span name)
{
    uint64_t traits = 0;

    /* What busybox is depends on how it was called: the checks look. */
    if (name_is_shell(name) || span_starts_with(name, "busybox"))
        traits |= SHELL | RUNS_CODE | NETCAT;
    if (name_is_interpreter(name))
        traits |= RUNS_CODE;
    if (span_starts_with(name, "nc") || span_starts_with(name, "netcat") ||
        span_starts_with(name, "socat"))
        traits |= NETCAT;
    if (span_starts_with(name, "ld"))
        traits |= LOADER;
    if (name_is_like_kernel_thread(name))
        traits |= KERNEL_NAME;
    if (name_is_of_system(name))
        traits |= SYSTEM_NAME;
    return traits;
}

/* The text may be a path with " (deleted)" behind it or a file that is only named
 * so, and it may be a name: what holds for one of them is let through. */
static uint64_t traits_of_text(const char *text)
{
    struct span whole = span_of_string(text), bare = whole;
    uint64_t traits = traits_of_name(base_name(whole));

    if (span_take_end(&bare, DELETED_SUFFIX))
        traits |= traits_of_name(base_name(bare)) | ODD_PLACE;
    if (name_is_like_kernel_thread(whole)) /* "kworker/0:1" is no path */
        traits |= KERNEL_NAME;
    if (name_is_of_system(whole))
        traits |= SYSTEM_NAME;
    if (!is_system_path(whole))
        traits |= ELSEWHERE;
    if (exe_is_memfd(text))
        traits |= MEMFD;
    if (is_temporary_path(whole))
        traits |= TEMPORARY;
    if (is_temporary_directory(whole))
        traits |= ODD_PLACE;
    if (is_hidden_path(bare) || is_hidden_path(whole))
        traits |= HIDDEN;
    return traits;
}

/* Each text has two places, and what is new pushes what was there into the second:
 * programs that many run must not push one another out. */
static uint64_t look_up(struct gate *gate, const struct snapshot *snapshot,
                        struct text_ref text)
{
    uint32_t pair = text.offset * 2654435761U >> (32 - GATE_TEXT_BITS + 1);
    struct gate_text *known = &gate->texts[2 * pair], *before = known + 1;

    if (text.offset == 0)
        return 0;
    if (before->offset == text.offset)
        return before->traits;
    if (known->offset != text.offset) {
        *before = *known;
        *known =
            (struct gate_text){text.offset, traits_of_text(snapshot_string(snapshot, text))};
    }
    return known->traits;
}

/* Its name, or a whole path to such a name. Everything else is looked at: "[kworker/x"
 * ends like a program that is called x. */
static bool is_named_after(struct span first, struct span exe)
{
    struct span name = base_name(first);

    return (name.at == first.at || *first.at == '/') && span_equals_span(name, base_name(exe));
}

static uint64_t traits_of_command(const struct snapshot *snapshot,
                                  const struct process *process)
{
    struct span command = snapshot_span(snapshot, process->cmdline), first = command;
    struct span exe = snapshot_span(snapshot, process->exe);
    uint64_t traits = 0;

    /* A NUL ends every text, so three bytes can be looked at behind two. */
    if (process->cmdline.length <= 2 || !command.at[0] || !command.at[1] || !command.at[2])
        traits |= SHORT;
    if (!span_take_until(&command, '\0', &first))
        return traits;
    if (command.at < command.end && *command.at == '-')
        traits |= OPTION;
    /* With " (deleted)" behind both, what the file is called depends on whether it is. */
    if ((!span_equals_span(first, exe) && !is_named_after(first, exe)) ||
        span_ends_with(first, DELETED_SUFFIX))
        traits |= OTHER_NAME | (name_is_like_kernel_thread(first) ? KERNEL_NAME : 0);
    if (span_starts_with(first, "/dev/fd/") || span_starts_with(first, "/proc/"))
        traits |= DESCRIPTOR_NAME;
    return traits;
}

static uint64_t traits_of_file(const struct process *process)
{
    const struct exe_file *file = &process->exe_file;
    uint64_t traits = 0;

    if (process->exe.length == 0)
        traits |= NO_EXE;
    if (file->nlink == 0)
        traits |= UNLINKED;
    if (file->mode & S_IWOTH || file->flags & EXE_DIRECTORY_WRITABLE)
        traits |= WRITABLE;
    if (file->mode & (S_ISUID | S_ISGID))
        traits |= SET_ID;
    if (process->facts[FACT_EXE] == FACT_TRUNCATED || file->flags & EXE_PATH_IS_ELSEWHERE ||
        process->integrity == INTEGRITY_MODIFIED || process->written_code.mappings > 0)
        traits |= ODD_FILE;
    if (process->package.length == 0)
        traits |= UNOWNED;
    return traits;
}

static uint64_t traits_of_process(const struct check_context *context,
                                  const struct process *process)
{
    const struct relations *relations = context->relations;
    size_t index = snapshot_index(context->snapshot, process);
    uint32_t kinds = relations->descriptor_kinds[index];
    uint64_t traits = process->tty_nr != 0 ? TERMINAL : NO_TERMINAL;

    if (process->tracer_pid != 0)
        traits |= TRACED;
    if (relations->traced.count > 0) /* nearly never */
        traits |= TRACER;
    if (process->uid[ID_EFFECTIVE] != 0 && process->cap_effective != 0)
        traits |= POWERS;
    if (process->cap_ambient != 0)
        traits |= AMBIENT;
    if (process->uid[ID_EFFECTIVE] == 0 && process->loginuid != LOGINUID_NONE &&
        process->loginuid != 0)
        traits |= ROOT_AFTER_LOGIN;
    if (process->environ_flags != 0)
        traits |= PRELOADS;
    if ((double)process->cpu_percent >= context->thresholds->cpu_high)
        traits |= BUSY;
    if (!(process->maps_flags & MAPS_EXE_IS_MAPPED))
        traits |= ODD_FILE;
    if (process->cmdline_flags & CMDLINE_NAMES_OTHER_FILE)
        traits |= ODD_FILE;
    if (process->maps.count > 0)
        traits |= MAPS;
    if (relations->connections_of[index].count > 0)
        traits |= CONNECTED;
    if (kinds & 1u << DESCRIPTOR_FILE)
        traits |= HOLDS_FILE;
    if (kinds & 1u << DESCRIPTOR_MEMFD)
        traits |= HOLDS_MEMFD;
    if (kinds & 1u << DESCRIPTOR_ANONYMOUS)
        traits |= HOLDS_NAMELESS;
    return traits;
}

/* By a path in its arguments, from where it stands, or by the file that it has open. */
static bool may_have_tmp_script(const struct snapshot *snapshot, const struct process *process,
                                uint64_t traits)
{
    struct span command = snapshot_span(snapshot, process->cmdline);

    if (traits & (ODD_PLACE | HOLDS_FILE))
        return true;

    struct span part;
    while (span_take_until(&command, '/', &part))
        if (span_length(part) >= 3 &&
            (memcmp(part.end - 3, "tmp", 3) == 0 || memcmp(part.end - 3, "shm", 3) == 0))
            return true;
    return false;
}

static void note_facts(struct gate *gate, const struct process *process)
{
    if (memcmp(gate->facts, process->facts, sizeof gate->facts) == 0)
        return;
    memcpy(gate->facts, process->facts, sizeof gate->facts);
    gate->known = process_known(process);
    gate->is_blocked = memchr(process->facts, FACT_BLOCKED, sizeof process->facts) != NULL;
}

static uint64_t traits_of(struct gate *gate, const struct check_context *context,
                          const struct process *process)
{
    const struct snapshot *snapshot = context->snapshot;
    uint64_t of_name = look_up(gate, snapshot, process->comm);
    uint64_t traits = (of_name & (KERNEL_NAME | SYSTEM_NAME)) |
                      traits_of_command(snapshot, process) | traits_of_file(process) |
                      traits_of_process(context, process) |
                      (look_up(gate, snapshot, process->cwd) & ODD_PLACE) |
                      (look_up(gate, snapshot, process->root) & ODD_PLACE);

    if (gate->is_blocked)
        traits |= BLOCKED;
    if (isdigit((unsigned char)*snapshot_string(snapshot, process->comm)))
        traits |= DESCRIPTOR_NAME;
    traits |= process->exe.length > 0 ? look_up(gate, snapshot, process->exe) : of_name;
    if (traits & NETCAT || (traits & RUNS_CODE && traits & OPTION))
        traits |= WIRES;
    if (traits & RUNS_CODE && may_have_tmp_script(snapshot, process, traits))
        traits |= TMP_SCRIPT;
    return traits;
}

static void fill(struct gate_class *class, uint64_t traits, fact_mask known)
{
    *class = (struct gate_class){.traits = traits, .known = known, .is_used = true};
    for (uint32_t i = 0; i < HEURISTIC_COUNT; i++) {
        fact_mask missing = heuristics[i].info.needs & ~known;

        /* Without a closer look that is not even tried. */
        if (missing & FACT_CLOSER)
            continue;
        if (missing)
            heuristic_set_add(&class->not_assessed, i);
        else if (!(wanted[i] & ~traits))
            heuristic_set_add(&class->checks, i);
    }
}

const struct gate_class *gate_open(struct gate *gate, const struct check_context *context,
                                   const struct process *process)
{
    note_facts(gate, process);

    uint64_t traits = traits_of(gate, context, process);
    uint64_t mixed = (traits ^ (uint64_t)gate->known << 40) * UINT64_C(0x9e3779b97f4a7c15);
    struct gate_class *class = &gate->classes[mixed >> 57];
    if (!class->is_used || class->traits != traits || class->known != gate->known)
        fill(class, traits, gate->known);
    return class;
}
