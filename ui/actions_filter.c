/* SPDX-License-Identifier: MIT */
/* Choosing rows: filters, users, containers, who has something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/menu.h"
#include "ui/preferences.h"
#include "ui/prompt.h"

static void chosen_anew(struct app *app)
{
    app_rebuild_view(app);
    if (app_has_snapshot(app))
        app_send_request(app);
}

/* While it is typed it is wrong most of the time: the list stays as the last good one
 * has it, and the place of the mistake stands beside. */
static void filter_changed(struct app *app, const char *text)
{
    struct filter_error error;

    app->prompt.problem[0] = '\0';
    if (list_set_filter(&app->list, text, &error))
        chosen_anew(app);
    else
        snprintf(app->prompt.problem, sizeof app->prompt.problem, "%zu: %s", error.position + 1,
                 error.message);
}

void list_filter_by(struct app *app, const char *text)
{
    struct filter_error error;

    if (list_set_filter(&app->list, text, &error)) {
        typed_add(&app->filters, text);
        chosen_anew(app);
    } else {
        app_say(app, ROLE_WARNING, "filter, at %zu: %s; the last good one stays",
                error.position + 1, error.message);
    }
}

/* Words of the language that begin as the last word does. */
static void complete_field(struct app *app, const char *text, struct strbuf *ret_more)
{
    const char *word = text + strlen(text);
    const char *found = NULL;

    (void)app;
    while (word > text && strchr("abcdefghijklmnopqrstuvwxyz_", word[-1]))
        word--;
    for (size_t i = 0; *word && i < column_count; i++) {
        if (strncmp(columns[i].key, word, strlen(word)) != 0)
            continue;
        if (found)
            return;
        found = columns[i].key;
    }
    if (found)
        strbuf_add_string(ret_more, found + strlen(word));
}

void list_filter(struct app *app)
{
    prompt_open(app, "Filter", strbuf_string(&app->list.filter), filter_changed,
                list_filter_by);
    app->prompt.hint = "a text, or score>3 and user!=root, or exe~^/opt";
    prompt_recall_from(app, &app->filters);
    app->prompt.complete = complete_field;
}

void list_clear_filters(struct app *app)
{
    struct filter_error unused;

    list_set_filter(&app->list, "", &unused);
    strbuf_clear(&app->list.user);
    app->list.who = (struct who){0};
    app->list.hides_containers = false;
    chosen_anew(app);
    app_say(app, ROLE_TEXT, "no filters");
}

enum { FILTER_NONE = -1, FILTER_KEEP = -2 };

static void keep_filter(struct app *app, const char *name)
{
    if (!*name)
        return;
    preferences_name_filter(&app->preferences, name, strbuf_string(&app->list.filter));
    app_say(app, ROLE_TEXT, "the filter is kept as %s", name);
}

static void filter_chosen(struct app *app, const struct menu_item *item)
{
    if (item->value == FILTER_NONE)
        list_filter_by(app, "");
    else if (item->value == FILTER_KEEP)
        prompt_open(app, "Keep this filter as", "", NULL, keep_filter);
    else
        list_filter_by(app, app->preferences.filters[item->value].text);
}

void list_choose_filter(struct app *app)
{
    const struct preferences *preferences = &app->preferences;

    menu_open(app, "Filters", filter_chosen);
    menu_add(app, FILTER_NONE, "no filter", "");
    for (size_t i = 0; i < preferences->filter_count; i++) {
        menu_add(app, (int)i, preferences->filters[i].name, preferences->filters[i].text);
        if (strcmp(preferences->filters[i].text, strbuf_string(&app->list.filter)) == 0)
            app->menu.index = i + 1;
    }
    if (app->list.filter.length > 0)
        menu_add(app, FILTER_KEEP, "keep this one ...", strbuf_string(&app->list.filter));
}

void list_tell_who(struct app *app)
{
    const struct who *who = &app->list.who;
    char unknown[48] = "";
    size_t count = 0;

    for (size_t i = 0; app_has_snapshot(app) && i < app->refresh->snapshot.process_count; i++)
        count += !who_is_known(who, &app->refresh->snapshot.processes[i]);
    if (count > 0)
        snprintf(unknown, sizeof unknown, " (of %zu it is not known)", count);
    app_say(app, count > 0 ? ROLE_WARNING : ROLE_TEXT,
            "who has %s%s: %zu%s; = shows the others again", who->text,
            who->kind == WHO_PATH ? " open, as program or as directory" : "", app->view.matched,
            unknown);
}

void list_ask_who(struct app *app, const char *text)
{
    struct who who;
    const char *wrong = who_parse(text, &who);

    if (wrong) {
        app_say(app, ROLE_WARNING, "who %s", wrong);
        return;
    }
    app->list.who = who;
    /* Whoever has it, however low it ranks. */
    app->list.scope = SCOPE_ALL;
    chosen_anew(app);
    list_tell_who(app);
    /* The pass under way does not look for it yet; the one behind it does. */
    app->list.who_tells = who.kind == WHO_PATH ? 2 : 0;
    if (app->engine && who.kind == WHO_PATH)
        engine_refresh_now(app->engine);
}

static void who_typed(struct app *app, const char *text)
{
    if (*text)
        list_ask_who(app, text);
}

void list_who(struct app *app)
{
    prompt_open(app, "Who has (:port, address, /path or inode)", "", NULL, who_typed);
}

void list_toggle_containers(struct app *app)
{
    app->list.hides_containers = !app->list.hides_containers;
    chosen_anew(app);
    app_say(app, ROLE_TEXT, "processes in containers are %s",
            app->list.hides_containers ? "hidden" : "shown");
}

static void user_chosen(struct app *app, const struct menu_item *item)
{
    strbuf_set_string(&app->list.user, item->value == 0 ? "" : item->label);
    chosen_anew(app);
}

struct user_count {
    const char *name;
    unsigned processes;
};

static int by_count(const void *left, const void *right)
{
    const struct user_count *a = left, *b = right;

    if (a->processes != b->processes)
        return a->processes < b->processes ? 1 : -1;
    return strcmp(a->name, b->name);
}

/* Names are interned in a snapshot: equal names are the same text. */
static size_t count_users(const struct snapshot *snapshot, struct user_count **ret_users)
{
    struct user_count *users = NULL;
    size_t count = 0, capacity = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        const char *name = snapshot_string(snapshot, process->user);
        size_t user = 0;

        if (!process_knows(process, FACT_BIT(FACT_STATUS)) || !*name)
            continue;
        while (user < count && users[user].name != name)
            user++;
        if (user == count) {
            users = memory_grow(users, count, &capacity, sizeof *users);
            users[count++] = (struct user_count){.name = name};
        }
        users[user].processes++;
    }
    if (count > 0)
        qsort(users, count, sizeof *users, by_count);
    *ret_users = users;
    return count;
}

void list_choose_user(struct app *app)
{
    struct user_count *users;

    if (!app_has_snapshot(app))
        return;
    size_t count = count_users(&app->refresh->snapshot, &users);
    menu_open(app, "Processes of", user_chosen);
    menu_add(app, 0, "everybody", "");
    for (size_t i = 0; i < count; i++) {
        char hint[32];

        snprintf(hint, sizeof hint, "%u", users[i].processes);
        menu_add(app, 1, users[i].name, hint);
        if (strcmp(users[i].name, strbuf_string(&app->list.user)) == 0)
            app->menu.index = i + 1;
    }
    free(users);
}
