/* SPDX-License-Identifier: MIT */
/*
 * quarantine - reads that hang, and when each may be tried again.
 *
 * Keyed by (pid, starttime, fact); a hang also closes the facts of that process
 * that wait for the same lock of the kernel. The wait doubles from 2 to 60 seconds while
 * a read keeps hanging. While the thread that hangs there is still there, the
 * file blocks: it is not tried at all. Lies in shared memory as plain data and
 * holds no lock: the collector guards it, and a fresh collector inherits it.
 */
#ifndef ENGINE_QUARANTINE_H
#define ENGINE_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    QUARANTINE_MAX = 256,
    QUARANTINE_FIRST_MS = 2000,
    QUARANTINE_LAST_MS = 60000,
};

struct quarantine_entry {
    int32_t pid; /* 0: free */
    uint32_t fact;
    uint64_t starttime;
    uint64_t since_ms; /* monotonic: when it was first seen to hang */
    uint64_t until_ms; /* not to be tried before */
    uint32_t wait_ms;
    bool is_hanging; /* a thread of this collector is still in that read */
};

struct quarantine {
    _Atomic uint32_t count; /* in use: none, the common case, costs one look */
    struct quarantine_entry entries[QUARANTINE_MAX];
};

/* A read hangs, again or for the first time. Where the table is full, the entry
 * that may soonest be tried gives way. */
void quarantine_add(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                    uint32_t fact, uint64_t now_ms);

/* The thread that hung came back: the wait begins now. */
void quarantine_returned(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                         uint32_t fact, uint64_t now_ms);

/* A read that was tried again did come back in time. */
void quarantine_remove(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                       uint32_t fact);

/* Nobody hangs any more: for a collector that took over. Entries that are long
 * over are forgotten. */
void quarantine_inherit(struct quarantine *quarantine, uint64_t now_ms);

/* Forget those whose wait ended long ago: their processes are gone. */
void quarantine_expire(struct quarantine *quarantine, uint64_t now_ms);

/* NULL when the read was never seen to hang. */
const struct quarantine_entry *quarantine_find(const struct quarantine *quarantine, int32_t pid,
                                               uint64_t starttime, uint32_t fact);

/* Not to be tried now: this very read hangs or hung, or one that waits for the
 * same lock does. */
bool quarantine_is_closed(const struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                          uint32_t fact, uint64_t now_ms);

#endif
