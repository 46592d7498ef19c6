/* SPDX-License-Identifier: MIT */
/*
 * scan - what the command line of procwatch scan says.
 */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H

#include <stdbool.h>

#include "cli/alert.h"
#include "cli/output.h"
#include "engine/remote.h"
#include "view/columns.h"
#include "view/filter.h"

enum scan_format { SCAN_TABLE, SCAN_JSON, SCAN_JSON_LINES, SCAN_ECS, SCAN_METRICS };

struct scan_options {
    bool wants_help; /* first: command_parse() */
    const char *config, *model, *proc_root, *remote, *user, *output;
    struct dump_wish dump;
    char token[REMOTE_TOKEN_SIZE]; /* that remote wants; "" for none */
    struct filter *filter;
    const struct column *sort;
    char wrong_filter[192]; /* what option_filter() has to say */
    bool has_interval, has_min_score, has_topk;
    double interval_s, min_score, sample_s;
    unsigned topk;
    bool lists_all, is_reversed;
    enum scan_format format;
    enum color_when color;
    bool stops_on_alert, kills_on_alert, is_strict, tells_by_exit_code;
};

void scan_options_init(struct scan_options *options);
void scan_options_release(struct scan_options *options);

#endif
