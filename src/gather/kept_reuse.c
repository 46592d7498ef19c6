/* SPDX-License-Identifier: MIT */
/* Whether a process must be read, and putting it out when it need not. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gather/parse.h"
#include "gather/reading.h"

bool kept_read_times(int schedstat, struct times *ret_times)
{
    char text[96];
    ssize_t length = pread(schedstat, text, sizeof text, 0);

    return length > 0 && parse_schedstat(span_of(text, (size_t)length), &ret_times->runtime_ns,
                                         &ret_times->arrivals);
}

bool kept_read_times_now(struct gather *gather, const struct kept *kept)
{
    gather->now_of = 0;
    if (!kept_read_times(kept->schedstat, &gather->now))
        return false;
    gather->now_of = kept->process.pid;
    return true;
}

static bool was_given_a_cpu(const struct times *now, const struct read_mark *mark)
{
    return now->arrivals != mark->arrivals || now->runtime_ns != mark->runtime_ns;
}

/*
 * An open schedstat can only ever speak of the process it was opened for: once
 * that is gone, reading it fails, whoever has its pid by then. So it proves, too,
 * that what was read by pid before it was of the same process. Without it, stat
 * has to agree.
 */
bool kept_is_still_there(struct gather *gather, struct kept *kept)
{
    struct process_stat stat;
    char path[24];

    if (kept->schedstat >= 0)
        return kept_read_times_now(gather, kept);
    if (!gather_may_begin(gather, &kept->process, FACT_STAT))
        return false;
    snprintf(path, sizeof path, "%d/stat", kept->process.pid);
    return procfs_read_piece(&gather->procfs, gather->procfs.root, path, STAT_SIZE_MAX,
                             &gather->text) == 0 &&
           parse_stat(strbuf_span(&gather->text), &stat) &&
           (uint64_t)stat.starttime == kept->process.starttime;
}

/* Of what was inherited. */
static void open_schedstat(struct gather *gather, struct kept *kept)
{
    char path[32];

    if (kept->schedstat >= 0 || kept->process.mark.arrivals == 0 ||
        gather->samples.descriptor_count >= gather->descriptor_max)
        return;
    snprintf(path, sizeof path, "%d/schedstat", kept->process.pid);
    int fd = procfs_open_file(&gather->procfs, gather->procfs.root, path);
    if (fd < 0)
        return;
    kept->schedstat = fd;
    gather->samples.descriptor_count++;
}

static bool read_status_of(struct gather *gather, struct kept *kept,
                           struct process_status *ret_status)
{
    const struct gather_watch *watch = &gather->watch;
    char path[24];

    if (watch->before)
        watch->before(watch->context, kept->process.pid, kept->process.starttime, FACT_STATUS);
    snprintf(path, sizeof path, "%d/status", kept->process.pid);
    return procfs_read_piece(&gather->procfs, gather->procfs.root, path, STATUS_SIZE_MAX,
                             &gather->text) == 0 &&
           parse_status(strbuf_span(&gather->text), ret_status) &&
           kept_is_still_there(gather, kept);
}

static bool is_same_status(const struct gather *gather, const struct kept *kept,
                           const struct process_status *status)
{
    const struct process *process = &kept->process;
    struct span comm = texts_span(&gather->texts, process->comm);

    return status->state == process->state && status->threads == process->threads &&
           status->switches == process->switches && status->vsize == process->vsize &&
           memcmp(status->uid, process->uid, sizeof status->uid) == 0 &&
           memcmp(status->gid, process->gid, sizeof status->gid) == 0 &&
           span_equals_span(comm, span_of(status->comm, status->comm_length));
}

bool kept_is_turn(const struct gather *gather, int32_t pid, unsigned passes)
{
    return (gather->pass + (uint64_t)pid) % passes == 0;
}

/* A process gets another parent when its own exits: then that is a zombie or not
 * listed, or its pid is somebody's who started later. */
static bool has_its_parent(struct gather *gather, const struct process *process)
{
    if (process->ppid == 0 || process->ppid == gather->parent_seen)
        return true;

    const struct sample *parent = samples_find_other(&gather->samples, process->ppid);
    if (!procfs_numbers_have(&gather->pids, process->ppid) || !parent || parent->is_zombie ||
        parent->starttime > process->starttime)
        return false;
    gather->parent_seen = process->ppid;
    return true;
}

static bool owes_status(const struct gather *gather, int32_t pid)
{
    const struct proc_events *events = &gather->events;
    bool is_told = events->is_live && gather->pass > gather->untold_until;

    return events->has_lost ||
           kept_is_turn(gather, pid, is_told ? KEPT_STATUS_EVENT_PASSES : KEPT_STATUS_PASSES);
}

void kept_note_change(void *context, int32_t pid)
{
    struct gather *gather = context;
    struct sample *sample = samples_find(&gather->samples, pid);

    if (sample && sample->kept)
        sample->kept->is_void = true;
}

/*
 * A process that does not run cannot change its memory, files, arguments, place
 * or identity; to run it is given a CPU, which schedstat counts, and status, when
 * it leaves it. exec, mprotect, setuid, a signal that stops it, PTRACE_ATTACH:
 * all make it run. What others may do to it meanwhile, unnoticed:
 *   - PTRACE_SEIZE it, as long as its tracer does not stop it: told as an event, else
 *     seen within KEPT_STATUS_PASSES; the kernel takes memory away from it (rss): seen
 *     within KEPT_STATUS_PASSES, or KEPT_STATUS_EVENT_PASSES;
 *   - a process outside its thread group that shares its memory (CLONE_VM, a
 *     vfork child), process_vm_writev(2) or /proc/PID/mem changes its memory;
 *   - another renames its program's or working directory, or moves it to another
 *     cgroup; its parent sets its process group;
 *   - the peer of a connection closes it: the tables of sockets are read in every
 *     pass, only the descriptor stays.
 * All of these are seen when it runs next, or in the sweep.
 */
bool kept_did_not_run(struct gather *gather, struct kept *kept)
{
    struct process *process = &kept->process;
    struct process_status status;

    if (process->state == 'R' || process->threads > 1)
        return false;
    open_schedstat(gather, kept);
    bool has_times = kept->schedstat >= 0;
    if (has_times && (!kept_read_times_now(gather, kept) || gather->now.arrivals == 0 ||
                      was_given_a_cpu(&gather->now, &process->mark)))
        return false;
    if (has_times && !owes_status(gather, process->pid) && has_its_parent(gather, process))
        return true;
    if (!read_status_of(gather, kept, &status) || !is_same_status(gather, kept, &status))
        return false;
    process->ppid = status.ppid;
    process->tracer_pid = status.tracer_pid;
    process->rss = status.rss;
    return true;
}

static bool is_settled(const struct process *process, fact_mask wanted)
{
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (wanted & FACT_BIT(fact) && fact != FACT_CPU && fact != FACT_SHA256 &&
            (process->facts[fact] == FACT_BLOCKED || process->facts[fact] == FACT_PENDING))
            return false;
    return true;
}

static bool is_covered(const struct gather *gather, int32_t pid)
{
    for (size_t i = 0; i < gather->mounts.cover_count; i++)
        if (gather->mounts.covers[i].pid == pid)
            return true;
    return false;
}

static bool may_reuse(const struct gather *gather, const struct kept *kept, fact_mask wanted)
{
    int32_t pid = kept->process.pid;

    return gather->procfs.is_live && !kept->is_void &&
           is_settled(&kept->process, kept->process.mark.wanted & wanted) &&
           !is_covered(gather, pid) &&
           !(kept->owes_place && kept_is_turn(gather, pid, KEPT_PLACE_PASSES)) &&
           !(kept->has_failures && kept_is_turn(gather, pid, KEPT_RETRY_PASSES));
}

/* The table of another network namespace is read through one of its processes,
 * so one of them is read. */
static uint64_t net_of(const struct gather *gather, const struct process *process)
{
    return process->facts[FACT_NAMESPACES] == FACT_KNOWN
               ? process->ns_net
               : gather->own_namespaces[NAMESPACE_NET];
}

static bool has_sockets(struct gather *gather, const struct kept *kept)
{
    uint64_t ns_net = net_of(gather, &kept->process);

    return kept->has_no_memory || ns_net == gather->own_namespaces[NAMESPACE_NET] ||
           sockets_has(&gather->sockets, ns_net);
}

void kept_load_exe(struct reading *reading)
{
    struct gather *gather = reading->gather;

    strbuf_clear(&gather->exe);
    strbuf_add_span(&gather->exe, texts_span(&gather->texts, reading->process.exe));
}

static enum fact_state look_at_file(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct gather_watch *watch = &gather->watch;
    int directory = procfs_open_process(&gather->procfs, reading->process.pid);

    if (directory < 0)
        return FACT_FAILED;
    if (watch->before)
        watch->before(watch->context, reading->process.pid, reading->process.starttime,
                      FACT_EXE_FILE);
    reading->directory = directory;
    reading->body = directory;
    kept_load_exe(reading);
    enum fact_state state = read_exe_file(reading);
    close(directory);
    return state;
}

struct reading kept_reading(struct gather *gather, const struct kept *kept)
{
    return (struct reading){
        .gather = gather,
        .builder = gather->texts.builder,
        .wanted = kept->process.mark.wanted,
        .directory = -1,
        .body = -1,
        .schedstat = -1,
        .process = kept->process,
    };
}

/*
 * A file changes without the process that runs it: it is unlinked, replaced or
 * chmod'ed, and its path, too. So it is looked at in every pass, through the
 * first process that runs it by that path; all others share what that one saw.
 * (What is at the path and above it is from paths.h, with its delay.)
 */
bool kept_is_same_file(struct gather *gather, const struct kept *kept)
{
    struct exe_table *table = &gather->exe_table;
    const struct exe_file *before = &kept->process.exe_file;

    if (kept->process.facts[FACT_EXE_FILE] != FACT_KNOWN || before->ino == 0)
        return true;
    bool is_local = before->flags & EXE_ON_LOCAL_FS;
    const struct exe_file *seen = is_local ? exe_table_find(table, &kept->process) : NULL;
    if (seen)
        return memcmp(seen, before, sizeof *before) == 0;

    struct reading reading = kept_reading(gather, kept);
    if (look_at_file(&reading) != FACT_KNOWN ||
        memcmp(&reading.process.exe_file, before, sizeof *before) != 0)
        return false;
    if (is_local)
        exe_table_add(table, &kept->process);
    return true;
}

/* What depends on others than the process: its digest may have come by now, and
 * the package database may be another. */
static void ask_about_file(struct gather *gather, struct kept *kept)
{
    struct process *process = &kept->process;
    bool wants_digest = kept->process.mark.wanted & FACT_BIT(FACT_SHA256) &&
                        gather->files.digest && process->facts[FACT_SHA256] != FACT_KNOWN;
    bool wants_package = kept->process.mark.wanted & FACT_BIT(FACT_PACKAGE) &&
                         kept->packages_serial != (uint32_t)gather->paths.serial;

    if (process->exe_file.ino == 0 || !(wants_digest || wants_package))
        return;
    struct reading reading = kept_reading(gather, kept);
    if (wants_digest)
        reading.process.facts[FACT_SHA256] = (uint8_t)read_sha256(&reading);
    if (wants_package) {
        kept_load_exe(&reading);
        reading.process.package = (struct text_ref){0};
        reading.process.facts[FACT_PACKAGE] = (uint8_t)read_package(&reading);
        kept->packages_serial = (uint32_t)gather->paths.serial;
    }
    *process = reading.process;
}

static void bring_up_to_date(struct gather *gather, struct sample *sample)
{
    struct kept *kept = sample->kept;
    struct process *process = &kept->process;
    bool has_before = sample->taken_ns != 0 && gather->now_ns > sample->taken_ns;

    process->is_new = false;
    process->cpu_percent = 0;
    if (kept->process.mark.wanted & FACT_BIT(FACT_CPU) &&
        process->facts[FACT_STAT] == FACT_KNOWN) {
        process->facts[FACT_CPU] = has_before ? FACT_KNOWN : FACT_PENDING;
        if (has_before)
            process->child_fault_rate = sample->child_fault_rate =
                sample_fault_rate(sample, sample->child_faults, gather->now_ns);
        sample->taken_ns = gather->now_ns;
    }
    if (kept->process.mark.wanted & FACT_BIT(FACT_SOCKETS) && !kept->has_no_memory)
        process->facts[FACT_SOCKETS] =
            (uint8_t)sockets_need(&gather->sockets, net_of(gather, process), -1);
    ask_about_file(gather, kept);
}

bool kept_reuse(struct gather *gather, fact_mask wanted, int32_t pid)
{
    struct sample *sample = samples_find(&gather->samples, pid);
    struct kept *kept = sample ? sample->kept : NULL;

    gather->is_sweeping = false;
    if (!kept || !may_reuse(gather, kept, wanted) || !kept_did_not_run(gather, kept) ||
        !kept_is_same_file(gather, kept) || !kept_add_facts(gather, kept, wanted) ||
        (wanted & FACT_BIT(FACT_SOCKETS) && !has_sockets(gather, kept)))
        return false;
    if (kept_is_turn(gather, pid, KEPT_SWEEP_PASSES) && !kept->put_off) {
        gather->is_sweeping = true;
        return false;
    }
    bring_up_to_date(gather, sample);
    snapshot_builder_header(gather->texts.builder)->unfinished += kept->put_off != 0;
    kept_put_out_again(gather, kept);
    samples_keep(&gather->samples, sample);
    sample->kept = NULL;
    return true;
}
