/* SPDX-License-Identifier: MIT */
/*
 * The ":" prompt: edits of any key of the configuration, saving, and every action of
 * the key table by its name. Tab completes.
 */
#include <stdio.h>
#include <string.h>

#include "settings/schema.h"
#include "ui/actions.h"
#include "ui/commands.h"
#include "ui/keys.h"
#include "ui/prompt.h"
#include "ui/review.h"
#include "ui/theme_file.h"
#include "ui/tuner.h"

enum { NAMED_CONTEXTS = CONTEXT_LIST | CONTEXT_DETAIL | CONTEXT_TUNE };

static bool take_word(struct span *line, char (*ret_word)[SETTING_PATH_SIZE])
{
    struct span word;

    if (!span_take_word(line, &word))
        return false;
    snprintf(*ret_word, sizeof *ret_word, "%.*s", (int)span_length(word), word.at);
    return true;
}

static void run_edit(struct app *app, enum edit_kind kind, struct span rest)
{
    char key[SETTING_PATH_SIZE], nearest[SETTING_PATH_SIZE];
    struct setting setting;
    struct strbuf value = {0};

    if (!take_word(&rest, &key)) {
        app_say(app, ROLE_WARNING, "which key?");
        return;
    }
    span_skip_blanks(&rest);
    strbuf_add_span(&value, rest);
    if (!setting_find(key, &setting))
        app_say(app, ROLE_WARNING, "there is no key %s%s%s", key,
                setting_suggest(key, &nearest) ? "; did you mean " : "",
                setting_suggest(key, &nearest) ? nearest : "");
    else if (kind != EDIT_UNSET && value.length == 0)
        app_say(app, ROLE_WARNING, "%s needs a value", key);
    else
        tuner_edit(app, kind, key, kind == EDIT_UNSET ? NULL : strbuf_string(&value));
    strbuf_release(&value);
}

static bool is_action(const char *name)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].contexts & NAMED_CONTEXTS && strcmp(key_rows[i].action_name, name) == 0)
            return true;
    return false;
}

static void say_readonly(struct app *app, const char *name)
{
    app_say(app, ROLE_WARNING, "%s does nothing under --readonly", name);
}

static bool run_action(struct app *app, const char *name)
{
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *row = &key_rows[i];

        if (!(row->contexts & NAMED_CONTEXTS) || strcmp(row->action_name, name) != 0)
            continue;
        if (app->is_readonly && !row->is_readonly_ok)
            say_readonly(app, name);
        else
            row->action(app);
        return true;
    }
    return false;
}

/* What all candidates that begin so have in common behind it. */
struct completion {
    const struct app *app;
    struct span begun;
    char common[SETTING_PATH_SIZE];
    bool is_found, is_one;
};

static void consider(struct completion *completion, const char *candidate)
{
    size_t length = span_length(completion->begun), same = 0;

    if (strncmp(candidate, completion->begun.at, length) != 0)
        return;
    if (!completion->is_found) {
        snprintf(completion->common, sizeof completion->common, "%s", candidate);
        completion->is_found = completion->is_one = true;
        return;
    }
    if (strcmp(completion->common, candidate) == 0)
        return;
    while (completion->common[same] && completion->common[same] == candidate[same])
        same++;
    completion->common[same] = '\0';
    completion->is_one = false;
}

static void consider_keys(struct completion *completion)
{
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;

        setting_at(i, &setting);
        consider(completion, setting.path);
    }
}

static void consider_filters(struct completion *completion)
{
    const struct preferences *preferences = &completion->app->preferences;

    for (size_t i = 0; i < preferences->filter_count; i++)
        consider(completion, preferences->filters[i].name);
}

static void consider_sets(struct completion *completion)
{
    for (size_t i = 0; i < column_set_count; i++)
        consider(completion, column_sets[i].name);
}

static void consider_columns(struct completion *completion)
{
    for (size_t i = 0; i < column_count; i++)
        consider(completion, columns[i].key);
}

static void consider_themes(struct completion *completion)
{
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++)
        consider(completion, theme->name);
}

static void consider_presets(struct completion *completion)
{
    consider(completion, key_preset_name(KEYS_HTOP));
    consider(completion, key_preset_name(KEYS_VIM));
}

static void consider_on_off(struct completion *completion)
{
    consider(completion, "on");
    consider(completion, "off");
}

/* Everything that takes more than its name. */
static void run_set(struct app *app, struct span rest)
{
    run_edit(app, EDIT_SET, rest);
}

static void run_unset(struct app *app, struct span rest)
{
    run_edit(app, EDIT_UNSET, rest);
}

static void run_add(struct app *app, struct span rest)
{
    run_edit(app, EDIT_ADD, rest);
}

static void run_delete(struct app *app, struct span rest)
{
    run_edit(app, EDIT_DELETE, rest);
}

static void run_save(struct app *app, struct span rest)
{
    if (span_length(rest) == 0) {
        review_open(app);
        return;
    }
    struct strbuf file = {0};
    strbuf_add_span(&file, rest);
    review_save_as(app, strbuf_string(&file));
    strbuf_release(&file);
}

static void run_diff(struct app *app, struct span rest)
{
    (void)rest;
    review_open(app);
}

static const struct command {
    const char *name;
    void (*run)(struct app *app, struct span rest);
    void (*consider)(struct completion *completion); /* its operand; NULL: nothing is known */
    bool is_readonly_ok;
} commands[] = {
    {"set",           run_set,         consider_keys,    true },
    {"unset",         run_unset,       consider_keys,    true },
    {"add",           run_add,         consider_keys,    true },
    {"del",           run_delete,      consider_keys,    true },
    {"save",          run_save,        NULL,             false},
    {"save-as",       run_save,        NULL,             false},
    {"diff",          run_diff,        NULL,             true },
    {"filter",        command_filter,  consider_filters, true },
    {"forget-filter", command_forget,  consider_filters, true },
    {"who",           command_who,     NULL,             true },
    {"columns",       command_columns, consider_sets,    true },
    {"sort",          command_sort,    consider_columns, true },
    {"theme",         command_theme,   consider_themes,  true },
    {"keys",          command_keys,    consider_presets, true },
    {"ring",          command_ring,    consider_on_off,  true },
    {"syslog",        command_syslog,  consider_on_off,  true },
};
static const size_t command_count = sizeof commands / sizeof *commands;

static bool run_command(struct app *app, const char *name, struct span rest)
{
    for (size_t i = 0; i < command_count; i++) {
        /* Without an operand, "filter" and "who" are the actions that ask for one. */
        bool is_meant =
            strcmp(commands[i].name, name) == 0 && (span_length(rest) > 0 || !is_action(name));

        if (!is_meant)
            continue;
        if (app->is_readonly && !commands[i].is_readonly_ok)
            say_readonly(app, name);
        else
            commands[i].run(app, rest);
        return true;
    }
    return false;
}

static void run(struct app *app, const char *text)
{
    char verb[SETTING_PATH_SIZE];
    struct span rest = span_of_string(text);

    if (!take_word(&rest, &verb))
        return;
    span_skip_blanks(&rest);
    if (!run_command(app, verb, rest) && !run_action(app, verb))
        app_say(app, ROLE_WARNING, "there is no command %s: Tab completes, ? lists", verb);
}

static void consider_commands(struct completion *completion, bool is_readonly)
{
    for (size_t i = 0; i < command_count; i++)
        if (commands[i].is_readonly_ok || !is_readonly)
            consider(completion, commands[i].name);
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].contexts & NAMED_CONTEXTS &&
            (key_rows[i].is_readonly_ok || !is_readonly))
            consider(completion, key_rows[i].action_name);
}

static void consider_operand(struct completion *completion, const char *text, size_t length)
{
    for (size_t i = 0; i < command_count; i++)
        if (commands[i].consider && strlen(commands[i].name) == length &&
            strncmp(commands[i].name, text, length) == 0)
            commands[i].consider(completion);
}

static void complete(struct app *app, const char *text, struct strbuf *ret_more)
{
    const char *blank = strchr(text, ' ');
    struct completion completion = {.app = app, .begun = span_of_string(text)};

    if (blank && strchr(blank + 1, ' '))
        return;
    if (blank) {
        completion.begun = span_of_string(blank + 1);
        consider_operand(&completion, text, (size_t)(blank - text));
    } else {
        consider_commands(&completion, app->is_readonly);
    }
    if (!completion.is_found)
        return;
    strbuf_add_string(ret_more, completion.common + span_length(completion.begun));
    if (completion.is_one)
        strbuf_add_char(ret_more, ' ');
}

void command_ask(struct app *app)
{
    prompt_open(app, ":", "", NULL, run);
    app->prompt.hint = "set KEY VALUE, save, who, or any action; Tab completes";
    prompt_recall_from(app, &app->commands);
    app->prompt.complete = complete;
}
