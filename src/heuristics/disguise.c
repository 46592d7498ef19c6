/* SPDX-License-Identifier: MIT */
/* Who it says it is. */
#include "heuristics/disguise.h"

#include <string.h>
#include <strings.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/place.h"
#include "heuristics/program.h"

enum { SHORT_LENGTH = 2, COMM_LENGTH_MAX = 15 };

/* Without the NUL bytes at the end. */
static struct span command_of(const struct check_context *context,
                              const struct process *process)
{
    struct span command = snapshot_span(context->snapshot, process->cmdline);

    while (command.end > command.at && command.end[-1] == '\0')
        command.end--;
    return command;
}

static bool is_same_name(struct span a, struct span b)
{
    return span_length(a) == span_length(b) && strncasecmp(a.at, b.at, span_length(a)) == 0;
}

/* The kernel keeps 15 bytes of a name. */
static bool is_comm_of(struct span comm, struct span name)
{
    if (span_length(name) > COMM_LENGTH_MAX)
        name.end = name.at + COMM_LENGTH_MAX;
    return is_same_name(comm, name);
}

/* The program that argv[0] claims: "-bash" is a login shell's, "@dbus-daemon"
 * is systemd's habit, "nginx: worker process" and "sshd: root@pts/0" are titles. */
static struct span claimed_name(struct span argument)
{
    struct span title = argument, word;

    if (span_starts_with(argument, "-") || span_starts_with(argument, "@"))
        argument.at++;
    if (span_contains(argument, ": ") || span_ends_with(argument, ":")) {
        span_take_until(&title, ':', &word);
        if (!span_contains(word, "/") && word.at < argument.at)
            word.at = argument.at;
        return base_name(word);
    }
    /* A title may also follow the name after a blank: "php-fpm master". */
    if (span_take_until(&title, ' ', &word) && span_length(title) > 0)
        argument.end = word.end;
    return base_name(argument);
}

/* "php-fpm: pool www" is the title of php-fpm8.2. */
static bool is_beginning_of(struct span name, struct span whole)
{
    if (span_length(name) < 3 || span_length(name) > span_length(whole))
        return false;
    whole.end = whole.at + span_length(name);
    return is_same_name(name, whole);
}

/* Beginnings of names that ps(1) shows for the kernel's own threads, each too
 * odd for a program's. */
static const char *const kernel_threads[] = {
    "kworker",    "kthreadd",   "ksoftirqd",    "migration/",      "cpuhp/",    "rcu_preempt",
    "rcu_sched",  "rcu_gp",     "rcu_par_gp",   "rcu_tasks",       "kswapd",    "kcompactd",
    "khugepaged", "khungtaskd", "kdevtmpfs",    "kauditd",         "kblockd",   "kintegrityd",
    "kthrotld",   "oom_reaper", "jbd2/",        "ext4-rsv-conver", "xfsaild/",  "scsi_eh_",
    "scsi_tmf_",  "irq/",       "idle_inject/", "kstrp",           "kpsmoused", "ipv6_addrconf",
    "watchdogd",  NULL};

bool name_is_like_kernel_thread(struct span name)
{
    span_take_char(&name, '[');

    /* Nearly all differ in the first two characters. */
    if (span_length(name) < 2)
        return false;
    for (const char *const *thread = kernel_threads; *thread; thread++)
        if (name.at[0] == (*thread)[0] && name.at[1] == (*thread)[1] &&
            span_starts_with(name, *thread))
            return true;
    return false;
}

float check_kthread_masq(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span comm = snapshot_span(snapshot, process->comm), argument, claimed;

    if (argument_at(snapshot, process, 0, &argument) && name_is_like_kernel_thread(argument))
        claimed = argument;
    else if (name_is_like_kernel_thread(comm))
        claimed = comm;
    else
        return 0;
    strbuf_add_string(evidence, "calls itself ");
    strbuf_add_span(evidence, claimed);
    strbuf_add_string(evidence, ", is no kernel thread and runs ");
    strbuf_add_span(evidence, program_path(snapshot, process));
    return 1;
}

/* What every machine has running, so that one more is not noticed. */
static const char *const system_names[] = {"sshd",        "sshd-session",    "init",
                                           "cron",        "crond",           "atd",
                                           "anacron",     "rsyslogd",        "syslogd",
                                           "klogd",       "dbus-daemon",     "dbus-broker",
                                           "udevd",       "agetty",          "mingetty",
                                           "auditd",      "polkitd",         "NetworkManager",
                                           "dhclient",    "dhcpcd",          "udisksd",
                                           "chronyd",     "accounts-daemon", "irqbalance",
                                           "rpcbind",     "wpa_supplicant",  "snapd",
                                           "packagekitd", "systemd",         NULL};

bool name_is_of_system(struct span name)
{
    if (span_starts_with(name, "systemd-"))
        return true;
    for (const char *const *at = system_names; *at; at++)
        if (span_equals(name, *at))
            return true;
    return false;
}

float check_sysname_path(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span path = program_path(snapshot, process);
    struct span comm = snapshot_span(snapshot, process->comm), name = base_name(path);

    /* A container has directories of its own. */
    if (process->exe.length == 0 || process->ns_depth != 1 || is_system_path(path))
        return 0;
    if (!name_is_of_system(name)) {
        if (!name_is_of_system(comm))
            return 0;
        name = comm;
    }
    strbuf_add_string(evidence, "is named ");
    strbuf_add_span(evidence, name);
    strbuf_add_string(evidence, " and runs ");
    strbuf_add_string(evidence, snapshot_string(snapshot, process->exe));
    if (!is_at_work(context, process))
        return 1;
    strbuf_add_string(evidence, "; on a terminal or in a build");
    return 0.5F;
}

/* Programs that run another under its name, for honest reasons. */
static bool is_wrapper(const struct check_context *context, const struct process *process)
{
    static const char *const names[] = {"memcheck-", "helgrind-", "massif-", "callgrind-",
                                        "none-",     "drd-",      "qemu-",   NULL};
    struct span name = program_name(context->snapshot, process);

    for (const char *const *at = names; *at; at++)
        if (span_starts_with(name, *at))
            return program_is_trusted(context->snapshot, process);
    return false;
}

static bool is_same_directory(struct span a, struct span b)
{
    a.end -= span_length(base_name(a));
    b.end -= span_length(base_name(b));
    return span_equals_span(a, b);
}

float check_argv_masq(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span argument;

    /* Below another root the same path is another file. */
    if (!(process->cmdline_flags & CMDLINE_NAMES_OTHER_FILE) ||
        !span_equals(snapshot_span(snapshot, process->root), "/") ||
        !argument_at(snapshot, process, 0, &argument))
        return 0;
    strbuf_add_string(evidence, "argv[0] ");
    strbuf_add_span(evidence, argument);
    strbuf_add_string(evidence, " is another program, and it runs ");
    strbuf_add_string(evidence, snapshot_string(snapshot, process->exe));
    if (is_wrapper(context, process)) {
        strbuf_add_string(evidence, ", which runs others under their names");
        return 0;
    }
    if (is_same_directory(argument, program_path(snapshot, process))) {
        strbuf_add_string(evidence, ", beside it");
        return 0;
    }
    return 1;
}

float check_name_argv_mismatch(const struct check_context *context,
                               const struct process *process, struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span argument, comm = snapshot_span(snapshot, process->comm);

    /* /sbin/init is a link to systemd on most machines. */
    if (process->pid == 1 || process->exe.length == 0 ||
        exe_is_memfd(snapshot_string(snapshot, process->exe)))
        return 0;
    if (!argument_at(snapshot, process, 0, &argument) || span_length(argument) == 0)
        return 0;

    struct span exe = base_name(program_path(snapshot, process));
    struct span whole = base_name(argument), claimed = claimed_name(argument);
    if (is_same_name(claimed, exe) || is_comm_of(comm, claimed) ||
        is_beginning_of(claimed, exe) || is_same_name(whole, exe) || is_comm_of(comm, whole))
        return 0;
    /* A script's name is in comm, its interpreter's in argv[0]. */
    if (program_is_shell(snapshot, process) || program_is_interpreter(snapshot, process))
        return 0;
    strbuf_add_string(evidence, "argv[0] ");
    strbuf_add_span(evidence, argument);
    strbuf_add_string(evidence, ", but it runs ");
    strbuf_add_span(evidence, program_path(snapshot, process));
    strbuf_add_string(evidence, " under the name ");
    strbuf_add_span(evidence, comm);
    return 1;
}

float check_empty_cmdline(const struct check_context *context, const struct process *process,
                          struct strbuf *evidence)
{
    if (process->exe.length == 0 || process->flags & PROCESS_PF_EXITING ||
        span_length(command_of(context, process)) > 0)
        return 0;
    if (process->cmdline.length > 0)
        strbuf_add_format(evidence, "%u NUL bytes and nothing else", process->cmdline.length);
    else
        strbuf_add_string(evidence, "no byte of a command line");
    strbuf_add_string(evidence, ", and it runs ");
    strbuf_add_span(evidence, program_path(context->snapshot, process));
    if (!process->is_new)
        return 1;
    strbuf_add_string(evidence, "; seen once, which exec and exit explain");
    return 0;
}

float check_wiped_cmdline(const struct check_context *context, const struct process *process,
                          struct strbuf *evidence)
{
    /* One NUL is what an empty argv[0] leaves. */
    if (process->exe.length == 0 || process->flags & PROCESS_PF_EXITING ||
        process->cmdline.length < 2 || span_length(command_of(context, process)) > 0)
        return 0;
    strbuf_add_format(evidence, "%u bytes of its arguments were overwritten with NUL",
                      process->cmdline.length);
    if (!process->is_new)
        return 1;
    strbuf_add_string(evidence, "; seen once, which exec and exit explain");
    return 0;
}

float check_short_cmdline(const struct check_context *context, const struct process *process,
                          struct strbuf *evidence)
{
    struct span command = command_of(context, process);

    if (span_length(command) == 0 || span_length(command) > SHORT_LENGTH)
        return 0;
    /* w, vi, sh: where they belong, their names are as short as that. */
    if (is_system_path(program_path(context->snapshot, process)))
        return 0;
    strbuf_add_string(evidence, "\"");
    strbuf_add_span(evidence, command);
    strbuf_add_string(evidence, "\" is all there is, and it runs ");
    strbuf_add_span(evidence, program_path(context->snapshot, process));
    return 1;
}
