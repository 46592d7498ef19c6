/* SPDX-License-Identifier: MIT */
/* A small scored machine, written by hand: what views and reports are tested on. */
#ifndef TESTS_SUPPORT_SCORED_H
#define TESTS_SUPPORT_SCORED_H

#include "model/relations.h"
#include "model/score.h"
#include "model/snapshot.h"

enum { SCORED_REASONS_MAX = 4 };

struct scored_reason {
    const char *key; /* "deleted_exe", "tmp_exe", "high_cpu" or "ptraced"; NULL ends */
    double points, score;
    const char *evidence;
    bool is_whitelisted;
    bool is_excused; /* strength 0 */
};

struct scored_process {
    int32_t pid, ppid;
    uint64_t starttime;
    const char *comm, *user;
    uint32_t uid;
    const char *exe, *cmdline; /* arguments separated by '|' */
    float cpu_percent;         /* negative: denied */
    uint32_t flags;
    double total_score;
    enum severity severity;
    struct scored_reason reasons[SCORED_REASONS_MAX];
};

struct scored {
    void *block;
    struct snapshot snapshot;
    struct relations *relations;
    struct scores scores;
    struct assessment assessment;
};

/* Flagged: total score 3 or more. Process i's CPU fact decides high_cpu's
 * "not assessed". The first process holds three descriptors of two outbound
 * sockets to ports 4444 and 443, one of them twice, and one that listens. */
void scored_init(struct scored *scored, const struct scored_process *processes, size_t count);
void scored_release(struct scored *scored);

#endif
