/* SPDX-License-Identifier: MIT */
/*
 * settings - what the user's YAML says, checked, with defaults filled in.
 *
 * The modules below declare their own options (thresholds, scoring_options);
 * this gathers them with the programs' own few, and the schema table says how
 * each key of the file becomes one member.
 */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/problem.h"
#include "base/strbuf.h"
#include "heuristics/thresholds.h"
#include "scoring/scoring.h"

/* When the kernel may be given programs to run. */
enum bpf_use { BPF_NEVER, BPF_FIRST_SCAN };

enum model_kind { MODEL_ZSCORE, MODEL_ISOLATION_FOREST };

struct settings {
    struct thresholds thresholds;
    struct scoring_options scoring;
    unsigned topk;
    double interval_s; /* 0: scan once; procwatch-top then takes 2 */
    enum model_kind model_kind;
    enum bpf_use bpf;
    char *model_path; /* NULL: none given */
};

void settings_init(struct settings *settings); /* built-in defaults */
void settings_release(struct settings *settings);
void settings_copy(struct settings *ret_copy, const struct settings *settings);
bool settings_equal(const struct settings *a, const struct settings *b);

/* All settings as YAML that loads back as the same (--print-config). */
void settings_format(const struct settings *settings, struct strbuf *out);

/* The shipped file: every key with its built-in value and what it means. */
void settings_write_default(FILE *stream);

/* Where the settings came from. */
struct settings_source {
    char *path;        /* NULL: built in */
    char *message;     /* never NULL: the path, "built-in", or
                        * "built-in (alice has ~/.procwatch.yaml; use --config)" */
    bool is_untrusted; /* we are root, and a lesser user could have written it */
};

/*
 * Find and load the configuration: the given path, or ~/.procwatch.yaml, or
 * ${XDG_CONFIG_HOME:-~/.config}/procwatch/config.yaml, or built in. All that is
 * wrong is added to problems as file:line:column; false when any of it is an
 * error (exit 3), and the settings then are the defaults. Never looks in the
 * current directory. Root refuses a file that a lesser user could have written,
 * unless it was named by path: then that is a warning.
 */
bool settings_load(struct settings *settings, const char *path,
                   struct settings_source *ret_source, struct problems *problems);

/* The same from text in memory; name stands in the messages. */
bool settings_load_text(struct settings *settings, const char *name, const char *text,
                        size_t length, struct problems *problems);

/* ${XDG_CONFIG_HOME:-~/.config}/procwatch/config.yaml: where a new file goes. To be
 * freed; NULL when there is no home. */
char *settings_default_path(void);

/* ${XDG_DATA_HOME:-~/.local/share}/procwatch/model.json, likewise. */
char *settings_default_model_path(void);

void settings_source_release(struct settings_source *source);

#endif
