/* SPDX-License-Identifier: MIT */
#include "gather/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "gather/parse.h"

enum reader_flag {
    NEEDS_MEMORY = 1u << 0, /* kernel threads and zombies have nothing of it */
    NEVER_BLOCKS = 1u << 1, /* whatever the process does (Linux 6.18, measured) */
};

static const struct {
    enum fact fact;
    uint32_t flags;
    fact_reader *read;
} readers[] = {
    {FACT_STATUS,       NEVER_BLOCKS, read_status      },
    {FACT_STAT,         0,            read_stat        },
    {FACT_CPU,          0,            read_cpu         },
    {FACT_CGROUP,       NEVER_BLOCKS, read_cgroup      },
    {FACT_LOGINUID,     0,            read_loginuid    },
    {FACT_CMDLINE,      NEEDS_MEMORY, read_cmdline     },
    {FACT_NAMESPACES,   NEEDS_MEMORY, read_namespaces  },
    {FACT_EXE,          NEEDS_MEMORY, read_exe         },
    {FACT_CWD,          NEEDS_MEMORY, read_cwd         },
    {FACT_ROOT,         NEEDS_MEMORY, read_root        },
    {FACT_EXE_FILE,     NEEDS_MEMORY, read_exe_file    },
    {FACT_SHA256,       NEEDS_MEMORY, read_sha256      },
    {FACT_ENVIRON,      NEEDS_MEMORY, read_environ     },
    {FACT_MAPS,         NEEDS_MEMORY, read_maps        },
    {FACT_SOCKETS,      NEEDS_MEMORY, read_sockets     },
    {FACT_DESCRIPTORS,  NEEDS_MEMORY, read_descriptors },
    {FACT_PACKAGE,      NEEDS_MEMORY, read_package     },
    {FACT_WRITTEN_CODE, NEEDS_MEMORY, read_written_code},
};

static bool is_there(const struct reading *reading)
{
    return faccessat(reading->directory, "status", F_OK, AT_EACCESS) == 0;
}

enum fact_state reading_error(struct reading *reading, int error)
{
    if (error == -EACCES || error == -EPERM)
        return FACT_DENIED;
    if (error != -ENOENT && error != -ESRCH)
        return FACT_FAILED;
    /* A recording holds what somebody wanted to record. */
    if (!reading->gather->procfs.is_live)
        return FACT_NOT_ASKED;
    if (!is_there(reading))
        reading->is_gone = true;
    return FACT_FAILED;
}

enum fact_state reading_file(struct reading *reading, int directory, const char *path,
                             size_t cap)
{
    struct gather *gather = reading->gather;
    int result = procfs_read_piece(&gather->procfs, directory, path, cap, &gather->text);

    if (result < 0)
        return reading_error(reading, result);
    return result == PROCFS_TRUNCATED ? FACT_TRUNCATED : FACT_KNOWN;
}

struct text_ref reading_text(struct reading *reading, struct span text)
{
    return texts_add(&reading->gather->texts, text);
}

/* Without leave to look at its links, a process is taken to live where we do. */
enum fact_state read_sockets(struct reading *reading)
{
    struct gather *gather = reading->gather;
    bool is_placed = reading->process.facts[FACT_NAMESPACES] == FACT_KNOWN;
    uint64_t ns_net =
        is_placed ? reading->process.ns_net : gather->own_namespaces[NAMESPACE_NET];

    return sockets_need(&gather->sockets, ns_net, reading->directory);
}

bool gather_may_begin(const struct gather *gather, const struct process *process,
                      enum fact fact)
{
    const struct gather_watch *watch = &gather->watch;

    if (watch->is_quarantined &&
        watch->is_quarantined(watch->context, process->pid, process->starttime, fact))
        return false;
    if (watch->before)
        watch->before(watch->context, process->pid, process->starttime, fact);
    return true;
}

bool reading_may_begin(struct reading *reading, enum fact fact)
{
    return gather_may_begin(reading->gather, &reading->process, fact);
}

/* Who is not known by now is taken for the one of the pass before: a process in
 * the middle of exec(2) keeps its start time, and stat may be what hangs. */
static void assume_identity(struct reading *reading)
{
    const struct sample *last = samples_find(&reading->gather->samples, reading->process.pid);

    reading->process.starttime = last ? last->starttime : 0;
}

/* Once the start time is known, so is what was kept of this very process. */
static void recall(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct sample *last = samples_find(&gather->samples, reading->process.pid);

    if (last && last->starttime == reading->process.starttime) {
        reading->before = last;
        reading->sample = *last;
        /* Beside full passes a look at one process keeps nothing. */
        if (reading->keeps_sample)
            last->kept = NULL;
        else
            reading->sample.kept = NULL;
    }
    reading->sample.pid = reading->process.pid;
    reading->sample.starttime = reading->process.starttime;
    reading->process.is_new = gather->pass > 1 && !reading->before;
}

/*
 * When the first thread of a process has exited, its directory shows a zombie
 * without memory or files while the others go on. Look through one of those, or
 * pthread_exit(3) in main would hide everything.
 */
static void find_body(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process_stat stat;
    char path[48];
    int tasks = procfs_open_directory(&gather->procfs, reading->directory, "task");

    if (tasks < 0)
        return;
    if (procfs_list(tasks, &gather->descriptors) == 0)
        for (size_t i = 0; i < gather->descriptors.count; i++) {
            int32_t thread = gather->descriptors.items[i];

            snprintf(path, sizeof path, "%d/stat", thread);
            if (thread == reading->process.pid ||
                procfs_read_piece(&gather->procfs, tasks, path, PATH_MAX, &gather->text) != 0 ||
                !parse_stat(strbuf_span(&gather->text), &stat) || stat.state == 'Z' ||
                stat.state == 'X')
                continue;
            snprintf(path, sizeof path, "%d", thread);
            int body = procfs_open_directory(&gather->procfs, tasks, path);
            if (body >= 0) {
                reading->body = body;
                reading->process.state = stat.state;
                break;
            }
        }
    close(tasks);
}

static void look_closer(struct reading *reading)
{
    const struct process *process = &reading->process;

    if (process->state == 'Z' && process->threads > 1)
        find_body(reading);
    reading->has_no_memory = process_is_kernel_thread(process) || process_is_zombie(process);
}

/* What was read before is read again: no fact that is known becomes unknown. */
static bool is_for_the_first_time(const struct reading *reading, enum fact fact)
{
    return !(reading->sample.kept &&
             reading->sample.kept->process.mark.wanted & FACT_BIT(fact));
}

static bool shall_be_put_off(struct reading *reading, enum fact fact)
{
    if (!(allowance_may_wait & FACT_BIT(fact)) || reading->is_focus ||
        allowance_is_left(&reading->gather->allowance) || !is_for_the_first_time(reading, fact))
        return false;
    reading->put_off |= FACT_BIT(fact);
    return true;
}

static enum fact_state run_reader(struct reading *reading, size_t i)
{
    if (readers[i].flags & NEEDS_MEMORY && reading->has_no_memory)
        return FACT_KNOWN;
    if (shall_be_put_off(reading, readers[i].fact))
        return FACT_PENDING;
    if (reading->is_hurried && !(readers[i].flags & NEVER_BLOCKS))
        return FACT_PENDING;
    if (!reading_may_begin(reading, readers[i].fact))
        return FACT_BLOCKED;
    enum fact_state state = readers[i].read(reading);
    if (is_for_the_first_time(reading, readers[i].fact))
        allowance_spend(&reading->gather->allowance, readers[i].fact,
                        readers[i].fact == FACT_DESCRIPTORS ? reading->process.descriptor_count
                                                            : 0);
    return state;
}

/* What the recorder was refused, it says in a file: names of facts. */
static void apply_recorded_denials(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct span text, word;

    if (procfs_read(&gather->procfs, reading->directory, "denied", PATH_MAX, &gather->text) < 0)
        return;
    text = strbuf_span(&gather->text);
    while (span_take_word(&text, &word))
        for (unsigned fact = 0; fact < FACT_COUNT; fact++)
            if (span_equals(word, fact_name(fact)) && reading->wanted & FACT_BIT(fact))
                reading->process.facts[fact] = FACT_DENIED;
}

static void mark_blocked(struct reading *reading)
{
    bool is_blocked = false;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        is_blocked |= reading->process.facts[fact] == FACT_BLOCKED;
    if (!is_blocked)
        reading->sample.blocked_since_ms = 0;
    else if (reading->sample.blocked_since_ms == 0)
        reading->sample.blocked_since_ms = reading->gather->now_ns / NS_PER_MS;
    reading->process.blocked_since_ms = reading->sample.blocked_since_ms;
}

/* Between our stat and our look at its link a process may have begun to exit:
 * then it has no program file any more, which must not read as "it never had
 * one". Its flags tell. */
static void notice_exit(struct reading *reading)
{
    if (reading->has_no_memory || reading->gather->exe.length > 0 ||
        reading->process.facts[FACT_EXE] != FACT_KNOWN || !reading->gather->procfs.is_live)
        return;
    if (read_stat(reading) == FACT_KNOWN)
        reading->has_no_memory =
            process_is_zombie(&reading->process) || reading->process.flags & PROCESS_PF_EXITING;
}

/* One that makes its readers hang sleeps in the kernel itself, more often than not:
 * then all others were read before it is tried. */
static bool shall_wait(const struct reading *reading)
{
    return reading->process.state == 'D' && !reading->is_last && !reading->is_focus &&
           reading->gather->procfs.is_live;
}

static void hurry_if_late(struct reading *reading)
{
    const struct gather_watch *watch = &reading->gather->watch;
    int32_t pid = reading->is_last ? INT32_MAX : reading->process.pid;

    if (reading->is_focus || !watch->is_late || !watch->is_late(watch->context, pid))
        return;
    reading->is_hurried = true;
    reading->gather->hurried_count++;
}

void reading_add(struct reading *reading)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers && !reading->is_gone; i++)
        if (reading->wanted & FACT_BIT(readers[i].fact))
            reading->process.facts[readers[i].fact] = (uint8_t)run_reader(reading, i);
}

/* In the same order: stat says more of what both say. */
static void read_identity_again(struct reading *reading)
{
    uint8_t *facts = reading->process.facts;

    facts[FACT_STATUS] = (uint8_t)read_status(reading);
    if (facts[FACT_STAT] == FACT_KNOWN)
        facts[FACT_STAT] = (uint8_t)read_stat(reading);
}

void reading_run(struct reading *reading)
{
    assume_identity(reading);
    hurry_if_late(reading);
    strbuf_clear(&reading->gather->exe);
    reading->gather->lists.map_count = 0;
    reading->gather->lists.descriptor_count = 0;
    for (size_t i = 0; i < sizeof readers / sizeof *readers && !reading->is_gone; i++) {
        enum fact fact = readers[i].fact;

        if (!(reading->wanted & FACT_BIT(fact)))
            continue;
        reading->process.facts[fact] = (uint8_t)run_reader(reading, i);
        if (fact == FACT_STATUS && shall_wait(reading)) {
            reading->is_postponed = true;
            return;
        }
        if (fact == FACT_STAT && !reading->is_gone && told_misled(reading))
            read_identity_again(reading);
        if (fact == FACT_STAT && !reading->is_gone) {
            recall(reading);
            look_closer(reading);
        }
        if (fact == FACT_EXE && !reading->is_gone && !reading->is_hurried)
            notice_exit(reading);
    }
    if (!reading->is_gone)
        reading_compare_paths(reading);
    if (!reading->gather->procfs.is_live) {
        /* Gone before the recorder could read anything of it. */
        reading->is_gone |= reading->process.facts[FACT_STATUS] == FACT_NOT_ASKED &&
                            reading->process.facts[FACT_STAT] == FACT_NOT_ASKED;
        apply_recorded_denials(reading);
    }
    if (reading->is_focus && !reading->is_gone)
        read_closer(reading);
    if (!reading->is_focus && !reading->is_gone)
        births_see(&reading->gather->births, reading->process.threads,
                   reading->before ? reading->before->threads : 0);
    reading->sample.threads = reading->process.threads;
    reading->sample.is_zombie = process_is_zombie(&reading->process);
    mark_blocked(reading);
    if (reading->body != reading->directory)
        close(reading->body);
}
