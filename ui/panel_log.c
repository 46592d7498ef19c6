/* SPDX-License-Identifier: MIT */
#include "ui/panel_log.h"

#include <time.h>

static const enum role roles[EVENT_KIND_COUNT] = {
    [EVENT_APPEARED] = ROLE_DIM,
    [EVENT_ENDED] = ROLE_DIM,
    [EVENT_FLAGGED] = ROLE_SEVERITY_HIGH,
    [EVENT_CLEARED] = ROLE_SEVERITY_LOW,
    [EVENT_ACTION] = ROLE_KEY,
};

static const char marks[EVENT_KIND_COUNT] = {
    [EVENT_APPEARED] = '+', [EVENT_ENDED] = '-',  [EVENT_FLAGGED] = '!',
    [EVENT_CLEARED] = '.',  [EVENT_ACTION] = '>',
};

enum { TEXT_COLUMN = 28, NARROW = 60, NARROW_COLUMN = 2 };

static void write_event(struct page *page, const struct event *event)
{
    time_t at = (time_t)event->at_s;
    struct tm broken;
    char text[16] = "";

    if (localtime_r(&at, &broken))
        strftime(text, sizeof text, "%H:%M:%S", &broken);
    page_line(page);
    page_add(page, ROLE_DIM, "%s ", text);
    page_add(page, roles[event->kind], "%c %-8s ", marks[event->kind],
             event_kind_name(event->kind));
    if (event->pid > 0)
        page_add(page, ROLE_TEXT, "%7d ", event->pid);
    else
        page_add(page, ROLE_TEXT, "        ");
    /* Where nothing is left beside it, the text goes below. */
    bool is_below = page->width < NARROW;
    if (is_below) {
        page_line(page);
        page_add(page, ROLE_TEXT, "%*s", NARROW_COLUMN, "");
    }
    page_wrap(page, event->kind == EVENT_FLAGGED ? roles[event->kind] : ROLE_TEXT,
              is_below ? NARROW_COLUMN : TEXT_COLUMN, span_of_string(event->text));
}

/* All lines of the event under the cursor are. */
static void note_cursor(struct event_log *log, size_t first)
{
    if (log->line >= first && log->line < log->page.line_count) {
        log->page.cursor = (long)first;
        log->page.cursor_lines = log->page.line_count - first;
    }
}

static void write_all(struct app *app, int width)
{
    struct event_log *log = &app->log;

    page_clear(&log->page, width, app->style);
    for (size_t i = 0; i < log->count; i++) {
        const struct event *event = event_log_at(log, i);
        size_t first = log->page.line_count;

        if (!log->hides_comings ||
            (event->kind != EVENT_APPEARED && event->kind != EVENT_ENDED))
            write_event(&log->page, event);
        /* Who stands on the last line is shown what is new. */
        if (!log->is_off_end && log->page.line_count > 0)
            log->line = log->page.line_count - 1;
        note_cursor(log, first);
    }
    if (log->page.line_count == 0) {
        page_line(&log->page);
        page_add(&log->page, ROLE_DIM, "Nothing has happened yet.");
    }
}

static void place_cursor(struct event_log *log, size_t height)
{
    size_t count = log->page.line_count;

    if (log->line >= count)
        log->line = count - 1;
    if (log->line < log->scroll)
        log->scroll = log->line;
    if (log->line >= log->scroll + height)
        log->scroll = log->line - height + 1;
    if (log->scroll + height > count)
        log->scroll = count > height ? count - height : 0;
}

void panel_log_draw(const struct brush *brush, struct app *app)
{
    struct event_log *log = &app->log;
    struct brush inside =
        brush_part(brush, (struct rect){1, 1, brush->area.height - 1, brush->area.width - 2});

    write_all(app, brush->area.width - 2);
    place_cursor(log, (size_t)inside.area.height);
    draw_rule(brush, 0, 0, brush->area.width);
    int x = draw_text(brush, 0, 1, ROLE_HEADER, " events ");
    if (log->hides_comings)
        x = draw_text(brush, 0, x + 1, ROLE_DIM, " without comings and goings ");
    if (log->count == EVENTS_MAX)
        x = draw_format(brush, 0, x + 1, ROLE_WARNING, " the latest %d ", EVENTS_MAX);
    if (log->error)
        draw_text(brush, 0, x + 1, ROLE_ERROR, " cannot be written to its file ");
    page_draw(&log->page, &inside, log->scroll,
              log->find.length > 0 ? strbuf_string(&log->find) : NULL);
}
