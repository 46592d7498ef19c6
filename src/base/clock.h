/* SPDX-License-Identifier: MIT */
/*
 * clock - times as one number, so that nobody has to put two together, and as text.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/strbuf.h"

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static inline int64_t clock_ns_of(struct timespec time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* One of clock_gettime(2), which these arguments cannot make fail. */
static inline uint64_t clock_now_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)clock_ns_of(now);
}

static inline int64_t clock_monotonic_ms(void)
{
    return (int64_t)(clock_now_ns(CLOCK_MONOTONIC) / NS_PER_MS);
}

/* Append "2026-11-24T08:40:00Z", of seconds since 1970. */
void clock_add_utc(int64_t at_s, struct strbuf *out);

#endif
