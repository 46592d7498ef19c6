/* SPDX-License-Identifier: MIT */
/*
 * schema - every key of the configuration: one row each.
 *
 * Parsing, ranges, defaults, --print-config, the shipped file, `config get` and
 * the tune panel all walk this. The rows of weights: are the catalogue of
 * heuristics. Knows nothing of files.
 */
#ifndef SETTINGS_SCHEMA_H
#define SETTINGS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "settings/settings.h"

enum setting_kind {
    SETTING_NUMBER, /* written with a fraction: 3.0 */
    SETTING_POINTS, /* a number written as short as it goes: 4 */
    SETTING_COUNT,  /* a whole number */
    SETTING_PORTS,
    SETTING_TEXT,
    SETTING_CHOICE,
    SETTING_LIST, /* whitelist entries of one kind */
};

/* A key of older files: understood, and reported with what to write today. */
enum setting_age { SETTING_CURRENT, SETTING_OLD };

enum {
    SETTING_PATH_SIZE = 64,
    SETTING_MAX_ENTRIES = 10000, /* of the whitelist: each is compared with each process */
};

struct setting {
    char path[SETTING_PATH_SIZE]; /* dotted: "whitelist.names" */
    enum setting_kind kind;
    enum setting_age age;
    size_t offset; /* in struct settings */
    double min, max;
    const char *const *choices; /* SETTING_CHOICE: NULL-ended, by value */
    enum whitelist_kind list;   /* SETTING_LIST */
    const char *help;           /* one line */
};

size_t setting_count(void);
void setting_at(size_t index, struct setting *ret_setting);
bool setting_find(const char *path, struct setting *ret_setting);

/* The key of older files for the same list, if there was one. */
bool setting_find_old(const struct setting *setting, struct setting *ret_old);

/* "weights" or "whitelist": a mapping that holds keys. */
bool setting_is_section(const char *path);

/* The key or section nearest to a misspelt dotted path, or false. */
bool setting_suggest(const char *path, char (*ret_path)[SETTING_PATH_SIZE]);

/*
 * Give one value, written as text, to a member; a list gains an entry. Returns
 * true, or false with what is wrong and what to write in error. is_quoted: the
 * text stood in quotes, so it is no number.
 */
bool setting_apply(const struct setting *setting, struct settings *settings, const char *text,
                   bool is_quoted, struct strbuf *error);

/* Take an entry out of a list, or all of them when text is NULL. */
bool setting_list_remove(const struct setting *setting, struct settings *settings,
                         const char *text);

/* The value as it stands in YAML; a list in brackets. */
void setting_format(const struct setting *setting, const struct settings *settings,
                    struct strbuf *out);

/* The built-in value, in the same form. */
void setting_format_default(const struct setting *setting, struct strbuf *out);

/* Do both hold the same value? */
bool setting_equals(const struct setting *setting, const struct settings *a,
                    const struct settings *b);

#endif
