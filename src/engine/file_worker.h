/* SPDX-License-Identifier: MIT */
/*
 * file_worker - the process that follows executables into file systems that may
 * hang: digests and looks at them, one at a time, at the collector's word.
 *
 * It never sees a path: what is opened is /proc/PID/exe, after the start time
 * was compared on the same directory. When it hangs it is left behind.
 */
#ifndef ENGINE_FILE_WORKER_H
#define ENGINE_FILE_WORKER_H

#include <stdint.h>

#include "gather/gather.h"

enum { FILE_DIGEST_MAX = 64 << 20 }; /* bytes; larger files are FACT_TRUNCATED */

/* FILE_TASK_LOOK: its headers, and what a package database would compare it by. */
enum file_task { FILE_TASK_DIGEST, FILE_TASK_STAT, FILE_TASK_LOOK, FILE_TASK_COUNT };

struct file_request {
    uint64_t id;
    uint64_t starttime;
    int32_t pid;
    uint32_t task; /* enum file_task */
};

struct file_answer {
    uint64_t id;
    uint32_t state; /* enum fact_state; FACT_NOT_ASKED: the process is gone */
    uint32_t reserved;
    struct exe_file file; /* what was found; flags are not filled in */
    struct sha256 digest; /* of that very file */
    struct program_look look;
};

_Noreturn void file_worker_run(int socket);

/* One request, answered; what the process does in a loop. */
void file_worker_answer(const struct file_request *request, struct file_answer *ret_answer);

#endif
