/* SPDX-License-Identifier: MIT */
/* Notes for a ticket: what is under the cursor goes to a file, behind what is there. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/output_file.h"
#include "ui/actions.h"
#include "ui/detail.h"
#include "ui/panel_detail.h"
#include "ui/prompt.h"

static const char suggested[] = "procwatch-notes.txt";

/* A reason is several lines, up to the blank one before the next. */
static size_t last_line(const struct detail *detail, size_t first)
{
    const struct reason_places *places = &detail->reasons;
    size_t end = first + 1;

    if (detail->tab != TAB_REASONS)
        return end;
    for (size_t i = 0; i < places->count; i++)
        if (places->lines[i] == first)
            while (end < detail->page.line_count &&
                   span_length(page_line_text(&detail->page, end)) > 0)
                end++;
    return end;
}

static size_t first_line(const struct app *app)
{
    const struct reason_places *places = &app->detail.reasons;
    int heuristic = detail_reason(app);

    if (app->detail.tab != TAB_REASONS)
        return app->detail.line;
    for (size_t i = 0; i < places->count; i++)
        if (places->heuristics[i] == heuristic)
            return places->lines[i];
    return 0;
}

static const struct page *page_of(const struct app *app)
{
    return app->log.is_open ? &app->log.page : &app->detail.page;
}

/* "2026-11-24T08:40:00Z 4242 nginx (reasons):" and the lines, made printable. */
static void add_note(const struct app *app, struct strbuf *out)
{
    const struct detail *detail = &app->detail;
    struct subject subject;
    size_t first = first_line(app);

    if (app->log.is_open) {
        const struct page *page = &app->log.page;

        for (size_t i = 0; page->cursor >= 0 && i < page->cursor_lines; i++) {
            strbuf_add_span(out, page_line_text(page, (size_t)page->cursor + i));
            strbuf_add_char(out, '\n');
        }
        return;
    }
    clock_add_utc(time(NULL), out);
    strbuf_add_format(out, " %d ", (int)detail->who.pid);
    if (detail_subject(app, &subject))
        text_add_printable(out, snapshot_span(subject.row.snapshot, subject.row.process->comm),
                           app->style);
    strbuf_add_format(out, " (%s)\n", panel_detail_tab_name(detail->tab));
    for (size_t line = first; line < last_line(detail, first); line++) {
        strbuf_add_string(out, "    ");
        text_add_printable(out, page_line_text(&detail->page, line), app->style);
        strbuf_add_char(out, '\n');
    }
}

static int append(const char *path, struct span text)
{
    int fd = output_file_open_end(path);

    if (fd < 0)
        return fd;
    int error = output_file_write(fd, text);
    close(fd);
    return error;
}

static void copy_to(struct app *app, const char *path)
{
    struct strbuf note = {0};

    if (*path == '\0')
        return;
    if (path != strbuf_string(&app->notes)) {
        strbuf_set_string(&app->notes, path);
    }
    add_note(app, &note);
    int error = append(path, strbuf_span(&note));
    strbuf_release(&note);
    if (error) {
        app_say(app, ROLE_ERROR, "%s: %s", path, strerror(-error));
        strbuf_clear(&app->notes); /* ask again */
        return;
    }
    app_say(app, ROLE_TEXT, "added to %s", path);
}

static void ask_where(struct app *app)
{
    struct strbuf path = {0};

    strbuf_add_format(&path, "%s%s", strbuf_string(&app->files), suggested);
    prompt_open(app, "Add to file", strbuf_string(&path), NULL, copy_to);
    strbuf_release(&path);
}

void page_copy(struct app *app)
{
    if (page_of(app)->line_count == 0)
        return;
    if (app->notes.length > 0)
        copy_to(app, strbuf_string(&app->notes));
    else
        ask_where(app);
}
