/* SPDX-License-Identifier: MIT */
/*
 * crowd - a made-up snapshot of many ordinary processes, the same each time, so
 * that what is done to a snapshot can be measured without a machine of that size.
 */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include <stddef.h>

/* A malloc()ed block of *ret_size bytes that holds the snapshot of a second: another
 * tenth of the processes has run a little in each. */
void *crowd_new(size_t count, unsigned second, size_t *ret_size);

#endif
