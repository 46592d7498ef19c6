/* SPDX-License-Identifier: MIT */
/*
 * report - what every report is written from, and what it must say about what
 * could not be seen. A report is text in memory: nobody here opens a file.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>

#include "anomaly/anomaly.h"
#include "base/problem.h"
#include "model/finding.h"
#include "model/relations.h"
#include "model/score.h"
#include "model/snapshot.h"
#include "view/view.h"

struct report {
    const struct snapshot *snapshot;
    const struct relations *relations;
    const struct assessment *assessment;
    const struct scores *scores;
    const struct view *view; /* whom to list, in which order; NULL: nobody */
    double min_score;
    const char *model;             /* which model judges, for the reader; NULL: none */
    const struct anomaly *anomaly; /* to explain ml_score by; NULL: it is not */
    bool masks_secrets;            /* in command lines, by base/secrets.h */
    bool is_compact;               /* JSON without blanks */
    bool with_excused;             /* also findings that turned out to be innocent */
};

/* Everything that was wanted was read: a clean report then means clean. A cap
 * that was reached in one process does not count, it is only reported. */
bool report_is_complete(const struct report *report);

/* A process is called hidden after so many passes in a row: one that ends while we
 * look is missed once, too. */
enum { REPORT_HIDDEN_SIGHTINGS = 2 };

/* What was not read, hidden, cut short or capped, one sentence each. */
void report_add_problems(const struct report *report, struct problems *problems);

/* When the snapshot was taken: "2026-11-24T08:40:00Z". */
void report_add_time(const struct report *report, struct strbuf *out);

#endif
