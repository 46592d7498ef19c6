/* SPDX-License-Identifier: MIT */
/* The detail pane: opening, closing, tabs. */
#include "ui/actions.h"
#include "ui/detail.h"

void detail_enter(struct app *app)
{
    bool was_open = app->detail.is_open;

    /* The first Enter opens the pane and leaves the keys to the list, so that
     * one can walk through it; the second goes into the pane. */
    detail_open(app, app->detail.tab);
    app->detail.has_keys = was_open && app->detail.is_open;
}

void detail_leave(struct app *app)
{
    detail_close(app);
}

static void turn_tab(struct app *app, int by)
{
    if (app->detail.is_open)
        detail_open(app, (enum tab)(((int)app->detail.tab + TAB_COUNT + by) % TAB_COUNT));
    else
        detail_open(app, app->detail.tab);
}

void detail_next_tab(struct app *app)
{
    turn_tab(app, 1);
}

void detail_previous_tab(struct app *app)
{
    turn_tab(app, -1);
}

void detail_show_reasons(struct app *app)
{
    detail_open(app, TAB_REASONS);
}

void detail_show_maps(struct app *app)
{
    detail_open(app, TAB_MAPS);
}

void detail_show_connections(struct app *app)
{
    detail_open(app, TAB_CONNECTIONS);
}

void detail_show_process(struct app *app)
{
    detail_open(app, TAB_PROCESS);
}
