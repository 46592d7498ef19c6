/* SPDX-License-Identifier: MIT */
/* What a census tells of the process that is being read, as long as it is true. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/input_file.h"
#include "gather/parse.h"
#include "gather/reading.h"

/* From some 300 processes on it is cheaper to have them told. The tasks are those of the
 * whole machine; that a pid namespace has few, its last number tells while it is young. */
enum { CENSUS_TASKS_LEAST = 1000, LOADAVG_SIZE_MAX = 4096 };

bool gather_census_pays(void)
{
    struct strbuf loadavg = {0};
    uint64_t tasks;
    int32_t last_pid;
    bool pays = input_file_read("/proc/loadavg", LOADAVG_SIZE_MAX, &loadavg, NULL) == 0 &&
                parse_task_count(strbuf_span(&loadavg), &tasks) &&
                parse_last_pid(strbuf_span(&loadavg), &last_pid) &&
                tasks >= CENSUS_TASKS_LEAST && last_pid >= CENSUS_TASKS_LEAST;

    strbuf_release(&loadavg);
    return pays;
}

void gather_open_census(struct gather_census *ret_census)
{
    census_open(ret_census);
}

void told_begin(struct gather *gather, const struct gather_census *opened)
{
    /* Its pids are those of our own namespace, its roots beside ours. */
    census_init(&gather->census, opened);
    if (!gather->is_procfs_ours)
        census_release(&gather->census);
    gather->has_plain_root =
        procfs_read_link(gather->procfs.root, "self/root", &gather->text) == 0 &&
        span_equals(strbuf_span(&gather->text), "/");
}

/* Since the record was written a moment ago it was given no CPU, with which to make it
 * untrue, if it has left one as often and was on none when its status was read. Its other
 * threads may have been: those are no worse off than who is taken to be where it was
 * (kept.h), and are read as soon. */
static bool has_slept_since(const struct reading *reading, const struct census_head *head)
{
    return !reading->was_running && reading->process.state != 'R' &&
           head->switches == reading->process.switches;
}

/* Of the process at hand, and as true as what its files would say. We ourselves run while we
 * read, and change what we have open either way. */
static bool is_true(const struct reading *reading, const struct census_head *head)
{
    const struct process *process = &reading->process;
    uint64_t tick_ns = (uint64_t)NS_PER_S / reading->gather->ticks_per_second;

    return !reading->is_focus && reading->body == reading->directory &&
           process_knows(process, FACT_BIT(FACT_STAT) | FACT_BIT(FACT_STATUS)) &&
           head->start_ns / tick_ns == process->starttime &&
           (has_slept_since(reading, head) || process->pid == getpid());
}

bool told_task(struct reading *reading, struct census_task *ret_task)
{
    struct census_task task;

    if (!census_find_task(&reading->gather->census, reading->process.pid, &task) ||
        !is_true(reading, &task.head))
        return false;
    reading->owes_place |= reading->process.threads > 1;
    *ret_task = task;
    return true;
}

/* Nothing the process does from then on goes unnoticed if its schedstat, which was read
 * before, says what the record does. Who it is comes out when its stat is read. */
bool told_status(struct reading *reading, struct process_status *ret_status)
{
    enum { SLEEPS = 1, NO_NEW_PRIVS = 1 << 0 }; /* include/linux/sched.h */
    struct census_task task;

    if (reading->is_focus || reading->was_misled || reading->times.arrivals == 0 ||
        !census_find_task(&reading->gather->census, reading->process.pid, &task) ||
        task.arrivals != reading->times.arrivals ||
        task.runtime_ns != reading->times.runtime_ns || task.state != SLEEPS ||
        task.ptrace != 0 || task.seccomp > UINT8_MAX)
        return false;
    *ret_status = (struct process_status){
        .state = 'S',
        .no_new_privs = task.task_flags & NO_NEW_PRIVS,
        .seccomp = (uint8_t)task.seccomp,
        .ns_depth = task.levels,
        .cap_permitted = task.cap_permitted,
        .cap_effective = task.cap_effective,
        .cap_ambient = task.cap_ambient,
        .switches = task.head.switches,
    };
    memcpy(ret_status->uid, task.uid, sizeof task.uid);
    memcpy(ret_status->gid, task.gid, sizeof task.gid);
    reading->told_start_ns = task.head.start_ns;
    return true;
}

bool told_misled(struct reading *reading)
{
    uint64_t tick_ns = (uint64_t)NS_PER_S / reading->gather->ticks_per_second;

    reading->was_misled = reading->told_start_ns != 0 &&
                          (reading->process.facts[FACT_STAT] != FACT_KNOWN ||
                           reading->told_start_ns / tick_ns != reading->process.starttime);
    return reading->was_misled;
}

bool told_is_root(struct reading *reading, enum census_flag flag)
{
    struct census_task task;

    return reading->gather->has_plain_root && told_task(reading, &task) && task.flags & flag;
}

enum told told_descriptor(struct reading *reading, struct census_descriptor *ret_descriptor,
                          struct span *ret_link)
{
    if (!census_take_descriptor(&reading->gather->census, reading->process.pid, ret_descriptor,
                                ret_link))
        return TOLD_NO_MORE;
    return is_true(reading, &ret_descriptor->head) ? TOLD : TOLD_UNTRUE;
}
