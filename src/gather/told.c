/* SPDX-License-Identifier: MIT */
/* What a census tells of the process that is being read, as long as it is true. */
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

/*
 * The record was written a moment ago; of this very process, if it started then. Since
 * then it was given no CPU, with which to make it untrue, if it has left one as often and
 * was on none when its status was read. Its other threads may have been: those are no
 * worse off than who is taken to be where it was (kept.h), and are read as soon.
 */
static bool is_true(const struct reading *reading, const struct census_head *head)
{
    const struct process *process = &reading->process;
    uint64_t tick_ns = (uint64_t)NS_PER_S / reading->gather->ticks_per_second;

    return !reading->is_focus && !reading->was_running && process->state != 'R' &&
           reading->body == reading->directory &&
           process_knows(process, FACT_BIT(FACT_STAT) | FACT_BIT(FACT_STATUS)) &&
           head->start_ns / tick_ns == process->starttime &&
           head->switches == process->switches;
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

enum told told_descriptor(struct reading *reading, struct census_descriptor *ret_descriptor,
                          struct span *ret_link)
{
    if (!census_take_descriptor(&reading->gather->census, reading->process.pid, ret_descriptor,
                                ret_link))
        return TOLD_NO_MORE;
    return is_true(reading, &ret_descriptor->head) ? TOLD : TOLD_UNTRUE;
}
