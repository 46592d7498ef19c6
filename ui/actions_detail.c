/* SPDX-License-Identifier: MIT */
/* The detail pane: opening, closing, tabs. */
#include "ui/actions.h"
#include "ui/detail.h"

enum { FIRST_TAB_CELLS = 11 }; /* " r reasons " */

void detail_enter(struct app *app)
{
    bool was_open = app->detail.is_open;
    struct row row;

    /* The first Enter opens the pane and leaves the keys to the list, so that
     * one can walk through it; the second goes into the pane. */
    bool is_thread = app_selected_row(app, &row) && row.thread;
    detail_open(app, is_thread ? TAB_THREADS : app->detail.tab);
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

#define SHOW(name, tab)                      \
    void detail_show_##name(struct app *app) \
    {                                        \
        detail_open(app, tab);               \
    }

SHOW(reasons, TAB_REASONS)
SHOW(ancestry, TAB_ANCESTRY)
SHOW(program, TAB_PROGRAM)
SHOW(connections, TAB_CONNECTIONS)
SHOW(files, TAB_FILES)
SHOW(maps, TAB_MAPS)
SHOW(environ, TAB_ENVIRON)
SHOW(threads, TAB_THREADS)
SHOW(security, TAB_SECURITY)

void detail_show_numbered(struct app *app)
{
    int tab = app->key - '1';

    /* By its name, no key says which. */
    if (tab >= 0 && tab < TAB_COUNT)
        detail_open(app, (enum tab)tab);
    else
        app_say(app, ROLE_WARNING, "the tabs are on the keys 1 to %d", (int)TAB_COUNT);
}

void detail_reveal(struct app *app)
{
    struct detail *detail = &app->detail;

    detail_open(app, TAB_ENVIRON);
    detail->reveals_secrets = !detail->reveals_secrets;
    app_say(app, ROLE_TEXT,
            detail->reveals_secrets ? "secrets are shown until you move on"
                                    : "secrets are masked");
}

void detail_click(struct app *app, int row, int column)
{
    const struct detail *detail = &app->detail;
    int tab = 0;

    if (!detail->is_open)
        return;
    app->detail.has_keys = true;
    if (row > 0) {
        app->detail.line = detail->scroll + (size_t)row - 1;
        return;
    }
    if (column < detail->tab_ends[0] - FIRST_TAB_CELLS)
        return;
    while (tab < TAB_COUNT && column >= detail->tab_ends[tab])
        tab++;
    if (tab < TAB_COUNT)
        detail_open(app, (enum tab)tab);
}
