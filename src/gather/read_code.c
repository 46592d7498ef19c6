/* SPDX-License-Identifier: MIT */
/*
 * Pages of code that were written to: of a private mapping that nobody writes to, all
 * are the file's, until somebody else does (ptrace, /proc/PID/mem) or the process made
 * it writable for a moment. Then the kernel gave it copies, and counts them.
 */
#include "base/clock.h"
#include "gather/parse.h"
#include "gather/reading.h"

/* Some 700 bytes a mapping, so 20,000 of them; and milliseconds, so that a look which
 * is taken again every second does not read them every time. */
enum { SMAPS_SIZE_MAX = 16 * 1024 * 1024, LOOK_AGAIN_MS = 5000 };

enum fact_state read_written_code(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct code_look *last = &gather->code_look;
    struct process *process = &reading->process;
    struct strbuf text = {0};

    if (last->pid == process->pid && last->starttime == process->starttime &&
        last->exe_ino == process->exe_file.ino &&
        gather->now_ns - last->taken_ns < (uint64_t)LOOK_AGAIN_MS * NS_PER_MS) {
        process->written_code = last->code;
        return FACT_KNOWN;
    }
    /* Of its own: the gatherer's would stay as large. */
    int result = procfs_read(&gather->procfs, reading->body, "smaps", SMAPS_SIZE_MAX, &text);
    if (result >= 0)
        process->written_code = written_code_of(strbuf_span(&text));
    strbuf_release(&text);
    if (result < 0)
        return reading_error(reading, result);
    if (result == PROCFS_TRUNCATED)
        return FACT_TRUNCATED;
    *last = (struct code_look){process->pid, process->starttime, process->exe_file.ino,
                               gather->now_ns, process->written_code};
    return FACT_KNOWN;
}
