/* SPDX-License-Identifier: MIT */
/*
 * record_process - one process of the live machine into a recording. Private to
 * gather.
 */
#ifndef GATHER_RECORD_PROCESS_H
#define GATHER_RECORD_PROCESS_H

#include "gather/procfs.h"
#include "model/snapshot.h"

struct recorder {
    struct procfs procfs;
    int tree; /* the new directory */
    struct strbuf text;
    struct strbuf scratch;
    uint64_t *namespaces; /* network namespaces whose tables were copied */
    size_t namespace_count;
    size_t namespace_capacity;
};

/* 0, also when the process vanished; -errno when the recording cannot be
 * written. The process is of a snapshot just taken. */
int record_process(struct recorder *recorder, const struct snapshot *snapshot,
                   const struct process *process);

/* Copy the socket tables below prefix ("self/" or ""). */
int record_net(struct recorder *recorder, int from, const char *prefix, int to);

#endif
