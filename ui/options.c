/* SPDX-License-Identifier: MIT */
#include "ui/options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/span.h"
#include "ui/keys.h"
#include "view/filter.h"

enum { INTERVAL_DEFAULT_MS = 2000 };

void options_init(struct options *options)
{
    *options = (struct options){.min_score = -1, .topk = -1};
}

void options_release(struct options *options)
{
    free(options->pids);
    *options = (struct options){0};
}

const char *interval_parse(const char *text, unsigned *ret_interval_ms)
{
    double seconds;

    if (!options_parse_double(text, &seconds))
        return "not a number of seconds";
    if (seconds < 0.1 || seconds > 86400)
        return "from 0.1 to 86400 seconds";
    *ret_interval_ms = (unsigned)(seconds * 1000 + 0.5);
    return NULL;
}

static const char *apply_delay(void *target, const char *value)
{
    return interval_parse(value, &((struct options *)target)->interval_ms);
}

static const char *apply_iterations(void *target, const char *value)
{
    struct options *options = target;

    if (!options_parse_unsigned(value, &options->iterations) || options->iterations == 0)
        return "not a number of 1 or more";
    return NULL;
}

OPTION_SAYS_YES(apply_batch, options, is_batch)
OPTION_SAYS_YES(apply_exit_code, options, tells_flagged)
OPTION_SAYS_YES(apply_tree, options, is_tree)
OPTION_SAYS_YES(apply_threads, options, shows_threads)
OPTION_SAYS_YES(apply_plain, options, is_plain)
OPTION_SAYS_YES(apply_no_mouse, options, no_mouse)
OPTION_SAYS_YES(apply_list_fields, options, wants_fields)
OPTION_SAYS_YES(apply_print_config, options, wants_config)
OPTION_SAYS_YES(apply_check_config, options, wants_check)
OPTION_SAYS_YES(apply_no_color, options, no_color)
OPTION_SAYS_YES(apply_ascii, options, is_ascii)
OPTION_SAYS_YES(apply_with_secrets, options, with_secrets)
OPTION_SAYS_YES(apply_readonly, options, is_readonly)
OPTION_SAYS_YES(apply_help, options, wants_help)
OPTION_SAYS_YES(apply_version, options, wants_version)

static const char *apply_json(void *target, const char *value)
{
    struct options *options = target;

    (void)value;
    options->is_json = options->is_batch = true;
    return NULL;
}

static const char *apply_sort(void *target, const char *value)
{
    struct options *options = target;
    const char *key = value;

    if (*value == '-' || *value == '+')
        key++;
    options->sort = column_find(key);
    options->is_sort_reversed = *value == '-';
    return options->sort ? NULL : "no such column (see \"procwatch list columns\")";
}

static const char *apply_pids(void *target, const char *value)
{
    struct options *options = target;
    struct span list = span_of_string(value), item;

    if (*value == '\0')
        return "no process id";
    while (span_take_until(&list, ',', &item)) {
        uint64_t pid;

        if (!span_is_u64(item, &pid) || pid == 0 || pid > INT32_MAX)
            return "not a list of process ids (12,345)";
        options->pids = memory_grow(options->pids, options->pid_count, &options->pid_capacity,
                                    sizeof *options->pids);
        options->pids[options->pid_count++] = (int32_t)pid;
    }
    return NULL;
}

static const char *apply_user(void *target, const char *value)
{
    ((struct options *)target)->user = value;
    return *value ? NULL : "no user";
}

static const char *apply_filter(void *target, const char *value)
{
    struct options *options = target;
    struct filter_error error;
    struct filter *filter = filter_new(value, &error);

    filter_free(filter);
    options->filter = value;
    if (filter)
        return NULL;
    snprintf(options->wrong_filter, sizeof options->wrong_filter, "%s (at character %zu)",
             error.message, error.position + 1);
    return options->wrong_filter;
}

static const char *apply_min_score(void *target, const char *value)
{
    struct options *options = target;

    if (!options_parse_double(value, &options->min_score) || options->min_score < 0)
        return "not a number of 0 or more";
    return NULL;
}

static const char *apply_topk(void *target, const char *value)
{
    unsigned long topk;

    if (!options_parse_unsigned(value, &topk) || topk > INT_MAX)
        return "not a number of 0 or more (0: all)";
    ((struct options *)target)->topk = (long)topk;
    return NULL;
}

static const char *apply_config(void *target, const char *value)
{
    ((struct options *)target)->config = value;
    return NULL;
}

static const char *apply_model(void *target, const char *value)
{
    ((struct options *)target)->model = value;
    return NULL;
}

static const char *apply_theme(void *target, const char *value)
{
    ((struct options *)target)->theme = value;
    return *value ? NULL : "no theme";
}

static const char *apply_keys(void *target, const char *value)
{
    enum key_preset preset;

    if (!key_preset_find(value, &preset))
        return "not htop or vim";
    ((struct options *)target)->keys = (int)preset;
    return NULL;
}

static const char *apply_color(void *target, const char *value)
{
    struct options *options = target;

    options->no_color = strcmp(value, "never") == 0;
    options->forces_color = strcmp(value, "always") == 0;
    if (options->no_color || options->forces_color || strcmp(value, "auto") == 0)
        return NULL;
    return "not always, auto or never";
}

static const char *apply_csv(void *target, const char *value)
{
    struct options *options = target;

    (void)value;
    options->is_csv = options->is_batch = true;
    return NULL;
}

static const char *apply_proc_root(void *target, const char *value)
{
    ((struct options *)target)->proc_root = value;
    return NULL;
}

static const char *apply_connect(void *target, const char *value)
{
    struct http_place place;

    if (!http_place_parse(value, &place))
        return "neither unix:PATH nor http://HOST:PORT";
    ((struct options *)target)->remote = value;
    ((struct options *)target)->is_readonly = true;
    return NULL;
}

static const char *apply_token_file(void *target, const char *value)
{
    struct options *options = target;

    return remote_read_token(value, &options->token) == 0
               ? NULL
               : "no file with a token that can be read";
}

static const char *apply_log(void *target, const char *value)
{
    ((struct options *)target)->log = value;
    return *value ? NULL : "no file";
}

static const char *apply_record(void *target, const char *value)
{
    ((struct options *)target)->record = value;
    return *value ? NULL : "no file";
}

static const char *apply_replay(void *target, const char *value)
{
    struct options *options = target;

    options->replay = value;
    options->is_readonly = true;
    return *value ? NULL : "no file";
}

static const char *apply_at(void *target, const char *value)
{
    ((struct options *)target)->at = value;
    return *value ? NULL : "no time";
}

/* clang-format off */
static const struct option_row rows[] = {
    {'d', "delay", "SECONDS", apply_delay, "time between refreshes (default 2, or interval of the configuration)"},
    {'n', "iterations", "N", apply_iterations, "end after N refreshes"},
    {'b', "batch", NULL, apply_batch, "print the list instead of showing a screen"},
    {0, "json", NULL, apply_json, "the same as JSON documents"},
    {0, "csv", NULL, apply_csv, "the same as comma separated values, every column"},
    {0, "exit-code", NULL, apply_exit_code, "of a batch: end with 10 when a process was flagged"},
    {'p', "pid", "LIST", apply_pids, "only these process ids; of a single one the details"},
    {'u', "user", "USER", apply_user, "only processes of this user; !USER: of all others"},
    {'F', "filter", "EXPR", apply_filter, "only processes that match: score>3 and user!=root"},
    {'t', "tree", NULL, apply_tree, "as a tree of parents"},
    {'H', "threads", NULL, apply_threads, "a row for each thread below its process (not in JSON and CSV)"},
    {'o', "sort", "[-]COLUMN", apply_sort, "sort by this column; with -, the other way round"},
    {'O', "list-fields", NULL, apply_list_fields, "the columns to sort and filter by"},
    {'k', "topk", "N", apply_topk, "how many processes to list first; 0: all"},
    {'m', "min-score", "X", apply_min_score, "score from which a process is flagged"},
    {'c', "config", "FILE", apply_config, "configuration to use"},
    {0, "print-config", NULL, apply_print_config, "the settings in force, as YAML"},
    {0, "check-config", NULL, apply_check_config, "say what is wrong with the configuration, and end"},
    {'M', "model", "FILE", apply_model, "trained model to use"},
    {0, "theme", "NAME|FILE", apply_theme, "colours (default default-dark)"},
    {0, "keys", "htop|vim", apply_keys, "whose keys: with vim's, j k h l move in the list (default htop)"},
    {'C', "no-color", NULL, apply_no_color, "no colours, attributes only"},
    {0, "color", "WHEN", apply_color, "always, auto (not with NO_COLOR) or never"},
    {0, "ascii", NULL, apply_ascii, "nothing but ASCII on the screen"},
    {0, "plain", NULL, apply_plain, "no screen: say in lines what changes, for screen readers"},
    {0, "no-mouse", NULL, apply_no_mouse, "leave the mouse to the terminal"},
    {'R', "readonly", NULL, apply_readonly, "send no signal, write no file, start no program"},
    {0, "with-secrets", NULL, apply_with_secrets, "mask no passwords and keys in dumps (D)"},
    {0, "log", "FILE", apply_log, "add what happens to this file: who is flagged, comes, goes; what you do"},
    {0, "record", "FILE", apply_record, "record what is seen to a new file"},
    {0, "replay", "FILE", apply_replay, "show a recording: } and { step, @ goes to a time, Z plays"},
    {0, "at", "TIME", apply_at, "begin the replay at that time: 14:03:22, +90, +5m"},
    {0, "proc-root", "DIR", apply_proc_root, "look at a recording of /proc instead of this machine"},
    {0, "connect", "ADDRESS", apply_connect, "look at the machine of that procwatch api: unix:PATH or http://HOST:PORT"},
    {0, "token-file", "FILE", apply_token_file, "the token that it wants"},
    {'h', "help", NULL, apply_help, "this text"},
    {'V', "version", NULL, apply_version, "the version"},
};

static const char *const examples[] = {
    "procwatch-top", "watch the processes of this machine",
    "procwatch-top -b -n 1 | less -R", "print once what the screen would show",
    "procwatch-top -u '!root' -o cpu", "the processes of everybody but root, busiest first",
    NULL,
};
/* clang-format on */

const struct option_table top_options = {
    .program = "procwatch-top",
    .synopsis = "",
    .summary = "Score every process for suspicious behaviour, explain why, and keep looking.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

unsigned options_interval_ms(const struct options *options, const struct settings *settings)
{
    if (options->interval_ms > 0)
        return options->interval_ms;
    if (settings->interval_s >= 0.1)
        return (unsigned)(settings->interval_s * 1000 + 0.5);
    return INTERVAL_DEFAULT_MS;
}
