/* SPDX-License-Identifier: MIT */
/* Moving in the list and choosing what it shows. */
#include "ui/actions.h"
#include "ui/app.h"

static size_t rows_of_a_page(const struct app *app)
{
    return list_page(&app->list, app->layout.list.height);
}

static void move_by(struct app *app, long rows)
{
    long index = (long)app->list.index + rows;

    app_select(app, index < 0 ? 0 : (size_t)index);
}

void list_up(struct app *app)
{
    move_by(app, -1);
}

void list_down(struct app *app)
{
    move_by(app, 1);
}

void list_page_up(struct app *app)
{
    move_by(app, -(long)rows_of_a_page(app));
}

void list_page_down(struct app *app)
{
    move_by(app, (long)rows_of_a_page(app));
}

void list_half_up(struct app *app)
{
    move_by(app, -(long)(rows_of_a_page(app) + 1) / 2);
}

void list_half_down(struct app *app)
{
    move_by(app, (long)(rows_of_a_page(app) + 1) / 2);
}

void list_first(struct app *app)
{
    app_select(app, 0);
}

void list_last(struct app *app)
{
    app_select(app, SIZE_MAX);
}

void list_next_mode(struct app *app)
{
    static const char *const names[LIST_MODE_COUNT] = {"chips", "a matrix", "sentences"};

    app->list.mode = (app->list.mode + 1) % LIST_MODE_COUNT;
    app_say(app, ROLE_TEXT, "reasons as %s", names[app->list.mode]);
}

void list_next_scope(struct app *app)
{
    static const char *const texts[SCOPE_COUNT] = {
        [SCOPE_FLAGGED] = "flagged only",
        [SCOPE_ALL] = "all processes",
        [SCOPE_EXCUSED] = "whitelisted and acknowledged",
        [SCOPE_CHANGED] = "whose score the edits change",
    };

    app->list.scope = (app->list.scope + 1) % SCOPE_COUNT;
    app_rebuild_view(app);
    if (app->list.scope == SCOPE_TOP)
        app_say(app, ROLE_TEXT, "the first %u", app->settings.topk);
    else
        app_say(app, ROLE_TEXT, "%s", texts[app->list.scope]);
}

void list_toggle_kernel_threads(struct app *app)
{
    app->list.shows_kernel_threads = !app->list.shows_kernel_threads;
    app_rebuild_view(app);
    app_say(app, ROLE_TEXT, "kernel threads are %s",
            app->list.shows_kernel_threads ? "shown" : "hidden");
}

/* They are read while they are shown, and no longer. */
void list_toggle_threads(struct app *app)
{
    app->list.shows_threads = !app->list.shows_threads;
    app_rebuild_view(app);
    app_send_request(app);
    if (app->list.shows_threads && app->engine && !app->is_paused)
        engine_refresh_now(app->engine);
    if (!app->list.shows_threads)
        app_say(app, ROLE_TEXT, "a row for each process");
    else if (app->replay || app->is_remote)
        app_say(app, ROLE_WARNING, "%s tells nothing of threads",
                app->replay ? "a recording" : "a procwatch api");
    else
        app_say(app, ROLE_TEXT, "threads below their process: Enter shows more of them");
}

void list_toggle_command(struct app *app)
{
    app->list.shows_command = !app->list.shows_command;
    app->list.columns.text_skip = 0;
    app_say(app, ROLE_TEXT,
            app->list.shows_command ? "command lines beside the reasons"
                                    : "the reasons in sentences");
}
