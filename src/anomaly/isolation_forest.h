/* SPDX-License-Identifier: MIT */
/*
 * isolation_forest - how few random cuts set a row apart: F. T. Liu, K. M. Ting
 * and Z.-H. Zhou, "Isolation Forest", ICDM 2008. Rows are plain numbers; knows
 * nothing of processes. The same rows and seed give the same forest anywhere.
 */
#ifndef ANOMALY_ISOLATION_FOREST_H
#define ANOMALY_ISOLATION_FOREST_H

#include <stddef.h>
#include <stdint.h>

struct isolation_options {
    size_t trees;   /* the paper: 100 */
    size_t samples; /* of each tree: 256 */
    uint64_t seed;
};

struct isolation_forest;

/* Rows lie one behind the other, dimensions floats each; there is at least one
 * row. Nothing of them is kept. */
struct isolation_forest *isolation_forest_new(const float *rows, size_t row_count,
                                              size_t dimensions,
                                              const struct isolation_options *options);
void isolation_forest_free(struct isolation_forest *forest);

/* The paper's s(x, n) = 2 ^ (-E(h(x)) / c(n)): 0.5 for a row like any other,
 * towards 1 for one that is soon alone. 0 when there was but one row. */
double isolation_forest_score(const struct isolation_forest *forest, const float *row);

/* c(n): the mean path length of an unsuccessful search in a binary search tree
 * of n nodes. */
double isolation_average_path(size_t count);

#endif
