/* SPDX-License-Identifier: MIT */
/*
 * options - the command line of procwatch-top: one table, from which parsing,
 * --help and the manual follow.
 */
#ifndef UI_OPTIONS_H
#define UI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "engine/remote.h"
#include "settings/settings.h"
#include "view/columns.h"

struct options {
    unsigned interval_ms;     /* 0: from the settings */
    unsigned long iterations; /* 0: without end */
    bool is_batch, is_json, is_readonly, no_color, is_ascii;
    bool is_csv, forces_color, with_secrets;
    bool wants_help, wants_version, wants_fields, wants_config, wants_check;
    bool tells_flagged; /* a batch, by its exit status */
    int32_t *pids;
    size_t pid_count, pid_capacity;
    const char *user, *filter;
    char wrong_filter[192]; /* what is wrong with it */
    bool is_tree, shows_threads, no_mouse, is_plain;
    const struct column *sort; /* NULL: by score */
    bool is_sort_reversed;
    const char *config, *model, *theme, *proc_root, *log, *record, *replay, *at;
    const char *remote;            /* address of a procwatch api; implies is_readonly */
    char token[REMOTE_TOKEN_SIZE]; /* that it wants; "" for none */
    double min_score;              /* negative: from the settings */
    int keys;                      /* enum key_preset; 0: as liked */
    long topk;                     /* negative: from the settings */
};

extern const struct option_table top_options;

void options_init(struct options *options);
void options_release(struct options *options);

/* Between refreshes: the option, else the settings, else two seconds. */
unsigned options_interval_ms(const struct options *options, const struct settings *settings);

/* Seconds as text. Returns NULL, or what is wrong. */
const char *interval_parse(const char *text, unsigned *ret_interval_ms);

#endif
