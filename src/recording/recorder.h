/* SPDX-License-Identifier: MIT */
/*
 * recorder - writes a recording: one snapshot after the other into a file that only its
 * owner reads. Command lines are in it as they are; environments are not, but for what
 * the dynamic linker obeys.
 */
#ifndef RECORDING_RECORDER_H
#define RECORDING_RECORDER_H

#include "model/snapshot.h"

struct recorder;

/* A new file, 0600; one that is there already is left alone. Negative errno. */
int recorder_new(const char *path, struct recorder **ret_recorder);

/* Append a snapshot. Negative errno; the file then ends behind the last whole one, and
 * no more can be added. */
int recorder_add(struct recorder *recorder, const struct snapshot *snapshot);

struct recorder_stats {
    uint64_t frames;
    uint64_t bytes;     /* of the file */
    uint64_t processes; /* in all frames together */
};

void recorder_stats(const struct recorder *recorder, struct recorder_stats *ret_stats);

void recorder_free(struct recorder *recorder);

#endif
