/* SPDX-License-Identifier: MIT */
#include "settings/tuning.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "settings/diff.h"

static const char new_file_text[] =
    "# procwatch: what differs from the built-in configuration\n";

static void refresh_live(struct tuning *tuning)
{
    settings_release(&tuning->live);
    journal_apply(&tuning->journal, &tuning->base, false, &tuning->live);
}

static int read_file(const struct access_way *access, const char *path,
                     struct config_file *ret_file, struct problems *problems)
{
    int error = config_file_read(ret_file, path);

    return error == -EACCES && access ? access_read(access, ret_file, path, problems) : error;
}

/* Read and load; nothing is written to the results unless all is well. */
static bool read_base(const struct access_way *access, const char *path,
                      struct config_file *ret_file, struct settings *ret_base,
                      struct problems *problems)
{
    struct config_file file;
    struct settings base;
    int error = read_file(access, path, &file, problems);

    if (error == -EBADMSG)
        return false; /* and the problems say where */
    if (error < 0) {
        problems_add(problems, PROBLEM_ERROR, path, 0, 0, "cannot read the configuration: %s",
                     input_file_error(error));
        return false;
    }
    if (!settings_load_text(&base, path, strbuf_string(&file.text), file.text.length,
                            problems)) {
        settings_release(&base);
        config_file_release(&file);
        return false;
    }
    *ret_file = file;
    *ret_base = base;
    return true;
}

bool tuning_open(struct tuning *tuning, const char *path, struct problems *problems)
{
    struct problems again = {0}; /* what the second reading says is known by then */
    char *target;

    *tuning = (struct tuning){0};
    bool is_good = settings_load(&tuning->base, path, &tuning->source, problems);
    target =
        tuning->source.path ? memory_copy_string(tuning->source.path) : settings_default_path();
    if (is_good && target) {
        settings_release(&tuning->base);
        if (!read_base(NULL, target, &tuning->file, &tuning->base, &again)) {
            settings_init(&tuning->base);
            is_good = false;
        }
        problems_release(&again);
    }
    settings_copy(&tuning->live, &tuning->base);
    free(target);
    return is_good;
}

void tuning_release(struct tuning *tuning)
{
    settings_source_release(&tuning->source);
    config_file_release(&tuning->file);
    settings_release(&tuning->base);
    settings_release(&tuning->live);
    journal_release(&tuning->journal);
}

bool tuning_edit(struct tuning *tuning, enum edit_kind kind, const char *path,
                 const char *value, struct strbuf *error)
{
    char *path_copy = memory_copy_string(path);
    char *value_copy = value ? memory_copy_string(value) : NULL;
    const struct journal_edit edit = {.kind = kind, .path = path_copy, .new_value = value_copy};
    bool is_good = journal_record(&tuning->journal, &tuning->live, &edit, error);

    free(path_copy);
    free(value_copy);
    return is_good;
}

const struct journal_edit *tuning_undo(struct tuning *tuning)
{
    const struct journal_edit *edit = journal_undo(&tuning->journal);

    refresh_live(tuning);
    return edit;
}

const struct journal_edit *tuning_redo(struct tuning *tuning)
{
    const struct journal_edit *edit = journal_redo(&tuning->journal);

    refresh_live(tuning);
    return edit;
}

/* "procwatch-top 2026-11-24 by alice" */
static void sign(const struct tuning *tuning, struct strbuf *out)
{
    const char *caller = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
    const struct passwd *user = caller ? NULL : getpwuid(getuid());
    time_t now = time(NULL);
    struct tm calendar;
    char day[16] = "";

    if (localtime_r(&now, &calendar))
        strftime(day, sizeof day, "%Y-%m-%d", &calendar);
    strbuf_add_format(out, "%s %s", tuning->program, day);
    if (caller || user)
        strbuf_add_format(out, " by %s", caller ? caller : user->pw_name);
}

static bool make_text(const struct tuning *tuning, struct strbuf *ret_text,
                      struct strbuf *error)
{
    const char *name = tuning->file.path;
    bool has_text = tuning->file.exists || tuning->file.text.length > 0;
    struct strbuf comment = {0};

    if (!name) {
        strbuf_add_string(error, "there is no file to save to");
        return false;
    }
    if (tuning->program)
        sign(tuning, &comment);
    const struct journal_target target = {
        .name = name,
        .text = has_text ? strbuf_span(&tuning->file.text) : span_of_string(new_file_text),
        .base = &tuning->base,
        .comment = has_text ? comment.bytes : NULL,
    };
    bool is_good = journal_patch(&tuning->journal, &target, ret_text, error);
    strbuf_release(&comment);
    return is_good;
}

bool tuning_diff(const struct tuning *tuning, struct strbuf *ret_diff, struct strbuf *error)
{
    struct strbuf text = {0}, after_name = {0};
    bool is_good = make_text(tuning, &text, error);

    if (is_good && journal_has_pending(&tuning->journal)) {
        strbuf_add_format(&after_name, "%s (new)", tuning->file.path);
        diff_unified(tuning->file.exists ? strbuf_span(&tuning->file.text) : span_of("", 0),
                     strbuf_span(&text), tuning->file.exists ? tuning->file.path : "/dev/null",
                     strbuf_string(&after_name), ret_diff);
    }
    strbuf_release(&text);
    strbuf_release(&after_name);
    return is_good;
}

static void describe_chosen(const struct tuning *tuning, struct strbuf *out)
{
    for (size_t i = 0; i < tuning->journal.cursor; i++) {
        if (tuning->journal.edits[i].is_left_out)
            continue;
        strbuf_add_string(out, out->length > 0 ? "; " : "");
        journal_describe(&tuning->journal.edits[i], out);
    }
}

static enum save_result save_text(struct tuning *tuning, struct span text, unsigned flags,
                                  struct strbuf *error)
{
    struct strbuf edits = {0};
    enum save_result result;

    describe_chosen(tuning, &edits);
    if (tuning->access) {
        const struct access_save save = {text, flags, strbuf_string(&edits)};

        result = access_save(tuning->access, &tuning->file, &save, error);
    } else {
        result = config_file_save(&tuning->file, text, flags, error);
        /* The save is done; a log that cannot be written does not undo it. */
        if (result == SAVE_DONE)
            save_log(tuning->file.path, strbuf_string(&edits));
    }
    strbuf_release(&edits);
    return result;
}

/* What is in the file is the base now; what was left out stays pending. */
static void settle(struct tuning *tuning)
{
    struct settings saved;

    journal_apply(&tuning->journal, &tuning->base, true, &saved);
    settings_release(&tuning->base);
    tuning->base = saved;
    journal_settle(&tuning->journal);
    refresh_live(tuning);
    free(tuning->source.path);
    free(tuning->source.message);
    tuning->source.path = memory_copy_string(tuning->file.path);
    tuning->source.message = memory_copy_string(tuning->file.path);
}

enum save_result tuning_save(struct tuning *tuning, unsigned flags, struct strbuf *error)
{
    struct strbuf text = {0};
    enum save_result result = SAVE_FAILED;

    if (make_text(tuning, &text, error)) {
        bool is_same = tuning->file.exists &&
                       strcmp(strbuf_string(&text), strbuf_string(&tuning->file.text)) == 0;

        result = is_same ? SAVE_DONE : save_text(tuning, strbuf_span(&text), flags, error);
    }
    strbuf_release(&text);
    if (result == SAVE_DONE)
        settle(tuning);
    return result;
}

/* Put the edits on another base. Returns how many of them it contradicts. */
static size_t rebase(struct tuning *tuning, struct config_file *file, struct settings *base)
{
    size_t conflicts = 0;

    for (size_t i = 0; i < tuning->journal.cursor; i++) {
        struct journal_edit *edit = &tuning->journal.edits[i];

        edit->is_left_out = journal_conflicts(edit, &tuning->base, base);
        conflicts += edit->is_left_out;
    }
    config_file_release(&tuning->file);
    settings_release(&tuning->base);
    tuning->file = *file;
    tuning->base = *base;
    refresh_live(tuning);
    return conflicts;
}

bool tuning_save_as(struct tuning *tuning, const char *path, struct problems *problems)
{
    struct config_file file;
    struct settings base, wanted;

    if (!read_base(tuning->access, path, &file, &base, problems))
        return false;
    if (!file.exists) {
        /* A new file starts as the old one, so that its comments come along. */
        settings_copy(&wanted, &tuning->base);
        settings_release(&base);
        base = wanted;
        strbuf_add_span(&file.text, strbuf_span(&tuning->file.text));
    }
    rebase(tuning, &file, &base);
    return true;
}

bool tuning_has_changed(const struct tuning *tuning)
{
    return tuning->file.path && config_file_has_changed(&tuning->file);
}

bool tuning_reload(struct tuning *tuning, size_t *ret_conflicts, struct problems *problems)
{
    struct config_file file;
    struct settings base;

    if (!tuning->file.path ||
        !read_base(tuning->access, tuning->file.path, &file, &base, problems))
        return false;
    *ret_conflicts = rebase(tuning, &file, &base);
    return true;
}
