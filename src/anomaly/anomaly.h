/* SPDX-License-Identifier: MIT */
/*
 * anomaly - how strange each process is by what was learned, and why.
 *
 * A program that the training saw is judged against itself; any other against
 * all, and by being new. The score is 0 .. 1, and stays below 0.3 for what goes
 * on as it did in training. It is one number beside the heuristics, not a
 * verdict. Pure: snapshot in, scores out.
 */
#ifndef ANOMALY_ANOMALY_H
#define ANOMALY_ANOMALY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anomaly/anomaly_model.h"
#include "base/strbuf.h"
#include "model/relations.h"

enum anomaly_kind { ANOMALY_ZSCORE, ANOMALY_ISOLATION_FOREST };

/* "zscore", "isolation_forest". */
const char *anomaly_kind_name(enum anomaly_kind kind);

/* The facts that features are made of. */
fact_mask anomaly_needs(void);

struct anomaly;

/* The model must outlive it. A model without rows (an older format) grows no
 * forest: it judges by zscore then, see anomaly_kind(). */
struct anomaly *anomaly_new(const struct anomaly_model *model, enum anomaly_kind kind);
void anomaly_free(struct anomaly *anomaly);

/* What it really judges by. */
enum anomaly_kind anomaly_kind(const struct anomaly *anomaly);

/* A score for each process, in the snapshot's order; 0 for kernel threads and
 * zombies. Lies in the anomaly, until the next call. */
const double *anomaly_score(struct anomaly *anomaly, const struct snapshot *snapshot,
                            const struct relations *relations);

enum { ANOMALY_REASONS_MAX = 5 };

struct anomaly_reason {
    enum feature feature;
    bool is_new_program; /* instead of a feature: the training never saw it */
    double share;        /* 0 .. 1: what it would score by itself */
    double value;        /* as measured */
    double low;          /* usually from here ... */
    double high;         /* ... to here */
    const char *program; /* path of the baseline, in the model; NULL: all */
};

/* The strongest reasons of a process, strongest first, at most one of each
 * group of features; their number. They say which features are off, whichever
 * kind judges. */
size_t anomaly_explain(const struct anomaly *anomaly, const struct snapshot *snapshot,
                       const struct relations *relations, uint32_t process,
                       struct anomaly_reason (*ret_reasons)[ANOMALY_REASONS_MAX]);

/* "descriptors", "new_program". */
const char *anomaly_reason_key(const struct anomaly_reason *reason);

/* "descriptors 412, usually 9 to 14 for sshd". Printable. */
void anomaly_reason_format(const struct anomaly_reason *reason, struct strbuf *out);

#endif
