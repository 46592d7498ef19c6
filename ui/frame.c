/* SPDX-License-Identifier: MIT */
#include "ui/frame.h"

#include <time.h>

#include "ui/panel_bar.h"
#include "ui/panel_detail.h"
#include "ui/panel_header.h"
#include "ui/panel_help.h"
#include "ui/panel_list.h"
#include "ui/panel_log.h"
#include "ui/panel_menu.h"
#include "ui/panel_review.h"
#include "ui/panel_tune.h"
#include "ui/panel_whitelist.h"

static void describe_model(const struct app *app, struct strbuf *out)
{
    if (app->learned.model)
        learned_describe(&app->learned, time(NULL), out);
    else
        strbuf_add_string(out, "no model");
}

static void draw_header(const struct brush *screen, const struct app *app)
{
    struct brush brush = brush_part(screen, app->layout.header);
    char scope[32], replay[48];
    struct strbuf model = {0};
    const struct settings_source *source = &app->tuning.source;

    describe_model(app, &model);
    if (app->replay)
        snprintf(replay, sizeof replay, "REPLAY %zu/%zu", app->replay->index + 1,
                 recording_count(app->replay->recording));
    struct header header = {
        .replay = app->replay ? replay : NULL,
        .is_recording = app->recorder != NULL,
        .refresh = app->refresh,
        .settings = &app->settings,
        .source = source->message ? source->message
                  : source->path  ? source->path
                                  : "built-in",
        .edits = app->tuning.journal.cursor,
        .has_file_changed = app->has_file_changed,
        .model = strbuf_string(&model),
        .user = strbuf_string(&app->list.user),
        .filter = strbuf_string(&app->list.filter),
        .who = app->list.who.text,
        .tagged = app->list.tagged.count,
        .followed = app->list.followed.pid,
        .hides_containers = app->list.hides_containers,
        .hides_kernel_threads = !app->list.shows_kernel_threads,
        .scope = scope,
        .is_scope_usual = app->list.scope == SCOPE_TOP || app->list.scope == SCOPE_ALL,
        .interval_ms = app->interval_ms,
        .is_paused = app->is_paused,
        .is_readonly = app->is_readonly,
        .stall = app->stall,
    };

    if (app->list.scope == SCOPE_TOP)
        snprintf(scope, sizeof scope, "top %u", app->settings.topk);
    else
        snprintf(scope, sizeof scope, "%s", list_scope_name(app->list.scope));
    panel_header_draw(&brush, &header);
    strbuf_release(&model);
}

/* The selected row stays on the screen, and the last page is full. */
static void scroll_list(struct app *app)
{
    struct list *list = &app->list;
    size_t height = list_page(list, app->layout.list.height);
    size_t last = app->view.count > height ? app->view.count - height : 0;

    if (list->index < list->top)
        list->top = list->index;
    if (list->index >= list->top + height)
        list->top = list->index - height + 1;
    if (list->top > last)
        list->top = last;
}

static void draw_detail(const struct brush *screen, struct app *app)
{
    struct detail *detail = &app->detail;
    struct brush brush = brush_part(screen, app->layout.detail);
    size_t height = (size_t)app->layout.detail.height - 1;

    panel_detail_write(app, app->layout.detail.width - 3);
    if (detail->scroll + height > detail->page.line_count)
        detail->scroll =
            detail->page.line_count > height ? detail->page.line_count - height : 0;
    panel_detail_draw(&brush, app);
}

static void draw_help(const struct brush *screen, struct app *app)
{
    struct rect area = app->layout.screen;

    area.height--;
    page_clear(&app->help.page, area.width - 2, app->style);
    panel_help_write(&app->help.page, &app->theme, &app->keymap, app->is_readonly,
                     app->help.context);
    struct brush brush = brush_part(screen, area);
    panel_help_draw(&brush, &app->help);
}

/* All between the header and the bar. */
static struct brush body_of(const struct brush *screen, const struct app *app)
{
    int header = app->layout.header.height;

    return brush_part(
        screen, (struct rect){header, 0, screen->area.height - header - 1, screen->area.width});
}

static void draw_review(const struct brush *screen, struct app *app)
{
    struct brush brush = body_of(screen, app);

    draw_header(screen, app);
    panel_review_draw(&brush, app);
}

static void draw_log(const struct brush *screen, struct app *app)
{
    struct brush brush = body_of(screen, app);

    draw_header(screen, app);
    panel_log_draw(&brush, app);
}

static void draw_too_small(const struct brush *screen, const struct app *app)
{
    draw_format(screen, 0, 0, ROLE_TEXT, "%dx%d is too small", screen->area.width,
                screen->area.height);
    draw_format(screen, 1, 0, ROLE_DIM, "%dx%d is needed", LAYOUT_MINIMUM_COLUMNS,
                LAYOUT_MINIMUM_ROWS);
    if (app_has_snapshot(app))
        draw_format(screen, 2, 0, ROLE_TEXT, "%u flagged", app->refresh->scores.flagged_count);
}

static void draw_body(const struct brush *screen, struct app *app)
{
    draw_header(screen, app);
    if (app->layout.list.height > 0) {
        struct brush brush = brush_part(screen, app->layout.list);

        bool has_whatif = app->shows_whatif && app_has_edits(app);
        const struct panel_list panel = {
            app->refresh, &app->view, &app->list, has_whatif ? &app->whatif : NULL,
            app->tune.is_open || (app->detail.is_open && app->detail.has_keys)};
        panel_list_draw(&brush, &panel);
    }
    if (app->layout.detail.height > 0 && app->tune.is_open) {
        struct brush brush = brush_part(screen, app->layout.detail);

        panel_tune_draw(&brush, app);
    } else if (app->layout.detail.height > 0) {
        draw_detail(screen, app);
    }
}

void frame_draw(struct app *app, WINDOW *window)
{
    struct brush screen = {
        .window = window,
        .theme = &app->theme,
        .style = app->style,
        .area = {0, 0, getmaxy(window), getmaxx(window)},
    };
    int cursor = -1;

    app_arrange(app, screen.area.height, screen.area.width);
    draw_clear(&screen);
    if (app->layout.is_too_small) {
        draw_too_small(&screen, app);
    } else {
        scroll_list(app);
        if (app->help.is_open)
            draw_help(&screen, app);
        else if (app->log.is_open)
            draw_log(&screen, app);
        else if (app->review.is_open)
            draw_review(&screen, app);
        else
            draw_body(&screen, app);
        if (app_context(app) == CONTEXT_WHITELIST)
            panel_whitelist_draw(&screen, app);
        if (app->menu.title)
            panel_menu_draw(&screen, &app->menu);
        if (app->confirm.is_open)
            panel_confirm_draw(&screen, &app->confirm);
        struct brush bar = brush_part(&screen, app->layout.bar);
        cursor = panel_bar_draw(&bar, app);
    }
    curs_set(cursor >= 0);
    if (cursor >= 0)
        wmove(window, screen.area.height - 1, cursor);
}
