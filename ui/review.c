/* SPDX-License-Identifier: MIT */
#include "ui/review.h"

#include <stdlib.h>
#include <string.h>

#include "settings/schema.h"
#include "ui/actions.h"
#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/tuner.h"

static bool is_same_value(const struct journal_edit *a, const struct journal_edit *b)
{
    bool is_list = a->kind == EDIT_ADD || a->kind == EDIT_DELETE;

    return strcmp(a->path, b->path) == 0 &&
           (!is_list || strcmp(a->new_value, b->new_value) == 0);
}

/* Somebody wrote the file meanwhile, and meant something else by this key. */
static bool is_conflict(const struct app *app, const struct journal_edit *edit)
{
    struct settings before;
    struct setting setting;
    struct strbuf ignored = {0};

    if (!edit->old_value || !setting_find(edit->path, &setting))
        return false;
    settings_copy(&before, &app->tuning.base);
    bool differs = setting_apply(&setting, &before, edit->old_value, false, &ignored) &&
                   !setting_equals(&setting, &before, &app->tuning.base);
    settings_release(&before);
    strbuf_release(&ignored);
    return differs;
}

size_t review_items(const struct app *app, struct review_item *items, size_t capacity)
{
    const struct journal *journal = &app->tuning.journal;
    size_t count = 0;

    for (size_t i = 0; i < journal->cursor; i++) {
        const struct journal_edit *edit = &journal->edits[i];
        size_t at = 0;

        while (at < count && !is_same_value(&journal->edits[items[at].first], edit))
            at++;
        if (at == capacity)
            continue;
        if (at == count) {
            items[count++] = (struct review_item){
                .first = i,
                .is_left_out = edit->is_left_out,
                .is_conflict = is_conflict(app, edit),
            };
        }
        items[at].last = i;
        items[at].count++;
    }
    return count;
}

static size_t count_left_out(const struct app *app)
{
    const struct journal *journal = &app->tuning.journal;
    size_t count = 0;

    for (size_t i = 0; i < journal->cursor; i++)
        count += journal->edits[i].is_left_out;
    return count;
}

void review_open(struct app *app)
{
    struct review *review = &app->review;

    if (!app_has_edits(app)) {
        app_say(app, ROLE_TEXT, "nothing to save: no edit is pending");
        return;
    }
    review->is_open = true;
    review->index = review->scroll = 0;
    strbuf_clear(&review->problem);
}

void review_close(struct app *app)
{
    app->review.is_open = false;
}

static void move_by(struct app *app, long by)
{
    struct review_item items[REVIEW_ITEMS_MAX];
    long last = (long)review_items(app, items, REVIEW_ITEMS_MAX) - 1;
    long index = (long)app->review.index + by;

    app->review.index = (size_t)(index > last ? last : index);
    if (index < 0 || last < 0)
        app->review.index = 0;
    app->review.has_moved = true;
}

void review_up(struct app *app)
{
    move_by(app, -1);
}

void review_down(struct app *app)
{
    move_by(app, 1);
}

static long page_rows(const struct app *app)
{
    return app->layout.screen.height - app->layout.header.height - 3;
}

void review_page_up(struct app *app)
{
    long scroll = (long)app->review.scroll - page_rows(app);

    app->review.scroll = scroll < 0 ? 0 : (size_t)scroll;
}

void review_page_down(struct app *app)
{
    app->review.scroll += page_rows(app) > 0 ? (size_t)page_rows(app) : 1;
}

void review_toggle(struct app *app)
{
    struct journal *journal = &app->tuning.journal;
    struct review_item items[REVIEW_ITEMS_MAX];
    size_t count = review_items(app, items, REVIEW_ITEMS_MAX);

    if (app->review.index >= count)
        return;
    const struct review_item *item = &items[app->review.index];
    for (size_t i = item->first; i < journal->cursor; i++)
        if (is_same_value(&journal->edits[item->first], &journal->edits[i]))
            journal->edits[i].is_left_out = !item->is_left_out;
    strbuf_clear(&app->review.problem);
}

static void read_again(struct app *app, const char *before)
{
    struct problems problems = {0};
    size_t conflicts = 0;

    if (tuning_reload(&app->tuning, &conflicts, &problems)) {
        app->has_file_changed = false;
        tuner_apply(app);
        strbuf_clear(&app->review.problem);
        app_say(app, conflicts > 0 ? ROLE_WARNING : ROLE_TEXT,
                "%sthe edits stand on its new text; %zu conflicts%s", before, conflicts,
                conflicts > 0 ? " are left out: t takes yours" : "");
    } else {
        strbuf_set_string(&app->review.problem, "the file on disk is wrong: ");
        problems_add_first(&problems, &app->review.problem);
    }
    problems_release(&problems);
}

void review_reload(struct app *app)
{
    read_again(app, "");
}

static void save(struct app *app, unsigned flags);

static void overwrite_chosen(struct app *app, const struct menu_item *item)
{
    if (item->value != 0)
        save(app, SAVE_IN_PLACE);
}

static void ask_to_overwrite(struct app *app, const char *why)
{
    strbuf_set_string(&app->review.problem, why);
    menu_open(app, "The file cannot be replaced", overwrite_chosen);
    menu_add(app, 0, "leave it alone", "nothing is written");
    menu_add(app, 1, "write over it", "its bytes change in place, after a backup");
}

static void saved(struct app *app, size_t left)
{
    app->review.is_open = false;
    strbuf_clear(&app->review.problem);
    if (left > 0)
        app_say(app, ROLE_TEXT, "saved to %s; %zu edits stay pending", app->tuning.file.path,
                left);
    else
        app_say(app, ROLE_TEXT, "saved to %s", app->tuning.file.path);
}

static void save(struct app *app, unsigned flags)
{
    struct strbuf error = {0};
    size_t left = count_left_out(app);
    bool is_min_score = tuner_has_edit_of(app, "min_score");
    bool is_topk = tuner_has_edit_of(app, "topk");

    if (left == app->tuning.journal.cursor) {
        app_say(app, ROLE_WARNING, "no edit is chosen: t chooses");
        return;
    }
    switch (tuning_save(&app->tuning, flags, &error)) {
    case SAVE_DONE:
        tuner_saved(app, is_min_score, is_topk);
        saved(app, left);
        break;
    case SAVE_CHANGED:
        app->review.is_open = true;
        read_again(app, "the file was changed by somebody else: ");
        break;
    case SAVE_NEEDS_ASKING:
        app->review.is_open = true;
        ask_to_overwrite(app, strbuf_string(&error));
        break;
    case SAVE_FAILED:
        app->review.is_open = true;
        strbuf_clear(&app->review.problem);
        strbuf_add_format(&app->review.problem, "Nothing was written: %s",
                          strbuf_string(&error));
        break;
    }
    strbuf_release(&error);
}

void review_save(struct app *app)
{
    save(app, 0);
}

void review_save_as(struct app *app, const char *path)
{
    const char *home = getenv("HOME");
    struct problems problems = {0};
    struct strbuf whole = {0};

    if (path[0] == '~' && path[1] == '/' && home) {
        strbuf_add_string(&whole, home);
        path++;
    }
    strbuf_add_string(&whole, path);
    if (whole.length == 0) {
        app_say(app, ROLE_WARNING, "a file is needed");
    } else if (tuning_save_as(&app->tuning, strbuf_string(&whole), &problems)) {
        tuner_apply(app);
        review_open(app);
        app_say(app, ROLE_TEXT, "y saves to %s", strbuf_string(&whole));
    } else {
        strbuf_clear(&app->review.problem);
        strbuf_add_format(&app->review.problem, "%s: ", strbuf_string(&whole));
        problems_add_first(&problems, &app->review.problem);
    }
    problems_release(&problems);
    strbuf_release(&whole);
}

void review_ask_where(struct app *app)
{
    prompt_open(app, "Save as", app->tuning.file.path ? app->tuning.file.path : "", NULL,
                review_save_as);
}

enum { QUIT_REVIEW, QUIT_KEEP, QUIT_DISCARD, QUIT_BACK };

static void keep_and_quit(struct app *app)
{
    int error;
    char *path = tuner_keep_edits(app, &error);

    app->has_kept_edits = path != NULL;
    if (path)
        app->is_running = false;
    else
        app_say(app, ROLE_ERROR, "the edits cannot be kept: %s", strerror(error));
    free(app->state_file);
    app->state_file = path;
}

static void quit_chosen(struct app *app, const struct menu_item *item)
{
    switch (item->value) {
    case QUIT_REVIEW:
        review_open(app);
        break;
    case QUIT_KEEP:
        keep_and_quit(app);
        break;
    case QUIT_DISCARD:
        app->is_running = false;
        break;
    default:
        break;
    }
}

void review_ask_before_quitting(struct app *app)
{
    /* Asked twice: leave, and lose nothing. */
    if (app->menu.title && app->menu.choose == quit_chosen) {
        app->menu.title = NULL;
        keep_and_quit(app);
        return;
    }
    menu_open(app, "Edits are not saved", quit_chosen);
    menu_add(app, QUIT_REVIEW, "review and save", "what would be written");
    menu_add(app, QUIT_KEEP, "keep and quit", "the next start offers them");
    menu_add(app, QUIT_DISCARD, "discard and quit", "");
    menu_add(app, QUIT_BACK, "stay", "");
}
