/* SPDX-License-Identifier: MIT */
#include "ui/menu.h"

#include <stdio.h>

#include "base/memory.h"
#include "ui/actions.h"

enum { MENU_PAGE = 10 };

void menu_open(struct app *app, const char *title,
               void (*choose)(struct app *app, const struct menu_item *item))
{
    app->menu.title = title;
    app->menu.choose = choose;
    app->menu.count = app->menu.index = 0;
}

void menu_add(struct app *app, int value, const char *label, const char *hint)
{
    struct menu *menu = &app->menu;
    struct menu_item *item;

    menu->items = memory_grow(menu->items, menu->count, &menu->capacity, sizeof *menu->items);
    item = &menu->items[menu->count++];
    item->value = value;
    snprintf(item->label, sizeof item->label, "%s", label);
    snprintf(item->hint, sizeof item->hint, "%s", hint);
}

static void move_by(struct app *app, long items)
{
    struct menu *menu = &app->menu;
    long index = (long)menu->index + items;
    long last = menu->count > 0 ? (long)menu->count - 1 : 0;

    menu->index = (size_t)(index < 0 ? 0 : index > last ? last : index);
}

void menu_up(struct app *app)
{
    move_by(app, -1);
}

void menu_down(struct app *app)
{
    move_by(app, 1);
}

void menu_page_up(struct app *app)
{
    move_by(app, -MENU_PAGE);
}

void menu_page_down(struct app *app)
{
    move_by(app, MENU_PAGE);
}

void menu_choose(struct app *app)
{
    struct menu *menu = &app->menu;

    menu->title = NULL;
    if (menu->index < menu->count)
        menu->choose(app, &menu->items[menu->index]);
}

void menu_cancel(struct app *app)
{
    app->menu.title = NULL;
}
