/* SPDX-License-Identifier: MIT */
/*
 * starttime - the other half of a process's identity.
 *
 * A pid is reused; (pid, starttime) is not. Whoever acts on a process compares
 * the start time through the same directory descriptor it acts through.
 */
#ifndef BASE_STARTTIME_H
#define BASE_STARTTIME_H

#include <stdint.h>

#include "base/span.h"

/* A number of /proc/PID/stat, by its field in proc_pid_stat(5): from 4 on, not negative. */
bool starttime_stat_field(struct span stat, int number, uint64_t *ret_value);

/* Field 22, ticks since boot. */
bool starttime_parse(struct span stat, uint64_t *ret_starttime);

/* Read "stat" in a /proc/PID directory. Negative errno: -ESRCH or -ENOENT when
 * the process is gone. May block while the process hangs in exec(2). */
int starttime_read(int process_directory, uint64_t *ret_starttime);

#endif
