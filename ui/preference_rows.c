/* SPDX-License-Identifier: MIT */
#include "ui/preference_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "settings/quote.h"
#include "ui/app.h"
#include "ui/keys.h"

/* NULL, or what is wrong with the value (static). */
typedef const char *read_value(struct app *app, const struct yaml_node *node);

struct preference_row {
    const char *key;
    read_value *read;
    void (*format)(const struct app *app, struct strbuf *out);
    size_t flag; /* of a bool: where it is in struct app; then read is NULL */
};

static const char *read_bool(bool *ret_value, const struct yaml_node *node)
{
    const char *text = yaml_text(node);

    if (!text || (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
        return "must be true or false";
    *ret_value = *text == 't';
    return NULL;
}

static const char *read_sort(struct app *app, const struct yaml_node *node)
{
    const char *text = yaml_text(node);
    const struct column *column = text ? column_find(text) : NULL;

    if (!column)
        return "names no column (see procwatch list columns)";
    app->list.sort = column;
    return NULL;
}

static void format_sort(const struct app *app, struct strbuf *out)
{
    strbuf_add_string(out, app->list.sort->key);
}

static const char *read_columns(struct app *app, const struct yaml_node *node)
{
    const char *name = yaml_text(node);
    const struct column_set *set = name ? column_set_find(name) : NULL;
    struct list_columns chosen = {0};

    if (set)
        list_use_set(&app->list, set);
    if (set || name)
        return set ? NULL : "names no set of columns";
    if (node->kind != YAML_SEQUENCE || node->count == 0 || node->count > COLUMN_SET_MAX)
        return "must be the name of a set, or a list of up to 16 columns";
    for (size_t i = 0; i < node->count; i++) {
        const char *key = yaml_text(node->items[i]);

        chosen.items[i] = key ? column_find(key) : NULL;
        if (!chosen.items[i])
            return "names a column that there is not (see procwatch list columns)";
        if (chosen.items[i]->width == 0)
            return "names a column that stands behind all others anyway";
    }
    chosen.count = node->count;
    app->list.columns = chosen;
    return NULL;
}

static void format_columns(const struct app *app, struct strbuf *out)
{
    const struct column_set *set = list_set(&app->list);

    if (set) {
        strbuf_add_string(out, set->name);
        return;
    }
    for (size_t i = 0; i < app->list.columns.count; i++)
        strbuf_add_format(out, "%s%s", i == 0 ? "[" : ", ", app->list.columns.items[i]->key);
    strbuf_add_char(out, ']');
}

static const char *const mode_names[LIST_MODE_COUNT] = {"chips", "matrix", "sentences"};

static const char *read_reasons(struct app *app, const struct yaml_node *node)
{
    const char *text = yaml_text(node);

    for (int mode = 0; text && mode < LIST_MODE_COUNT; mode++)
        if (strcmp(mode_names[mode], text) == 0) {
            app->list.mode = (enum list_mode)mode;
            return NULL;
        }
    return "must be chips, matrix or sentences";
}

static void format_reasons_mode(const struct app *app, struct strbuf *out)
{
    strbuf_add_string(out, mode_names[app->list.mode]);
}

/* What is changed by edits is nothing to begin with. */
static const char *read_scope(struct app *app, const struct yaml_node *node)
{
    const char *text = yaml_text(node);

    for (int scope = 0; text && scope < SCOPE_CHANGED; scope++)
        if (strcmp(list_scope_name((enum list_scope)scope), text) == 0) {
            app->list.scope = (enum list_scope)scope;
            return NULL;
        }
    return "must be top, flagged, all or excused";
}

static void format_scope(const struct app *app, struct strbuf *out)
{
    enum list_scope scope = app->list.scope < SCOPE_CHANGED ? app->list.scope : SCOPE_TOP;

    strbuf_add_string(out, list_scope_name(scope));
}

static const char *read_theme(struct app *app, const struct yaml_node *node)
{
    const char *text = yaml_text(node);

    if (!text || !*text)
        return "must be the name of a theme";
    free(app->preferences.theme);
    app->preferences.theme = memory_copy_string(text);
    return NULL;
}

static void format_theme(const struct app *app, struct strbuf *out)
{
    if (app->preferences.theme)
        quote_add(out, app->preferences.theme, YAML_PLAIN);
}

static const char *read_keys(struct app *app, const struct yaml_node *node)
{
    const char *name = yaml_text(node);

    if (!name || !key_preset_find(name, &app->preferences.keys))
        return "must be htop or vim";
    return NULL;
}

static void format_keys(const struct app *app, struct strbuf *out)
{
    strbuf_add_string(out, key_preset_name(app->preferences.keys));
}

static const char *bind(struct app *app, const char *context, const struct yaml_node *keys)
{
    const char *wrong = NULL;

    for (size_t i = 0; i < keys->count; i++) {
        const char *key = yaml_text(keys->pairs[i].key),
                   *action = yaml_text(keys->pairs[i].value);
        const char *why = key && action
                              ? key_bindings_add(&app->preferences.bound, context, key, action)
                              : "must hold the name of an action for each key";

        if (why)
            wrong = why;
    }
    return wrong;
}

/* What is wrong in it is left out; the others count. */
static const char *read_bind(struct app *app, const struct yaml_node *node)
{
    const char *wrong = NULL;

    if (node->kind != YAML_MAPPING)
        return "must hold contexts, and in each of them keys and actions";
    for (size_t i = 0; i < node->count; i++) {
        const char *context = yaml_text(node->pairs[i].key);
        const struct yaml_node *keys = yaml_resolve(node->pairs[i].value);
        const char *why = context && keys && keys->kind == YAML_MAPPING
                              ? bind(app, context, keys)
                              : "must hold contexts, and in each of them keys and actions";

        if (why)
            wrong = why;
    }
    return wrong;
}

static void format_bind(const struct app *app, struct strbuf *out)
{
    const struct key_bindings *bound = &app->preferences.bound;
    struct strbuf key = {0};

    for (unsigned context = CONTEXT_LIST; context <= CONTEXT_PROMPT; context <<= 1) {
        bool is_first = true;

        for (size_t i = 0; i < bound->count; i++) {
            if (bound->items[i].context != context)
                continue;
            if (is_first)
                strbuf_add_format(out, "\n  %s:", context_name((enum context)context));
            is_first = false;
            strbuf_clear(&key);
            key_add_name(&key, bound->items[i].key);
            strbuf_add_string(out, "\n    ");
            quote_add(out, strbuf_string(&key), YAML_DOUBLE_QUOTED);
            strbuf_add_format(out, ": %s",
                              bound->items[i].row ? bound->items[i].row->action_name : "none");
        }
    }
    strbuf_release(&key);
}

static const char *read_filters(struct app *app, const struct yaml_node *node)
{
    const char *wrong = NULL;

    if (node->kind != YAML_MAPPING)
        return "must hold names and filters";
    for (size_t i = 0; i < node->count; i++) {
        const char *name = yaml_text(node->pairs[i].key),
                   *text = yaml_text(node->pairs[i].value);
        struct filter_error error;
        struct filter *filter = name && text ? filter_new(text, &error) : NULL;

        if (filter)
            preferences_name_filter(&app->preferences, name, text);
        else
            wrong = "holds a filter that is none; the others were taken";
        filter_free(filter);
    }
    return wrong;
}

static void format_filters(const struct app *app, struct strbuf *out)
{
    for (size_t i = 0; i < app->preferences.filter_count; i++) {
        strbuf_add_string(out, "\n  ");
        quote_add(out, app->preferences.filters[i].name, YAML_PLAIN);
        strbuf_add_string(out, ": ");
        quote_add(out, app->preferences.filters[i].text, YAML_DOUBLE_QUOTED);
    }
}

/* clang-format off */
static const struct preference_row rows[] = {
    {"sort", read_sort, format_sort, 0},
    {"reversed", NULL, NULL, offsetof(struct app, list.is_reversed)},
    {"columns", read_columns, format_columns, 0},
    {"reasons", read_reasons, format_reasons_mode, 0},
    {"scope", read_scope, format_scope, 0},
    {"tree", NULL, NULL, offsetof(struct app, list.is_tree)},
    {"command_lines", NULL, NULL, offsetof(struct app, list.shows_command)},
    {"kernel_threads", NULL, NULL, offsetof(struct app, list.shows_kernel_threads)},
    {"header_folded", NULL, NULL, offsetof(struct app, is_header_folded)},
    {"theme", read_theme, format_theme, 0},
    {"keys", read_keys, format_keys, 0},
    {"bind", read_bind, format_bind, 0},
    {"ring", NULL, NULL, offsetof(struct app, preferences.rings)},
    {"syslog", NULL, NULL, offsetof(struct app, preferences.logs)},
    {"filters", read_filters, format_filters, 0},
};
/* clang-format on */

static const struct preference_row *find_row(const char *key)
{
    for (size_t i = 0; key && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].key, key) == 0)
            return &rows[i];
    return NULL;
}

void preference_rows_read(struct app *app, const struct yaml *yaml, struct problems *problems)
{
    for (size_t i = 0; i < yaml->root->count; i++) {
        const struct yaml_pair *pair = &yaml->root->pairs[i];
        const struct preference_row *row = find_row(yaml_text(pair->key));
        const struct yaml_node *value = yaml_resolve(pair->value);
        const char *wrong = NULL;

        if (!row)
            yaml_problem(yaml, pair->key, problems, PROBLEM_WARNING, "unknown key \"%s\"",
                         yaml_text(pair->key) ? yaml_text(pair->key) : "?");
        else if (yaml_is_null(value))
            continue;
        else if (row->read)
            wrong = row->read(app, value);
        else
            wrong = read_bool((bool *)((char *)app + row->flag), value);
        if (wrong)
            yaml_problem(yaml, pair->value, problems, PROBLEM_WARNING, "%s %s", row->key,
                         wrong);
    }
}

void preference_rows_format(const struct app *app, struct strbuf *out)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf value = {0};

        if (rows[i].format)
            rows[i].format(app, &value);
        else
            strbuf_add_string(
                &value, *(const bool *)((const char *)app + rows[i].flag) ? "true" : "false");
        /* A mapping begins on the next line. */
        if (value.length > 0)
            strbuf_add_format(out, "%s:%s%s\n", rows[i].key, *value.bytes == '\n' ? "" : " ",
                              value.bytes);
        strbuf_release(&value);
    }
}
