/* SPDX-License-Identifier: MIT */
#include "api/crowd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"

enum {
    REQUEST_DEADLINE_MS = 5000,
    ANSWER_DEADLINE_MS = 30000,
    CROWDED = 48,
};

struct crowd_member {
    struct crowd_member *previous, *next; /* by start of the request, oldest first */
    uint64_t due_ms;
    int fd;
    bool is_shut;
};

static uint64_t now_ms(void)
{
    return clock_now_ns(CLOCK_MONOTONIC) / NS_PER_MS;
}

static void unlink_member(struct crowd *crowd, struct crowd_member *member)
{
    if (member->previous)
        member->previous->next = member->next;
    else
        crowd->oldest = member->next;
    if (member->next)
        member->next->previous = member->previous;
    else
        crowd->newest = member->previous;
}

static void append_member(struct crowd *crowd, struct crowd_member *member)
{
    member->due_ms = now_ms() + REQUEST_DEADLINE_MS;
    member->previous = crowd->newest;
    member->next = NULL;
    if (crowd->newest)
        crowd->newest->next = member;
    else
        crowd->oldest = member;
    crowd->newest = member;
}

static void shut(struct crowd_member *member)
{
    if (!member->is_shut)
        shutdown(member->fd, SHUT_RDWR);
    member->is_shut = true;
}

static void shut_oldest(struct crowd *crowd)
{
    for (struct crowd_member *member = crowd->oldest; member; member = member->next) {
        if (member->is_shut)
            continue;
        shut(member);
        return;
    }
}

struct crowd_member *crowd_add(struct crowd *crowd, int fd)
{
    struct crowd_member *member = memory_new(1, sizeof *member);

    if (crowd->count >= CROWDED)
        shut_oldest(crowd);
    member->fd = fd;
    append_member(crowd, member);
    crowd->count++;
    return member;
}

void crowd_remove(struct crowd *crowd, struct crowd_member *member)
{
    if (!member)
        return;
    unlink_member(crowd, member);
    crowd->count--;
    free(member);
}

void crowd_restart(struct crowd *crowd, struct crowd_member *member)
{
    if (!member)
        return;
    unlink_member(crowd, member);
    append_member(crowd, member);
}

void crowd_answer(struct crowd_member *member)
{
    if (member)
        member->due_ms = now_ms() + ANSWER_DEADLINE_MS;
}

void crowd_shut_late_ones(struct crowd *crowd)
{
    uint64_t now = now_ms();

    for (struct crowd_member *member = crowd->oldest; member; member = member->next)
        if (now >= member->due_ms)
            shut(member);
}

int crowd_timeout_ms(const struct crowd *crowd)
{
    uint64_t now = now_ms(), due = UINT64_MAX;

    for (struct crowd_member *member = crowd->oldest; member; member = member->next)
        if (!member->is_shut && member->due_ms < due)
            due = member->due_ms;
    if (due == UINT64_MAX)
        return -1;
    return due > now ? (int)(due - now) : 0;
}
