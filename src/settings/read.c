/* SPDX-License-Identifier: MIT */
/* From a YAML tree to settings: every problem with its place. */
#include <string.h>

#include "base/yaml.h"
#include "settings/schema.h"
#include "settings/settings.h"

enum {
    MAX_WARNINGS = 20, /* about unknown keys; a wrong file has thousands */
    MAX_ERRORS = 100,  /* about entries of one list */
};

struct reader {
    const struct yaml *yaml;
    struct settings *settings;
    struct problems *problems;
    size_t unknown_count;
};

static bool apply_text(struct reader *reader, const struct setting *setting,
                       const struct yaml_node *place, const char *text, bool is_quoted)
{
    struct strbuf error = {0};

    bool is_good = setting_apply(setting, reader->settings, text, is_quoted, &error);

    if (!is_good)
        yaml_problem(reader->yaml, place, reader->problems, PROBLEM_ERROR, "%s",
                     strbuf_string(&error));
    strbuf_release(&error);
    return is_good;
}

static void report_kind(struct reader *reader, const struct setting *setting,
                        const struct yaml_node *value)
{
    static const char *const wanted[] = {
        [SETTING_NUMBER] = "a number: write %s: 1.5",
        [SETTING_POINTS] = "a number: write %s: 3",
        [SETTING_COUNT] = "a whole number: write %s: 20",
        [SETTING_PORTS] = "ports: write %s: \"22,80,9000-9010\"",
        [SETTING_TEXT] = "one text: write %s: text",
        [SETTING_CHOICE] = "one word: write %s: word",
        [SETTING_LIST] = "a list: write %s: [one, two]",
    };
    const char *dot = strrchr(setting->path, '.');
    struct strbuf message = {0};

    strbuf_add_format(&message, "%s is %s, but needs ", setting->path, yaml_describe(value));
    strbuf_add_format(&message, wanted[setting->kind], dot ? dot + 1 : setting->path);
    yaml_problem(reader->yaml, value, reader->problems, PROBLEM_ERROR, "%s",
                 strbuf_string(&message));
    strbuf_release(&message);
}

static void read_list(struct reader *reader, const struct setting *setting,
                      const struct yaml_node *value)
{
    const struct yaml_node *list = yaml_resolve(value);
    unsigned error_count = 0;

    if (list->kind != YAML_SEQUENCE) {
        report_kind(reader, setting, value);
        return;
    }
    if (list->count > SETTING_MAX_ENTRIES) {
        yaml_problem(reader->yaml, value, reader->problems, PROBLEM_ERROR,
                     "%s: more than %d entries: use patterns", setting->path,
                     SETTING_MAX_ENTRIES);
        return;
    }
    for (size_t i = 0; i < list->count && error_count < MAX_ERRORS; i++) {
        const char *text = yaml_text(list->items[i]);

        if (!text)
            yaml_problem(reader->yaml, list->items[i], reader->problems, PROBLEM_ERROR,
                         "%s: an entry is %s, but must be one text", setting->path,
                         yaml_describe(list->items[i]));
        else if (yaml_is_null(list->items[i]))
            yaml_problem(reader->yaml, list->items[i], reader->problems, PROBLEM_ERROR,
                         "%s: an entry is empty: write a text, in quotes if it is \"%s\"",
                         setting->path, *text ? text : "null");
        else if (!apply_text(reader, setting, list->items[i], text, false))
            error_count++;
    }
}

/* "a,b,c-d", a number, or a list of both. */
static void read_ports(struct reader *reader, const struct setting *setting,
                       const struct yaml_node *value)
{
    const struct yaml_node *list = yaml_resolve(value);
    struct strbuf joined = {0};

    if (list->kind == YAML_MAPPING) {
        report_kind(reader, setting, value);
        return;
    }
    if (list->kind == YAML_SCALAR) {
        apply_text(reader, setting, value, list->text, false);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const char *text = yaml_text(list->items[i]);

        if (!text) {
            report_kind(reader, setting, list->items[i]);
            strbuf_release(&joined);
            return;
        }
        strbuf_add_format(&joined, "%s%s", i > 0 ? "," : "", text);
    }
    apply_text(reader, setting, value, strbuf_string(&joined), false);
    strbuf_release(&joined);
}

static void read_setting(struct reader *reader, const struct setting *setting,
                         const struct yaml_pair *pair)
{
    const struct yaml_node *value = yaml_resolve(pair->value);

    if (setting->age == SETTING_OLD)
        yaml_problem(reader->yaml, pair->key, reader->problems, PROBLEM_WARNING,
                     "%s is an older name, still understood: %s", setting->path, setting->help);
    if (yaml_is_null(value)) /* nothing written: the default counts */
        return;
    if (setting->kind == SETTING_LIST)
        read_list(reader, setting, pair->value);
    else if (setting->kind == SETTING_PORTS)
        read_ports(reader, setting, pair->value);
    else if (value->kind != YAML_SCALAR)
        report_kind(reader, setting, pair->value);
    else
        apply_text(reader, setting, pair->value, value->text, value->style != YAML_PLAIN);
}

static void report_unknown(struct reader *reader, const struct yaml_node *key, const char *path)
{
    char nearest[SETTING_PATH_SIZE];

    if (++reader->unknown_count > MAX_WARNINGS) {
        if (reader->unknown_count == MAX_WARNINGS + 1)
            yaml_problem(reader->yaml, key, reader->problems, PROBLEM_WARNING,
                         "more keys are unknown and not listed");
    } else if (setting_suggest(path, &nearest)) {
        yaml_problem(reader->yaml, key, reader->problems, PROBLEM_WARNING,
                     "unknown key %s, did you mean %s?", path, nearest);
    } else {
        yaml_problem(reader->yaml, key, reader->problems, PROBLEM_WARNING,
                     "unknown key %s is ignored", path);
    }
}

static void read_mapping(struct reader *reader, const struct yaml_node *mapping,
                         const char *section)
{
    for (size_t i = 0; i < mapping->count; i++) {
        const struct yaml_pair *pair = &mapping->pairs[i];
        const char *key = yaml_text(pair->key);
        const struct yaml_node *value = yaml_resolve(pair->value);
        struct strbuf path = {0};
        struct setting setting;

        strbuf_add_format(&path, "%s%s%s", section, *section ? "." : "", key ? key : "?");
        if (key && setting_find(strbuf_string(&path), &setting))
            read_setting(reader, &setting, pair);
        else if (!key || *section || !setting_is_section(key))
            report_unknown(reader, pair->key, strbuf_string(&path));
        else if (value->kind == YAML_MAPPING)
            read_mapping(reader, value, key);
        else if (!yaml_is_null(value))
            yaml_problem(reader->yaml, pair->value, reader->problems, PROBLEM_ERROR,
                         "%s is %s, but needs keys of its own, one a line, indented", key,
                         yaml_describe(value));
        strbuf_release(&path);
    }
}

bool settings_load_text(struct settings *settings, const char *name, const char *text,
                        size_t length, struct problems *problems)
{
    struct problems found = {0};
    struct settings loaded;
    struct yaml yaml;

    settings_init(settings);
    if (!yaml_parse(&yaml, name, text, length, problems))
        return false;

    struct reader reader = {.yaml = &yaml, .settings = &loaded, .problems = &found};
    settings_init(&loaded);
    if (yaml.root && yaml.root->kind == YAML_MAPPING)
        read_mapping(&reader, yaml.root, "");
    else if (!yaml_is_null(yaml.root))
        yaml_problem(&yaml, yaml.root, &found, PROBLEM_ERROR,
                     "the file is %s, but needs keys with values, such as min_score: 3.0",
                     yaml_describe(yaml.root));

    bool is_good = !problems_has_errors(&found);
    if (is_good) {
        settings_release(settings);
        *settings = loaded;
    } else {
        settings_release(&loaded);
    }
    problems_move(problems, &found);
    yaml_release(&yaml);
    return is_good;
}
