/* SPDX-License-Identifier: MIT */
#include "ui/panel_review.h"

#include <stdlib.h>

#include "base/memory.h"
#include "settings/schema.h"
#include "ui/panel_tune.h"
#include "ui/review.h"

static char *base_value(const struct app *app, const char *path)
{
    struct setting setting;
    struct strbuf text = {0};

    if (setting_find(path, &setting))
        setting_format(&setting, &app->tuning.base, &text);
    char *copy = memory_copy_string(strbuf_string(&text));
    strbuf_release(&text);
    return copy;
}

static void write_item(struct app *app, const struct review_item *item, bool is_chosen)
{
    const struct journal *journal = &app->tuning.journal;
    struct journal_edit whole = journal->edits[item->last];
    struct page *page = &app->review.page;
    struct strbuf text = {0};

    if (whole.kind == EDIT_SET || whole.kind == EDIT_UNSET)
        whole.old_value = journal->edits[item->first].old_value;
    journal_describe(&whole, &text);
    page_line(page);
    page_add(page, is_chosen ? ROLE_TAB_ACTIVE : ROLE_KEY, " [%c] ",
             item->is_left_out ? ' ' : 'x');
    page_add(page, ROLE_TEXT, " ");
    page_wrap(page, item->is_left_out ? ROLE_DIM : ROLE_TEXT, 6, strbuf_span(&text));
    if (item->count > 1)
        page_add(page, ROLE_DIM, "   in %zu steps", item->count);
    if (item->is_conflict) {
        char *theirs = base_value(app, whole.path);

        page_add(page, ROLE_WARNING, "   conflict: the file says %s now", theirs);
        free(theirs);
    }
    strbuf_release(&text);
}

static void write_diff(struct app *app)
{
    struct page *page = &app->review.page;
    struct strbuf diff = {0}, error = {0};
    struct span rest, line;

    page_line(page);
    if (!tuning_diff(&app->tuning, &diff, &error)) {
        page_line(page);
        page_wrap(page, ROLE_ERROR, 1, strbuf_span(&error));
    } else if (diff.length == 0) {
        page_line(page);
        page_add(page, ROLE_DIM, " The file stays as it is.");
    }
    rest = strbuf_span(&diff);
    while (span_take_line(&rest, &line)) {
        enum role role = ROLE_DIM;

        if (span_starts_with(line, "+") && !span_starts_with(line, "+++"))
            role = ROLE_DIFF_ADD;
        else if (span_starts_with(line, "-") && !span_starts_with(line, "---"))
            role = ROLE_DIFF_DELETE;
        else if (span_starts_with(line, " "))
            role = ROLE_TEXT;
        page_line(page);
        page_add(page, ROLE_TEXT, " ");
        page_add_span(page, role, line);
    }
    strbuf_release(&diff);
    strbuf_release(&error);
}

static void write_target(struct app *app)
{
    const struct config_file *file = &app->tuning.file;
    struct page *page = &app->review.page;

    page_line(page);
    page_add(page, ROLE_LABEL, " to ");
    page_add(page, ROLE_KEY, "%s", file->path ? file->path : "nowhere: a names a file");
    if (file->path && !file->exists)
        page_add(page, ROLE_DIM, "   a new file");
    if (app->tuning.source.is_untrusted)
        page_add(page, ROLE_WARNING, "   a lesser user can change it");
    page_line(page);
}

static void write_all(struct app *app, int width)
{
    struct review_item items[REVIEW_ITEMS_MAX];
    size_t count = review_items(app, items, REVIEW_ITEMS_MAX);
    struct page *page = &app->review.page;
    struct strbuf line = {0};

    page_clear(page, width, app->style);
    write_target(app);
    if (app->review.problem.length > 0) {
        page_line(page);
        page_add(page, ROLE_TEXT, " ");
        page_wrap(page, ROLE_ERROR, 1, strbuf_span(&app->review.problem));
        page_line(page);
    }
    for (size_t i = 0; i < count; i++) {
        if (i == app->review.index)
            app->review.line = page->line_count;
        write_item(app, &items[i], i == app->review.index);
    }
    enum role role = whatif_line(app, &line);
    if (line.length > 0) {
        page_line(page);
        page_line(page);
        page_add(page, ROLE_TEXT, " ");
        page_wrap(page, role, 1, strbuf_span(&line));
    }
    strbuf_release(&line);
    write_diff(app);
}

static void follow_cursor(struct review *review, size_t height)
{
    if (!review->has_moved)
        return;
    review->has_moved = false;
    if (review->line >= review->scroll + height)
        review->scroll = review->line - height + 1;
    if (review->line < review->scroll)
        review->scroll = review->line;
    if (review->index == 0)
        review->scroll = 0; /* and what stands above it */
}

void panel_review_draw(const struct brush *brush, struct app *app)
{
    struct review *review = &app->review;
    size_t height = brush->area.height > 1 ? (size_t)brush->area.height - 1 : 1;
    struct brush inside =
        brush_part(brush, (struct rect){1, 0, brush->area.height - 1, brush->area.width});

    write_all(app, brush->area.width - 1);
    follow_cursor(review, height);
    size_t last = review->page.line_count > height ? review->page.line_count - height : 0;
    if (review->scroll > last)
        review->scroll = last;
    draw_rule(brush, 0, 0, brush->area.width);
    draw_text(brush, 0, 1, ROLE_HEADER, " review and save ");
    page_draw(&review->page, &inside, review->scroll, NULL);
}
