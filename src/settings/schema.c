/* SPDX-License-Identifier: MIT */
#include "settings/schema.h"

#include <stdio.h>
#include <string.h>

#include "heuristics/heuristic.h"

static const char *const mode_names[] = {"guide", "strict", NULL};
static const char *const model_names[] = {"zscore", "isolation_forest", NULL};

static const char *const bpf_names[] = {"never", "first_scan", NULL};

static const char *const sections[] = {"weights", "whitelist"};

#define AT(member) offsetof(struct settings, member)

/* The rows besides weights:, which stand between the two groups in the file. */
/* clang-format off */
static const struct setting rows[] = {
    {.path = "min_score", .kind = SETTING_NUMBER, .offset = AT(scoring.min_score), .min = 0, .max = 1000,
     .help = "A process is flagged from this total score on"},
    {.path = "cpu_high", .kind = SETTING_NUMBER, .offset = AT(thresholds.cpu_high), .min = 0, .max = 1000000,
     .help = "From this percentage of one CPU on, CPU use is high"},
    {.path = "ml_weight", .kind = SETTING_NUMBER, .offset = AT(scoring.ml_weight), .min = 0, .max = 1000,
     .help = "Points that a model's score of 1 adds"},
    {.path = "topk", .kind = SETTING_COUNT, .offset = AT(topk), .min = 1, .max = 1000000,
     .help = "At most this many processes are shown"},
    {.path = "interval", .kind = SETTING_NUMBER, .offset = AT(interval_s), .min = 0, .max = 86400,
     .help = "Seconds between scans; 0 scans once (procwatch-top: every 2 s)"},
    {.path = "ports", .kind = SETTING_PORTS, .offset = AT(thresholds.ports),
     .help = "Watched ports: \"22,80,9000-9010\" or a list"},
    {.path = "many_conns", .kind = SETTING_COUNT, .offset = AT(thresholds.many_conns), .min = 1, .max = 1000000,
     .help = "More outbound connections than this are many"},
    {.path = "model", .kind = SETTING_TEXT, .offset = AT(model_path),
     .help = "File of a trained model; empty: what procwatch train wrote"},
    {.path = "model_kind", .kind = SETTING_CHOICE, .offset = AT(model_kind), .choices = model_names,
     .help = "How a model judges: zscore or isolation_forest"},
    {.path = "bpf", .kind = SETTING_CHOICE, .offset = AT(bpf), .choices = bpf_names,
     .help = "When root may use BPF programs: first_scan (of many), or never"},
    {.path = "whitelist.mode", .kind = SETTING_CHOICE, .offset = AT(scoring.whitelist.mode), .choices = mode_names,
     .help = "guide, or strict: an entry counts only for a trusted executable"},
    {.path = "whitelist.reduction", .kind = SETTING_NUMBER, .offset = AT(scoring.whitelist.reduction), .min = 0, .max = 1000,
     .help = "Points that each reason of a whitelisted process loses"},
    {.path = "whitelist.high_severity", .kind = SETTING_NUMBER, .offset = AT(scoring.whitelist.high_severity), .min = 0, .max = 1000,
     .help = "A reason with this many points or more loses none"},
    {.path = "whitelist.names", .kind = SETTING_LIST, .list = WHITELIST_NAME,
     .help = "Exact process names"},
    {.path = "whitelist.users", .kind = SETTING_LIST, .list = WHITELIST_USER,
     .help = "User names or user IDs"},
    {.path = "whitelist.patterns", .kind = SETTING_LIST, .list = WHITELIST_PATTERN,
     .help = "Globs; with a / they match the executable's path, else the name"},
    {.path = "whitelist.hashes", .kind = SETTING_LIST, .list = WHITELIST_HASH,
     .help = "SHA-256 digests of executables"},
    {.path = "whitelist.paths", .kind = SETTING_LIST, .list = WHITELIST_PATH,
     .help = "Exact paths of executables"},
    {.path = "whitelist.rules", .kind = SETTING_LIST, .list = WHITELIST_RULE,
     .help = "One reason each: a key, then path=, pattern=, parent= or hash="},
};

/* Written in files of before; not in ours. */
static const struct setting old_rows[] = {
    {.path = "use_sklearn", .kind = SETTING_CHOICE, .age = SETTING_OLD, .offset = AT(model_kind),
     .choices = (const char *const[]){"false", "true", NULL},
     .help = "write model_kind: isolation_forest for true, model_kind: zscore for false"},
    {.path = "whitelist.exe_paths", .kind = SETTING_LIST, .age = SETTING_OLD, .list = WHITELIST_PATH,
     .help = "write whitelist.paths"},
};
/* clang-format on */

enum {
    ROW_COUNT = sizeof rows / sizeof *rows,
    OLD_COUNT = sizeof old_rows / sizeof *old_rows,
    ROWS_BEFORE_WEIGHTS = 10,
    NAMED_SECTIONS = sizeof sections / sizeof *sections,
};

size_t setting_count(void)
{
    size_t weights;

    heuristics_catalogue(&weights);
    return ROW_COUNT + weights;
}

static void weight_at(size_t index, struct setting *ret_setting)
{
    size_t count;
    const struct heuristic_info *info = heuristics_catalogue(&count)[index];

    *ret_setting = (struct setting){
        .kind = SETTING_POINTS,
        .offset = AT(scoring.weights) + index * sizeof(double),
        .min = 0,
        .max = 100,
        .help = info->title,
    };
    snprintf(ret_setting->path, sizeof ret_setting->path, "weights.%s", info->key);
}

void setting_at(size_t index, struct setting *ret_setting)
{
    size_t weights;

    heuristics_catalogue(&weights);
    if (index < ROWS_BEFORE_WEIGHTS)
        *ret_setting = rows[index];
    else if (index < ROWS_BEFORE_WEIGHTS + weights)
        weight_at(index - ROWS_BEFORE_WEIGHTS, ret_setting);
    else
        *ret_setting = rows[index - weights];
}

static bool find_row(const struct setting *table, size_t count, const char *path,
                     struct setting *ret_setting)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].path, path) == 0) {
            *ret_setting = table[i];
            return true;
        }
    return false;
}

bool setting_find(const char *path, struct setting *ret_setting)
{
    struct span rest = span_of_string(path);

    if (span_take_string(&rest, "weights.")) {
        int index = heuristics_find(rest.at);

        if (index >= 0)
            weight_at((size_t)index, ret_setting);
        return index >= 0;
    }
    return find_row(rows, ROW_COUNT, path, ret_setting) ||
           find_row(old_rows, OLD_COUNT, path, ret_setting);
}

bool setting_find_old(const struct setting *setting, struct setting *ret_old)
{
    for (size_t i = 0; i < OLD_COUNT; i++)
        if (setting->kind == SETTING_LIST && old_rows[i].kind == SETTING_LIST &&
            old_rows[i].list == setting->list) {
            *ret_old = old_rows[i];
            return true;
        }
    return false;
}

bool setting_is_section(const char *path)
{
    for (size_t i = 0; i < NAMED_SECTIONS; i++)
        if (strcmp(path, sections[i]) == 0)
            return true;
    return false;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein's distance; long texts are far from everything. */
static unsigned edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    unsigned row[LONGEST + 1];
    size_t a_length = strlen(a), b_length = strlen(b);

    if (a_length > LONGEST || b_length > LONGEST)
        return LONGEST;
    for (unsigned i = 0; i <= b_length; i++)
        row[i] = i;
    for (unsigned i = 0; i < a_length; i++) {
        unsigned diagonal = row[0];

        row[0] = i + 1;
        for (unsigned j = 0; j < b_length; j++) {
            unsigned cost = diagonal + (a[i] != b[j]);

            diagonal = row[j + 1];
            row[j + 1] = smallest(cost, row[j] + 1, diagonal + 1);
        }
    }
    return row[b_length];
}

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot ? dot + 1 : path;
}

/* Keep a path when it is nearer than the nearest so far, which it replaces. */
static void consider(const char *path, unsigned distance, unsigned *nearest,
                     char (*ret_path)[SETTING_PATH_SIZE])
{
    if (distance >= *nearest)
        return;
    *nearest = distance;
    snprintf(*ret_path, sizeof *ret_path, "%s", path);
}

bool setting_suggest(const char *path, char (*ret_path)[SETTING_PATH_SIZE])
{
    const unsigned limit = (unsigned)strlen(last_part(path)) / 3 + 2;
    unsigned nearest = limit;

    for (size_t i = 0; i < NAMED_SECTIONS; i++)
        consider(sections[i], edit_distance(path, sections[i]), &nearest, ret_path);
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;

        setting_at(i, &setting);
        consider(setting.path, edit_distance(path, setting.path), &nearest, ret_path);
        /* A key may also stand right, but in the wrong section. */
        unsigned moved = edit_distance(last_part(path), last_part(setting.path)) + 1;
        consider(setting.path, moved, &nearest, ret_path);
    }
    return nearest < limit;
}
