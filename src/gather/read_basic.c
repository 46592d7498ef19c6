/* SPDX-License-Identifier: MIT */
/* The small files of a process: status, stat, cmdline, environ. */

#include "gather/parse.h"
#include "gather/reading.h"

enum {
    CMDLINE_SIZE_MAX = 4096,
    CMDLINE_SIZE_FOCUS_MAX = 128 * 1024,
    ENVIRON_SIZE_MAX = 256 * 1024,
};

/* status comes first and may be all there is: stat waits while the process
 * hangs in exec(2), status does not. So it also fills in what stat says again. */
static enum fact_state read_status_file(struct reading *reading,
                                        struct process_status *ret_status)
{
    enum fact_state state =
        reading_file(reading, reading->directory, "status", STATUS_SIZE_MAX);

    if (state == FACT_KNOWN && !parse_status(strbuf_span(&reading->gather->text), ret_status))
        return FACT_FAILED;
    return state;
}

static void take_status(struct reading *reading, const struct process_status *status)
{
    struct process *process = &reading->process;

    reading->was_running = status->state == 'R';
    process->state = status->state;
    process->ppid = status->ppid;
    process->threads = status->threads;
    process->vsize = status->vsize;
    process->rss = status->rss;
    process->flags = status->is_kernel_thread ? PROCESS_PF_KTHREAD : 0;
    process->comm = reading_text(reading, span_of(status->comm, status->comm_length));
    process->tracer_pid = status->tracer_pid;
    process->no_new_privs = status->no_new_privs;
    process->seccomp = status->seccomp;
    process->ns_depth = (uint8_t)(status->ns_depth < UINT8_MAX ? status->ns_depth : UINT8_MAX);
    process->cap_effective = status->cap_effective;
    process->cap_permitted = status->cap_permitted;
    process->cap_ambient = status->cap_ambient;
    process->switches = status->switches;
    for (size_t i = 0; i < ID_KIND_COUNT; i++) {
        process->uid[i] = status->uid[i];
        process->gid[i] = status->gid[i];
    }
    bool is_known;
    const char *user =
        users_name(&reading->gather->users, status->uid[ID_EFFECTIVE], &is_known);
    reading->lacks_name = !is_known;
    process->user = reading_text(reading, span_of_string(user));
}

enum fact_state read_status(struct reading *reading)
{
    struct process_status status;
    enum fact_state state =
        told_status(reading, &status) ? FACT_KNOWN : read_status_file(reading, &status);

    if (state == FACT_KNOWN)
        take_status(reading, &status);
    return state;
}

enum fact_state read_stat(struct reading *reading)
{
    struct process *process = &reading->process;
    struct process_stat stat;
    enum fact_state state = reading_file(reading, reading->directory, "stat", STAT_SIZE_MAX);

    if (state != FACT_KNOWN)
        return state;
    if (!parse_stat(strbuf_span(&reading->gather->text), &stat))
        return FACT_FAILED;

    process->starttime = (uint64_t)stat.starttime;
    process->state = stat.state;
    process->ppid = (int32_t)stat.ppid;
    process->pgrp = (int32_t)stat.pgrp;
    process->session = (int32_t)stat.session;
    process->tty_nr = (int32_t)stat.tty_nr;
    process->threads = (int32_t)stat.threads;
    process->flags = (uint32_t)stat.flags;
    process->child_faults = (uint64_t)stat.cminflt;
    reading->faults = (uint32_t)((uint64_t)stat.minflt + (uint64_t)stat.majflt);
    process->utime = (uint64_t)stat.utime;
    process->stime = (uint64_t)stat.stime;
    process->vsize = (uint64_t)stat.vsize;
    process->rss = (uint64_t)stat.rss * reading->gather->page_size;
    process->comm = reading_text(reading, stat.comm);
    return FACT_KNOWN;
}

enum fact_state read_cmdline(struct reading *reading)
{
    size_t cap = reading->is_focus ? CMDLINE_SIZE_FOCUS_MAX : CMDLINE_SIZE_MAX;
    enum fact_state state = reading_file(reading, reading->body, "cmdline", cap);

    if (state == FACT_KNOWN || state == FACT_TRUNCATED)
        reading->process.cmdline = reading_text(reading, strbuf_span(&reading->gather->text));
    return state;
}

enum fact_state read_environ(struct reading *reading)
{
    struct process *process = &reading->process;
    const struct process *kept = kept_of_program(reading, FACT_ENVIRON);
    struct environ_values values;

    if (kept) {
        process->environ_flags = kept->environ_flags;
        process->ld_preload = kept->ld_preload;
        process->ld_audit = kept->ld_audit;
        process->ld_library_path = kept->ld_library_path;
        return FACT_KNOWN;
    }
    enum fact_state state = reading_file(reading, reading->body, "environ", ENVIRON_SIZE_MAX);

    if (state != FACT_KNOWN && state != FACT_TRUNCATED)
        return state;
    parse_environ(strbuf_span(&reading->gather->text), &values);
    process->environ_flags = (uint8_t)values.flags;
    process->ld_preload = reading_text(reading, values.ld_preload);
    process->ld_audit = reading_text(reading, values.ld_audit);
    process->ld_library_path = reading_text(reading, values.ld_library_path);
    return state;
}
