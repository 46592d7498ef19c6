/* SPDX-License-Identifier: MIT */
/* The order of the list. */
#include "base/translate.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/menu.h"

void list_sort_by(struct app *app, const struct column *column)
{
    if (app->list.sort != column)
        app->list.is_reversed = false;
    app->list.sort = column;
    app_rebuild_view(app);
    if (app_has_snapshot(app))
        app_send_request(app);
    app_say(app, ROLE_TEXT, "sorted by %s: %s", column->title, column->help);
}

void sort_by_score(struct app *app)
{
    list_sort_by(app, column_find("score"));
}

void sort_by_cpu(struct app *app)
{
    list_sort_by(app, column_find("cpu"));
}

void sort_by_memory(struct app *app)
{
    list_sort_by(app, column_find("rss"));
}

void sort_by_age(struct app *app)
{
    list_sort_by(app, column_find("age"));
}

void sort_by_pid(struct app *app)
{
    list_sort_by(app, column_find("pid"));
}

void sort_reverse(struct app *app)
{
    app->list.is_reversed = !app->list.is_reversed;
    app_rebuild_view(app);
}

static void column_chosen(struct app *app, const struct menu_item *item)
{
    list_sort_by(app, &columns[item->value]);
}

void sort_choose(struct app *app)
{
    menu_open(app, "Sort by", column_chosen);
    for (size_t i = 0; i < column_count; i++) {
        menu_add(app, (int)i, columns[i].key, translate(columns[i].help));
        if (&columns[i] == app->list.sort)
            app->menu.index = i;
    }
}
