/* SPDX-License-Identifier: MIT */
/*
 * system_facts - the header of a snapshot: the machine, its clock and load, our
 * own namespaces; live or from a recording.
 */
#ifndef GATHER_SYSTEM_FACTS_H
#define GATHER_SYSTEM_FACTS_H

#include "gather/reading.h"

/* Once a gatherer: clock ticks, page size, our own namespaces. */
void system_facts_learn(struct gather *gather);

/* Monotonic time that also passes while the machine sleeps; a recording: its
 * uptime. */
uint64_t system_facts_now_ns(struct gather *gather);

/* Fill in the builder's header, but for the counts and the cost. */
void system_facts_read(struct gather *gather, struct snapshot_builder *builder);

/* How many processes the kernel itself says there are, which a getdents that
 * was tampered with cannot hide: st_nlink of /proc is that number plus its
 * links as a directory (fs/proc/root.c). Only in the first pid namespace; else
 * 0. */
uint32_t system_facts_process_count(const struct gather *gather);

#endif
