/* SPDX-License-Identifier: MIT */
/* photograph - a snapshot of processes that a test describes in a row each. */
#ifndef TESTS_UNIT_ANOMALY_PHOTOGRAPH_H
#define TESTS_UNIT_ANOMALY_PHOTOGRAPH_H

#include "model/relations.h"
#include "model/snapshot.h"

struct actor {
    const char *exe;     /* NULL: unknown */
    const char *package; /* NULL: unowned */
    const char *arguments;
    int32_t ppid;
    uint32_t uid;
    int32_t threads;
    uint32_t descriptors;
    double rss;
    double cpu;
    double age_s;
    double child_fault_rate;
    unsigned connections; /* outbound, each to another port of one address */
    unsigned listening;
};

struct photograph {
    void *block;
    struct snapshot snapshot;
    struct relations *relations;
};

/* The actors get the pids 1, 2, 3 ... All facts are known. */
void photograph_take(struct photograph *photograph, const struct actor *actors, size_t count);
void photograph_release(struct photograph *photograph);

#endif
