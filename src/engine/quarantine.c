/* SPDX-License-Identifier: MIT */
#include "engine/quarantine.h"

#include <stddef.h>

#include "model/facts.h"

enum lock {
    LOCK_EXEC = 1u << 0,   /* signal->exec_update_lock: held by a process in exec(2) */
    LOCK_MEMORY = 1u << 1, /* mm->mmap_lock: held by one in a page fault */
};

/* What a reader waits for. One that hangs costs a deadline and a thread, so it
 * is not found out again for each file. Measured on Linux 6.18; older kernels
 * also take the second one for maps. status waits for nothing. */
static unsigned locks_of(uint32_t fact)
{
    static const unsigned locks[FACT_COUNT] = {
        [FACT_STAT] = LOCK_EXEC,
        [FACT_CPU] = LOCK_EXEC,
        [FACT_CMDLINE] = LOCK_MEMORY,
        [FACT_ENVIRON] = LOCK_EXEC | LOCK_MEMORY,
        [FACT_EXE] = LOCK_EXEC,
        [FACT_EXE_FILE] = LOCK_EXEC,
        [FACT_SHA256] = LOCK_EXEC,
        [FACT_CWD] = LOCK_EXEC,
        [FACT_ROOT] = LOCK_EXEC,
        [FACT_WRITTEN_CODE] = LOCK_EXEC | LOCK_MEMORY,
        [FACT_MAPS] = LOCK_EXEC | LOCK_MEMORY,
        [FACT_DESCRIPTORS] = LOCK_EXEC,
        [FACT_NAMESPACES] = LOCK_EXEC,
    };

    return fact < FACT_COUNT ? locks[fact] : 0;
}

static struct quarantine_entry *find(struct quarantine *quarantine, int32_t pid,
                                     uint64_t starttime, uint32_t fact)
{
    if (quarantine->count == 0)
        return NULL;
    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        struct quarantine_entry *entry = &quarantine->entries[i];
        if (entry->pid == pid && entry->starttime == starttime && entry->fact == fact)
            return entry;
    }
    return NULL;
}

const struct quarantine_entry *quarantine_find(const struct quarantine *quarantine, int32_t pid,
                                               uint64_t starttime, uint32_t fact)
{
    return find((struct quarantine *)quarantine, pid, starttime, fact);
}

static void forget(struct quarantine *quarantine, struct quarantine_entry *entry)
{
    *entry = (struct quarantine_entry){0};
    quarantine->count--;
}

static struct quarantine_entry *free_entry(struct quarantine *quarantine)
{
    struct quarantine_entry *soonest = &quarantine->entries[0];

    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        struct quarantine_entry *entry = &quarantine->entries[i];
        if (entry->pid == 0)
            return entry;
        if (entry->until_ms < soonest->until_ms)
            soonest = entry;
    }
    forget(quarantine, soonest);
    return soonest;
}

void quarantine_add(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                    uint32_t fact, uint64_t now_ms)
{
    struct quarantine_entry *entry = find(quarantine, pid, starttime, fact);

    if (!entry) {
        entry = free_entry(quarantine);
        quarantine->count++;
        *entry = (struct quarantine_entry){
            .pid = pid, .fact = fact, .starttime = starttime, .since_ms = now_ms};
    }
    entry->wait_ms = entry->wait_ms == 0                       ? QUARANTINE_FIRST_MS
                     : entry->wait_ms > QUARANTINE_LAST_MS / 2 ? QUARANTINE_LAST_MS
                                                               : entry->wait_ms * 2;
    entry->until_ms = now_ms + entry->wait_ms;
    entry->is_hanging = true;
}

void quarantine_returned(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                         uint32_t fact, uint64_t now_ms)
{
    struct quarantine_entry *entry = find(quarantine, pid, starttime, fact);

    if (!entry)
        return;
    entry->is_hanging = false;
    entry->until_ms = now_ms + entry->wait_ms;
}

void quarantine_remove(struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                       uint32_t fact)
{
    struct quarantine_entry *entry = find(quarantine, pid, starttime, fact);

    if (entry)
        forget(quarantine, entry);
}

void quarantine_expire(struct quarantine *quarantine, uint64_t now_ms)
{
    if (quarantine->count == 0)
        return;
    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        struct quarantine_entry *entry = &quarantine->entries[i];
        if (entry->pid != 0 && !entry->is_hanging &&
            now_ms > entry->until_ms + QUARANTINE_LAST_MS)
            forget(quarantine, entry);
    }
}

void quarantine_inherit(struct quarantine *quarantine, uint64_t now_ms)
{
    /* The collector before may have died while it wrote here. */
    quarantine->count = 0;
    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        quarantine->entries[i].is_hanging = false;
        if (quarantine->entries[i].pid != 0)
            quarantine->count++;
    }
    quarantine_expire(quarantine, now_ms);
}

bool quarantine_is_closed(const struct quarantine *quarantine, int32_t pid, uint64_t starttime,
                          uint32_t fact, uint64_t now_ms)
{
    if (quarantine->count == 0)
        return false;
    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        const struct quarantine_entry *entry = &quarantine->entries[i];
        bool is_concerned = entry->pid == pid && entry->starttime == starttime &&
                            (entry->fact == fact || locks_of(entry->fact) & locks_of(fact));
        if (is_concerned && (entry->is_hanging || now_ms < entry->until_ms))
            return true;
    }
    return false;
}
