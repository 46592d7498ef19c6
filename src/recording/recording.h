/* SPDX-License-Identifier: MIT */
/*
 * recording - snapshots read back from a file that anybody may have made: each is
 * checked against its digest, rebuilt, and verified as a snapshot that a hostile
 * collector sent would be. A file that ends in the middle is good up to there.
 */
#ifndef RECORDING_RECORDING_H
#define RECORDING_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recording;

/* False with a reason (static text): no recording, another version or build, or
 * nothing in it. */
bool recording_open(const char *path, struct recording **ret_recording,
                    const char **ret_reason);
void recording_free(struct recording *recording);

size_t recording_count(const struct recording *recording);
bool recording_is_cut_short(const struct recording *recording);

/* When a snapshot was taken. */
int64_t recording_time_ns(const struct recording *recording, size_t index);

/* The last one that was taken by then, or the first. */
size_t recording_find(const struct recording *recording, int64_t time_ns);

/* The block of a snapshot, malloc()ed, the caller's; flagged SNAPSHOT_IS_RECORDED. In
 * order they are cheap; elsewhere up to 128 of them are read. */
bool recording_read(struct recording *recording, size_t index, void **ret_block,
                    size_t *ret_size, const char **ret_reason);

#endif
