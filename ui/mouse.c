/* SPDX-License-Identifier: MIT */
#include "ui/mouse.h"

#include "ui/actions.h"
#include "ui/detail.h"
#include "ui/keys.h"
#include "ui/panel_bar.h"
#include "ui/placing.h"

enum { WHEEL_ROWS = 3 };

void mouse_open(void)
{
    /* A press is enough: waiting for a second one makes every click slow. */
    mouseinterval(0);
    mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
}

static bool is_inside(struct rect area, const MEVENT *event)
{
    return event->y >= area.y && event->y < area.y + area.height && event->x >= area.x &&
           event->x < area.x + area.width;
}

static void sort_by_heading(struct app *app, int x)
{
    bool has_saved = app->shows_whatif && app_has_edits(app);
    struct placing placing = placing_make(&app->list, app->layout.list.width, has_saved);
    const struct column *column = placing_column_at(&placing, x);

    if (column && column == app->list.sort)
        sort_reverse(app);
    else if (column)
        list_sort_by(app, column);
}

/* A click selects; a click on what is selected opens it. */
static void click_list(struct app *app, const MEVENT *event)
{
    int at = event->y - app->layout.list.y;
    size_t index = app->list.top + (size_t)(at > 0 ? at - 1 : 0);

    if (at == 0) {
        sort_by_heading(app, event->x - app->layout.list.x);
    } else if ((size_t)at <= list_page(&app->list, app->layout.list.height) &&
               index < app->view.count) {
        bool is_again = index == app->list.index && app->list.is_placed;

        app->detail.has_keys = false;
        if (is_again)
            detail_enter(app);
        else
            app_select(app, index);
    }
}

static void click(struct app *app, const MEVENT *event)
{
    enum context context = app_context(app);
    int key;

    if (is_inside(app->layout.bar, event)) {
        key = panel_bar_key_at(app, event->x);
        if (key != 0)
            key_dispatch(app, key);
    } else if (context == CONTEXT_LIST || context == CONTEXT_DETAIL) {
        if (is_inside(app->layout.list, event))
            click_list(app, event);
        else if (is_inside(app->layout.detail, event) && app->detail.is_open)
            detail_click(app, event->y - app->layout.detail.y, event->x - app->layout.detail.x);
    }
}

/* Over the details it scrolls them, whoever has the keys. */
static void turn_wheel(struct app *app, const MEVENT *event, int key)
{
    bool had_keys = app->detail.has_keys;
    enum context context = app_context(app);

    if (context == CONTEXT_LIST || context == CONTEXT_DETAIL)
        app->detail.has_keys = app->detail.is_open && is_inside(app->layout.detail, event);
    for (int i = 0; i < WHEEL_ROWS; i++)
        key_dispatch(app, key);
    app->detail.has_keys = had_keys;
}

void mouse_act(struct app *app, const MEVENT *event)
{
    if (app->layout.is_too_small)
        return;
    if (event->bstate & BUTTON4_PRESSED)
        turn_wheel(app, event, KEY_SPECIAL(KEY_UP));
    else if (event->bstate & BUTTON5_PRESSED)
        turn_wheel(app, event, KEY_SPECIAL(KEY_DOWN));
    else if (event->bstate & BUTTON1_PRESSED)
        click(app, event);
    app->is_dirty = true;
    app_arrange(app, app->layout.screen.height, app->layout.screen.width);
}
