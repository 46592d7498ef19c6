/* SPDX-License-Identifier: MIT */
/* Finding rows: search, filter, users. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/menu.h"
#include "ui/prompt.h"

static void set_text(struct strbuf *buffer, const char *text)
{
    strbuf_clear(buffer);
    strbuf_add_string(buffer, text);
}

/* Select the first match from there on, in steps of +1 or -1, round the end. */
static bool select_match(struct app *app, size_t from, int step)
{
    const char *wanted = strbuf_string(&app->list.search);
    size_t count = app->view.count;
    struct row row;

    for (size_t i = 0; i < count && *wanted; i++) {
        size_t offset = step > 0 ? i : count - i;
        size_t index = (from + offset) % count;

        if (app_row(app, index, &row) && row_contains(&row, wanted)) {
            app_select(app, index);
            return true;
        }
    }
    return false;
}

static void search_changed(struct app *app, const char *text)
{
    set_text(&app->list.search, text);
    select_match(app, app->list.index, 1);
}

static void search_done(struct app *app, const char *text)
{
    if (*text && !select_match(app, app->list.index, 1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", text);
}

void list_search(struct app *app)
{
    prompt_open(app, "Search", "", search_changed, search_done);
}

void list_search_next(struct app *app)
{
    if (app->list.search.length == 0)
        list_search(app);
    else if (!select_match(app, app->list.index + 1, 1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", strbuf_string(&app->list.search));
}

void list_search_previous(struct app *app)
{
    size_t count = app->view.count;

    if (count > 0 && !select_match(app, app->list.index + count - 1, -1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", strbuf_string(&app->list.search));
}

static void filter_changed(struct app *app, const char *text)
{
    set_text(&app->list.filter, text);
    app_rebuild_view(app);
}

void list_filter(struct app *app)
{
    prompt_open(app, "Filter", strbuf_string(&app->list.filter), filter_changed, NULL);
}

void list_clear_filters(struct app *app)
{
    strbuf_clear(&app->list.filter);
    strbuf_clear(&app->list.user);
    app_rebuild_view(app);
    app_say(app, ROLE_TEXT, "no filters");
}

static void user_chosen(struct app *app, const struct menu_item *item)
{
    set_text(&app->list.user, item->value == 0 ? "" : item->label);
    app_rebuild_view(app);
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
