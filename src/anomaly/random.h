/* SPDX-License-Identifier: MIT */
/*
 * random - numbers that are the same for a seed on every machine: splitmix64
 * (Steele, Lea and Flood, 2014). For sampling, never for secrets.
 */
#ifndef ANOMALY_RANDOM_H
#define ANOMALY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline struct random random_seeded(uint64_t seed)
{
    return (struct random){seed};
}

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 <= share < 1. */
static inline double random_share(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* 0 .. count - 1; the bias of a modulus is beyond sight for these counts. */
static inline size_t random_below(struct random *random, size_t count)
{
    return (size_t)(random_next(random) % count);
}

#endif
