/* SPDX-License-Identifier: MIT */
/*
 * training - folds snapshots into what becomes a model.
 *
 * Keeps a fair sample of each program's rows and of all rows (reservoirs), so
 * that its memory does not grow with the time it runs.
 */
#ifndef ANOMALY_TRAINING_H
#define ANOMALY_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anomaly/anomaly_model.h"

struct training;

/* The same seed and snapshots give the same model. An older model to learn on
 * from may be given; it must not be is_old_format and must outlive the
 * training. NULL: start afresh. */
struct training *training_new(uint64_t seed, const struct anomaly_model *older);
void training_free(struct training *training);

/* is_excluded is parallel to the processes: true for those that are not to be
 * learned; NULL learns all. */
void training_add(struct training *training, const struct snapshot *snapshot,
                  const struct relations *relations, const bool *is_excluded);

struct training_counts {
    uint64_t snapshots;
    uint64_t samples;  /* a process in a snapshot each */
    uint64_t excluded; /* samples that were */
    size_t programs;
};
struct training_counts training_count(const struct training *training);

/* What was learned, prepared, the caller's; NULL when there was no sample. The
 * caller sets created_s, host and kernel. */
struct anomaly_model *training_finish(struct training *training);

#endif
