/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/scan.h"

enum { SECONDS_MAX = 86400 * 7, TOPK_MAX = 10000000 };

static const char *set_seconds(double *member, const char *value)
{
    double seconds;

    if (!options_parse_double(value, &seconds) || seconds < 0 || seconds > SECONDS_MAX)
        return "is no number of seconds from 0 to 604800";
    *member = seconds;
    return NULL;
}

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->config, value);
}

static const char *option_model(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->model, value);
}

static const char *option_proc_root(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->proc_root, value);
}

static const char *option_connect(void *target, const char *value)
{
    struct http_place place;

    if (!http_place_parse(value, &place))
        return "is neither unix:PATH nor http://HOST:PORT";
    ((struct scan_options *)target)->remote = value;
    return NULL;
}

static const char *option_token_file(void *target, const char *value)
{
    struct scan_options *options = target;

    return remote_read_token(value, &options->token) == 0
               ? NULL
               : "is no file with a token that can be read";
}

static const char *option_dump(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->dump.directory, value);
}

static const char *option_dump_memory(void *target, const char *value)
{
    return dump_memory_parse(value, &((struct scan_options *)target)->dump.memory);
}

static const char *option_with_secrets(void *target, const char *value)
{
    (void)value;
    ((struct scan_options *)target)->dump.flags |= DUMP_SECRETS;
    return NULL;
}

static const char *option_user(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->user, value);
}

static const char *option_interval(void *target, const char *value)
{
    struct scan_options *options = target;

    options->has_interval = true;
    return set_seconds(&options->interval_s, value);
}

static const char *option_sample(void *target, const char *value)
{
    return set_seconds(&((struct scan_options *)target)->sample_s, value);
}

static const char *option_min_score(void *target, const char *value)
{
    struct scan_options *options = target;

    options->has_min_score = true;
    return options_parse_double(value, &options->min_score) && options->min_score >= 0
               ? NULL
               : "is no score (a number, 0 or more)";
}

static const char *option_topk(void *target, const char *value)
{
    struct scan_options *options = target;
    unsigned long count;

    if (!options_parse_unsigned(value, &count) || count > TOPK_MAX)
        return "is no count (0 for all)";
    options->has_topk = true;
    options->topk = (unsigned)count;
    return NULL;
}

static const char *option_filter(void *target, const char *value)
{
    struct scan_options *options = target;
    struct filter_error error = {0};

    filter_free(options->filter);
    options->filter = filter_new(value, &error);
    if (options->filter)
        return NULL;
    snprintf(options->wrong_filter, sizeof options->wrong_filter, "%s (at character %zu)",
             error.message, error.position + 1);
    return options->wrong_filter;
}

static const char *option_sort(void *target, const char *value)
{
    struct scan_options *options = target;

    options->is_reversed = *value == '-';
    if (*value == '-' || *value == '+')
        value++;
    options->sort = column_find(value);
    return options->sort ? NULL : "is no column (see procwatch list columns)";
}

static const char *option_color(void *target, const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};
    struct scan_options *options = target;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0) {
            options->color = (enum color_when)i;
            return NULL;
        }
    return "is none of auto, always, never";
}

OPTION_SAYS_YES(option_all, scan_options, lists_all)

static const char *option_json(void *target, const char *value)
{
    (void)value;
    ((struct scan_options *)target)->format = SCAN_JSON;
    return NULL;
}

static const char *option_jsonl(void *target, const char *value)
{
    (void)value;
    ((struct scan_options *)target)->format = SCAN_JSON_LINES;
    return NULL;
}

static const char *option_prom(void *target, const char *value)
{
    (void)value;
    ((struct scan_options *)target)->format = SCAN_METRICS;
    return NULL;
}

static const char *option_format(void *target, const char *value)
{
    static const char *const names[] = {
        [SCAN_TABLE] = "table", [SCAN_JSON] = "json",    [SCAN_JSON_LINES] = "jsonl",
        [SCAN_ECS] = "ecs",     [SCAN_METRICS] = "prom",
    };

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0) {
            ((struct scan_options *)target)->format = (enum scan_format)i;
            return NULL;
        }
    return "is none of table, json, jsonl, ecs, prom";
}

static const char *option_output(void *target, const char *value)
{
    return option_set_text(&((struct scan_options *)target)->output, value);
}

OPTION_SAYS_YES(option_stop, scan_options, stops_on_alert)
OPTION_SAYS_YES(option_kill, scan_options, kills_on_alert)
OPTION_SAYS_YES(option_strict, scan_options, is_strict)
OPTION_SAYS_YES(option_exit_code, scan_options, tells_by_exit_code)

/* clang-format off */
static const struct option_row rows[] = {
    {'c', "config", "FILE", option_config, "configuration to use instead of the one in the home directory"},
    {'M', "model", "FILE", option_model, "model of procwatch train, instead of ~/.local/share/procwatch/model.json"},
    {'i', "interval", "SECONDS", option_interval, "scan again that often; 0 scans once"},
    {'m', "min-score", "SCORE", option_min_score, "flag processes from this score on"},
    {'k', "topk", "COUNT", option_topk, "list at most that many; 0 for all"},
    {'a', "all", NULL, option_all, "list every process, whatever its score"},
    {'F', "filter", "EXPR", option_filter, "list only what matches: 'score>5 and user!=root'"},
    {'u', "user", "USER", option_user, "list only this user's, or with ! all others'"},
    {'o', "sort", "COLUMN", option_sort, "sort by it; -COLUMN the other way round"},
    {0, "json", NULL, option_json, "print each scan as one JSON document"},
    {0, "jsonl", NULL, option_jsonl, "print each listed process as one line of JSON"},
    {0, "prom", NULL, option_prom, "print metrics in Prometheus' text format, for node_exporter's textfile collector"},
    {0, "format", "FORMAT", option_format, "table, json, jsonl, prom, or ecs: a line of Elastic Common Schema for each listed process"},
    {'O', "output", "FILE", option_output, "write each scan to this file, which readers never see half written"},
    {0, "stop-on-alert", NULL, option_stop, "end after the first scan that flags a process"},
    {0, "kill-on-alert", NULL, option_kill, "kill flagged processes, at most 10 a minute; never one whitelisted by hash"},
    {0, "dump", "DIR", option_dump, "keep executable, maps and more of each flagged process in a directory below DIR"},
    {0, "dump-memory", "WHICH", option_dump_memory, "with memory: odd (executable and of no file on a disk), code, heap, stack, all, or an address in it; several, separated by commas"},
    {0, "with-secrets", NULL, option_with_secrets, "mask no passwords and keys in what is dumped"},
    {0, "proc-root", "DIR", option_proc_root, "look at a recording (see procwatch record) instead of this machine"},
    {0, "connect", "ADDRESS", option_connect, "scan the machine of that procwatch api: unix:PATH or http://HOST:PORT"},
    {0, "token-file", "FILE", option_token_file, "the token that it wants"},
    {0, "sample", "SECONDS", option_sample, "measure CPU use over this time (0.5); 0 does not"},
    {0, "color", "WHEN", option_color, "auto, always or never"},
    {0, "strict", NULL, option_strict, "end with status 4 when permissions hid anything"},
    {0, "exit-code", NULL, option_exit_code, "end with status 10 when a process is flagged"},
    HELP_ROW,
};
/* clang-format on */

static const char *const examples[] = {
    "procwatch scan",
    "what is suspicious now",
    "procwatch scan --min-score 1 --topk 0 | less",
    "also what is only a little suspicious",
    "procwatch scan --all --sort -age --filter 'exe~^/tmp'",
    "everything that runs from /tmp, the newest first",
    "procwatch scan --interval 60 --jsonl >> procwatch.log",
    "one line of JSON for each find, every minute",
    "procwatch scan --prom --output /var/lib/node_exporter/procwatch.prom",
    "metrics for a node_exporter",
    NULL,
};

const struct option_table scan_table = {
    .program = "procwatch scan",
    .synopsis = "",
    .summary =
        "Scores every process and lists those from min_score on, with the reasons. Ends "
        "with 0, or 1 when something could not be read, 2 for wrong usage, 3 for a wrong "
        "configuration.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

void scan_options_init(struct scan_options *options)
{
    *options = (struct scan_options){.sample_s = 0.5};
}

void scan_options_release(struct scan_options *options)
{
    filter_free(options->filter);
}
