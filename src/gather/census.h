/* SPDX-License-Identifier: MIT */
/*
 * census - what the kernel tells of all processes at once, where it lets us ask: the same
 * that the files below /proc/PID say, without a path to look up, an inode and a file for
 * each. Two streams of records, made by BPF iterators while they are read.
 *
 * It is for a first pass over everybody; nobody relies on it. Whoever it does not tell
 * of, or not as he is by now, is read from /proc.
 */
#ifndef GATHER_CENSUS_H
#define GATHER_CENSUS_H

#include "gather/census_stream.h"
#include "gather/gather.h"

struct census {
    struct census_stream tasks, descriptors;
};

/* With privileges: both, or what this kernel has of them. */
void census_open(struct gather_census *ret_census);

/* Takes over the descriptors. */
void census_init(struct census *census, const struct gather_census *opened);
void census_release(struct census *census);

/* What it tells of that pid, whoever it was; asked for in ascending order. */
bool census_find_task(struct census *census, int32_t pid, struct census_task *ret_task);

/* Whether it tells of descriptors, which cost most of what is read of a process. */
bool census_is_open(const struct census *census);

/* The next of its descriptors, and the text of its link, valid until the next call. An
 * empty text: it is not told. */
bool census_take_descriptor(struct census *census, int32_t pid,
                            struct census_descriptor *ret_descriptor, struct span *ret_text);

#endif
