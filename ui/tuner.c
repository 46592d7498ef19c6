/* SPDX-License-Identifier: MIT */
#include "ui/tuner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings/schema.h"
#include "ui/actions.h"
#include "ui/menu.h"

bool tuner_has_edit_of(const struct app *app, const char *path)
{
    const struct journal *journal = &app->tuning.journal;

    for (size_t i = 0; i < journal->cursor; i++)
        if (strcmp(journal->edits[i].path, path) == 0)
            return true;
    return false;
}

static void override(const struct app *app, struct settings *settings, bool is_edited_too)
{
    if (app->option_min_score >= 0 && (is_edited_too || !tuner_has_edit_of(app, "min_score")))
        settings->scoring.min_score = app->option_min_score;
    if (app->option_topk >= 0 && (is_edited_too || !tuner_has_edit_of(app, "topk")))
        settings->topk = (unsigned)app->option_topk;
}

void tuner_apply(struct app *app)
{
    struct settings settings, saved;

    settings_copy(&settings, &app->tuning.live);
    override(app, &settings, false);
    settings_copy(&saved, &app->tuning.base);
    override(app, &saved, true);
    bool is_threshold = !thresholds_equal(&settings.thresholds, &app->settings.thresholds);
    settings_release(&app->settings);
    settings_release(&app->saved);
    app->settings = settings;
    app->saved = saved;
    app_rescore(app, is_threshold);
}

enum { SHORT_HASH = 12 };

/* The edit, and what all of them do. */
static void tell(struct app *app, const char *before, const struct journal_edit *edit)
{
    struct strbuf text = {0};

    journal_describe(edit, &text);
    /* Nobody reads a hash to its end, and what it does comes behind. */
    if (strcmp(edit->path, "whitelist.hashes") == 0) {
        strbuf_truncate(&text, strlen("whitelist.hashes: + ") + SHORT_HASH);
        strbuf_add_string(&text, "...");
    }
    if (strncmp(edit->path, "model", 5) == 0 || strcmp(edit->path, "interval") == 0)
        strbuf_add_string(&text, " (from the next start on)");
    if (app_has_snapshot(app) && app_has_edits(app))
        strbuf_add_format(&text, "   %u newly flagged, %u no longer", app->whatif.newly_flagged,
                          app->whatif.no_longer);
    app_say(app, ROLE_TEXT, "%s%s", before, strbuf_string(&text));
    strbuf_release(&text);
}

bool tuner_edit(struct app *app, enum edit_kind kind, const char *path, const char *value)
{
    const struct journal *journal = &app->tuning.journal;
    struct strbuf error = {0};
    size_t before = journal->cursor;
    bool is_good = tuning_edit(&app->tuning, kind, path, value, &error);

    if (is_good && journal->cursor > before) {
        tuner_apply(app);
        tell(app, "", &journal->edits[journal->cursor - 1]);
    } else if (is_good) {
        app_say(app, ROLE_TEXT, "%s is so already", path);
    } else {
        app_say(app, ROLE_WARNING, "%s", strbuf_string(&error));
    }
    strbuf_release(&error);
    return is_good;
}

void tuner_step(struct app *app, const char *path, double by)
{
    struct setting setting;
    struct strbuf text = {0};

    if (!setting_find(path, &setting))
        return;
    const char *member = (const char *)&app->settings + setting.offset;
    double value = setting.kind == SETTING_COUNT ? *(const unsigned *)(const void *)member
                                                 : *(const double *)(const void *)member;
    /* Binary fractions would leave 2.9999999 behind. */
    double wanted = round((value + by) * 1000) / 1000;

    wanted = fmin(fmax(wanted, setting.min), setting.max);
    if (wanted == value) {
        app_say(app, ROLE_TEXT, "%s goes no further than %.10g", path, value);
        return;
    }
    strbuf_add_format(&text, "%.10g", wanted);
    tuner_edit(app, EDIT_SET, path, strbuf_string(&text));
    strbuf_release(&text);
}

void tuner_saved(struct app *app, bool is_min_score, bool is_topk)
{
    if (is_min_score && !tuner_has_edit_of(app, "min_score"))
        app->option_min_score = -1;
    if (is_topk && !tuner_has_edit_of(app, "topk"))
        app->option_topk = -1;
    app->has_file_changed = false;
    tuner_apply(app);
}

void edit_undo(struct app *app)
{
    const struct journal_edit *edit = tuning_undo(&app->tuning);

    if (!edit) {
        app_say(app, ROLE_TEXT, "nothing to undo");
        return;
    }
    tuner_apply(app);
    tell(app, "undone: ", edit);
}

void edit_redo(struct app *app)
{
    const struct journal_edit *edit = tuning_redo(&app->tuning);

    if (!edit) {
        app_say(app, ROLE_TEXT, "nothing to redo");
        return;
    }
    tuner_apply(app);
    tell(app, "redone: ", edit);
}

void edit_show_whatif(struct app *app)
{
    app->shows_whatif = !app->shows_whatif;
    if (app->shows_whatif && !app_has_edits(app))
        app_say(app, ROLE_TEXT, "no edit is pending: there will be nothing to compare yet");
    else
        app_say(app, ROLE_TEXT,
                app->shows_whatif ? "beside the score: what it is without the edits"
                                  : "scores with the edits alone");
}

static void say_wrong(struct app *app, const char *how, const struct problems *problems)
{
    struct strbuf what = {0};

    problems_add_first(problems, &what);
    app_say(app, ROLE_ERROR, "%s %s: %s", app->tuning.file.path, how, strbuf_string(&what));
    strbuf_release(&what);
}

void tuner_poll(struct app *app)
{
    struct problems problems = {0};
    size_t conflicts;

    if (!tuning_has_changed(&app->tuning)) {
        app->is_dirty |= app->has_file_changed;
        app->has_file_changed = false;
        return;
    }
    if (app_has_edits(app) || app->review.is_open) {
        app->is_dirty |= !app->has_file_changed;
        app->has_file_changed = true;
        return;
    }
    if (tuning_reload(&app->tuning, &conflicts, &problems)) {
        app->has_file_changed = false;
        tuner_apply(app);
        app_say(app, ROLE_TEXT, "%s changed on disk and was read again", app->tuning.file.path);
    } else if (!app->has_file_changed) {
        app->has_file_changed = true;
        say_wrong(app, "changed on disk, but is wrong", &problems);
    }
    problems_release(&problems);
}

bool tuner_read_again(struct app *app)
{
    struct problems problems = {0};
    size_t conflicts = 0;
    bool is_good = tuning_reload(&app->tuning, &conflicts, &problems);
    const char *path = app->tuning.file.path;

    app->has_file_changed = !is_good;
    if (!is_good) {
        say_wrong(app, "is wrong", &problems);
    } else {
        tuner_apply(app);
        if (app_has_edits(app))
            app_say(app, conflicts > 0 ? ROLE_WARNING : ROLE_TEXT,
                    "%s was read again; edits on it: %zu, against what it says now: %zu", path,
                    app->tuning.journal.cursor, conflicts);
        else
            app_say(app, ROLE_TEXT, "%s was read again", path);
    }
    problems_release(&problems);
    return is_good;
}

char *tuner_keep_edits(const struct app *app, int *ret_error)
{
    char *path = NULL;

    *ret_error = -journal_write_state(&app->tuning.journal, app->tuning.file.path, &path);
    return *ret_error > 0 ? NULL : path;
}

enum { KEPT_TAKE, KEPT_LEAVE, KEPT_DISCARD };

static void take_up(struct app *app)
{
    struct journal kept = {0};
    struct problems problems = {0};
    struct strbuf error = {0};
    char *file = NULL;
    size_t taken = 0, refused = 0;

    if (!journal_read_state(&kept, app->state_file, &file, &problems)) {
        app_say(app, ROLE_ERROR, "%s cannot be read", app->state_file);
    } else {
        for (size_t i = 0; i < kept.cursor; i++) {
            const struct journal_edit *edit = &kept.edits[i];

            if (tuning_edit(&app->tuning, edit->kind, edit->path, edit->new_value, &error))
                taken++;
            else
                refused++;
        }
        tuner_apply(app);
        if (refused == 0)
            unlink(app->state_file);
        app_say(app, refused > 0 ? ROLE_WARNING : ROLE_TEXT,
                "edits taken up: %zu, refused: %zu; W reviews and saves them", taken, refused);
    }
    journal_release(&kept);
    problems_release(&problems);
    strbuf_release(&error);
    free(file);
}

static void kept_chosen(struct app *app, const struct menu_item *item)
{
    if (item->value == KEPT_TAKE)
        take_up(app);
    else if (item->value == KEPT_DISCARD)
        unlink(app->state_file);
}

void tuner_offer_kept(struct app *app)
{
    free(app->state_file);
    app->state_file = journal_find_state();
    if (!app->state_file)
        return;
    menu_open(app, "Edits of an earlier session were not saved", kept_chosen);
    menu_add(app, KEPT_TAKE, "take them up", "in force at once; W saves them");
    menu_add(app, KEPT_LEAVE, "not now", "the next start asks again");
    menu_add(app, KEPT_DISCARD, "throw them away", "");
}
