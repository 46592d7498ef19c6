/* SPDX-License-Identifier: MIT */
#include "gather/births.h"

/* Where numbers begin again, see RESERVED_PIDS in kernel/pid.c. */
enum { FIRST_AGAIN = 300 };

void births_begin(struct births *births, int32_t last)
{
    *births = (struct births){.last_before = births->last, .last = last};
}

void births_see(struct births *births, int32_t threads, int32_t threads_before)
{
    int32_t known = threads_before > 0 ? threads_before : 1;

    if (threads > known)
        births->threads += (uint32_t)(threads - known);
}

static uint32_t count_between(const struct procfs_numbers *listed, int32_t above, int32_t last)
{
    uint32_t count = 0;

    for (size_t i = 0; i < listed->count; i++)
        count += listed->items[i] > above && listed->items[i] <= last;
    return count;
}

bool births_estimate_ended(const struct births *births, const struct procfs_numbers *listed,
                           int32_t pid_max, uint32_t *ret_count)
{
    int32_t from = births->last_before, to = births->last;
    uint32_t given, there = births->threads;

    if (from <= 0 || to <= 0)
        return false;
    if (to >= from) {
        given = (uint32_t)(to - from);
        there += count_between(listed, from, to);
    } else {
        int32_t behind = from < pid_max ? pid_max - 1 - from : 0;
        int32_t again = to >= FIRST_AGAIN ? to - FIRST_AGAIN + 1 : 0;

        given = (uint32_t)behind + (uint32_t)again;
        there +=
            count_between(listed, from, INT32_MAX) + count_between(listed, FIRST_AGAIN - 1, to);
    }
    *ret_count = given > there ? given - there : 0;
    return true;
}
