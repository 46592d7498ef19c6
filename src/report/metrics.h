/* SPDX-License-Identifier: MIT */
/*
 * metrics - the state of one machine in Prometheus' text format, for /metrics
 * and for node_exporter's textfile collector.
 *
 * No label ever holds what a process chose (its name, its pid): a hostile
 * process could make a new time series each second.
 */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include "base/strbuf.h"
#include "model/finding.h"
#include "model/score.h"
#include "model/snapshot.h"

struct metrics_source {
    const struct snapshot *snapshot;
    const struct assessment *assessment;
    const struct scores *scores;
    double min_score;
    const char *config_sha256; /* hexadecimal; "" for the built-in configuration */
    const char *model;         /* "none", "zscore", ... */
    const char *version;       /* of the program */
};

/* Exposition format 0.0.4: HELP, TYPE and samples, each family once. */
void metrics_write(const struct metrics_source *source, struct strbuf *out);

#endif
