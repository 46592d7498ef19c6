/* SPDX-License-Identifier: MIT */
/*
 * The ":" prompt: edits of any key of the configuration, saving, and every action of
 * the key table by its name. Tab completes.
 */
#include <stdio.h>
#include <string.h>

#include "settings/schema.h"
#include "ui/actions.h"
#include "ui/keys.h"
#include "ui/prompt.h"
#include "ui/review.h"
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

static const struct {
    const char *name;
    enum edit_kind kind;
} edits[] = {
    {"set",   EDIT_SET   },
    {"unset", EDIT_UNSET },
    {"add",   EDIT_ADD   },
    {"del",   EDIT_DELETE},
};
static const size_t edit_count = sizeof edits / sizeof *edits;

static void run_edit(struct app *app, enum edit_kind kind, struct span rest)
{
    char key[SETTING_PATH_SIZE], nearest[SETTING_PATH_SIZE];
    struct setting setting;
    struct strbuf value = {0};

    if (!take_word(&rest, &key)) {
        app_say(app, ROLE_WARNING, "which key?");
        return;
    }
    while (rest.at < rest.end && *rest.at == ' ')
        rest.at++;
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

static bool run_action(struct app *app, const char *name)
{
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *row = &key_rows[i];

        if (!(row->contexts & NAMED_CONTEXTS) || strcmp(row->action_name, name) != 0 ||
            (app->is_readonly && !row->is_readonly_ok))
            continue;
        row->action(app);
        return true;
    }
    return false;
}

static void run(struct app *app, const char *text)
{
    char verb[SETTING_PATH_SIZE];
    struct span rest = span_of_string(text);
    struct strbuf file = {0};

    if (!take_word(&rest, &verb))
        return;
    for (size_t i = 0; i < edit_count; i++)
        if (strcmp(verb, edits[i].name) == 0) {
            run_edit(app, edits[i].kind, rest);
            return;
        }
    if (app->is_readonly && (strcmp(verb, "save") == 0 || strcmp(verb, "save-as") == 0)) {
        app_say(app, ROLE_WARNING, "nothing is written under --readonly");
        return;
    }
    while (rest.at < rest.end && *rest.at == ' ')
        rest.at++;
    if (strcmp(verb, "save") == 0 && rest.at < rest.end) {
        strbuf_add_span(&file, rest);
        review_save_as(app, strbuf_string(&file));
        strbuf_release(&file);
    } else if (strcmp(verb, "save") == 0 || strcmp(verb, "diff") == 0) {
        review_open(app);
    } else if (!run_action(app, verb)) {
        app_say(app, ROLE_WARNING, "there is no command %s: Tab completes, ? lists", verb);
    }
}

/* What all candidates that begin so have in common behind it. */
struct completion {
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

static void consider_commands(struct completion *completion, bool is_readonly)
{
    for (size_t i = 0; i < edit_count; i++)
        consider(completion, edits[i].name);
    consider(completion, "diff");
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].contexts & NAMED_CONTEXTS &&
            (key_rows[i].is_readonly_ok || !is_readonly))
            consider(completion, key_rows[i].action_name);
}

static void consider_keys(struct completion *completion)
{
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;

        setting_at(i, &setting);
        consider(completion, setting.path);
    }
}

static void complete(struct app *app, const char *text, struct strbuf *ret_more)
{
    const char *blank = strchr(text, ' ');
    struct completion completion = {.begun = span_of_string(text)};

    if (blank && strchr(blank + 1, ' '))
        return;
    if (blank) {
        completion.begun = span_of_string(blank + 1);
        consider_keys(&completion);
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
    app->prompt.complete = complete;
}
