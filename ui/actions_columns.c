/* SPDX-License-Identifier: MIT */
/* Which columns the list shows, and how far it is scrolled to the side. */
#include <string.h>

#include "base/translate.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/menu.h"

enum { TEXT_STEP = 16, TEXT_SKIP_MAX = 480 };

static size_t count_scrollable(const struct list_columns *shown)
{
    size_t count = 0;

    for (size_t i = 0; i < shown->count; i++)
        count += column_importance(shown->items[i]) != COLUMN_IS_FIXED;
    return count;
}

void list_scroll_right(struct app *app)
{
    struct list_columns *shown = &app->list.columns;

    if (shown->skipped < count_scrollable(shown))
        shown->skipped++;
    else if (shown->text_skip < TEXT_SKIP_MAX)
        shown->text_skip += TEXT_STEP;
}

void list_scroll_left(struct app *app)
{
    struct list_columns *shown = &app->list.columns;

    if (shown->text_skip > 0)
        shown->text_skip -= TEXT_STEP;
    else if (shown->skipped > 0)
        shown->skipped--;
}

static void columns_changed(struct app *app)
{
    app_rebuild_view(app);
    if (app_has_snapshot(app))
        app_send_request(app);
}

bool list_show_set(struct app *app, const char *name)
{
    const struct column_set *set = column_set_find(name);

    if (!set)
        return false;
    list_use_set(&app->list, set);
    columns_changed(app);
    app_say(app, ROLE_TEXT, "columns %s: %s", set->name, translate(set->help));
    return true;
}

/* In front of the name, which stands next to the reasons. */
static void put_column(struct list_columns *shown, const struct column *column)
{
    size_t at = shown->count;

    while (at > 0 && strcmp(shown->items[at - 1]->key, "name") == 0)
        at--;
    memmove(shown->items + at + 1, shown->items + at,
            (shown->count - at) * sizeof(struct column *));
    shown->items[at] = column;
    shown->count++;
}

static void take_column(struct list_columns *shown, const struct column *column)
{
    size_t kept = 0;

    for (size_t i = 0; i < shown->count; i++)
        if (shown->items[i] != column)
            shown->items[kept++] = shown->items[i];
    shown->count = kept;
    shown->skipped = 0;
}

static void open_at(struct app *app, size_t index);

/* A set is taken and the menu closes; a column is switched and it stays. */
static void column_chosen(struct app *app, const struct menu_item *item)
{
    struct list_columns *chosen = &app->list.columns;
    size_t index = app->menu.index;

    if (item->value < (int)column_set_count) {
        list_show_set(app, column_sets[item->value].name);
        return;
    }
    const struct column *column = &columns[item->value - (int)column_set_count];
    if (list_has_column(&app->list, column))
        take_column(chosen, column);
    else if (chosen->count == COLUMN_SET_MAX)
        app_say(app, ROLE_WARNING, "no more than %d columns", COLUMN_SET_MAX);
    else
        put_column(chosen, column);
    columns_changed(app);
    open_at(app, index);
}

/* What no list is without, and what stands behind the columns anyway. */
static bool is_choosable(const struct column *column)
{
    return column->width > 0 && column_importance(column) != COLUMN_IS_FIXED;
}

static void open_at(struct app *app, size_t index)
{
    const struct column_set *set = list_set(&app->list);

    menu_open(app, "Columns: a set, or one by one", column_chosen);
    for (size_t i = 0; i < column_set_count; i++) {
        menu_add(app, (int)i, column_sets[i].name, translate(column_sets[i].help));
        if (set == &column_sets[i] && index == SIZE_MAX)
            app->menu.index = i;
    }
    for (size_t i = 0; i < column_count; i++) {
        char label[64];

        if (!is_choosable(&columns[i]))
            continue;
        snprintf(label, sizeof label, "%s %s",
                 list_has_column(&app->list, &columns[i]) ? "[x]" : "[ ]", columns[i].key);
        menu_add(app, (int)(column_set_count + i), label, translate(columns[i].help));
    }
    if (index != SIZE_MAX)
        app->menu.index = index;
}

void list_choose_columns(struct app *app)
{
    open_at(app, SIZE_MAX);
}
