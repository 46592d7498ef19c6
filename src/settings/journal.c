/* SPDX-License-Identifier: MIT */
#include "settings/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "settings/quote.h"
#include "settings/schema.h"

static void release_edit(struct journal_edit *edit)
{
    free(edit->path);
    free(edit->old_value);
    free(edit->new_value);
}

static void forget_from(struct journal *journal, size_t first)
{
    for (size_t i = first; i < journal->count; i++)
        release_edit(&journal->edits[i]);
    journal->count = first;
}

void journal_release(struct journal *journal)
{
    forget_from(journal, 0);
    free(journal->edits);
    *journal = (struct journal){0};
}

static bool has_entry(const struct settings *settings, const struct setting *setting,
                      const char *text)
{
    const struct whitelist *whitelist = &settings->scoring.whitelist;

    for (size_t i = 0; i < whitelist->count; i++)
        if (whitelist->entries[i].kind == setting->list &&
            strcmp(whitelist->entries[i].text, text) == 0)
            return true;
    return false;
}

/* A value as its setting holds it, as text without quotes. */
static char *value_text(const struct setting *setting, const struct settings *settings)
{
    struct strbuf text = {0};

    if (setting->kind == SETTING_PORTS)
        port_set_format(
            (const struct port_set *)(const void *)((const char *)settings + setting->offset),
            &text);
    else if (setting->kind == SETTING_TEXT)
        strbuf_add_string(&text, settings->model_path ? settings->model_path : "");
    else
        setting_format(setting, settings, &text);
    if (!text.bytes)
        strbuf_add_string(&text, "");
    return text.bytes;
}

/* Change the settings by one edit. */
static bool apply_edit(const struct journal_edit *edit, struct settings *settings,
                       struct strbuf *error)
{
    struct setting setting;
    struct settings defaults;
    bool is_good = true;

    if (!setting_find(edit->path, &setting) || setting.age == SETTING_OLD) {
        strbuf_add_format(error, "%s is no key of the configuration", edit->path);
        return false;
    }
    if (edit->new_value && !quote_can_hold(edit->new_value)) {
        strbuf_add_format(
            error, "%s: the value is not UTF-8, so a configuration cannot hold it", edit->path);
        return false;
    }
    bool is_list = setting.kind == SETTING_LIST;
    if (is_list != (edit->kind == EDIT_ADD || edit->kind == EDIT_DELETE)) {
        strbuf_add_format(error,
                          is_list ? "%s is a list: add to it or delete from it"
                                  : "%s is not a list: set it",
                          edit->path);
        return false;
    }
    switch (edit->kind) {
    case EDIT_SET:
    case EDIT_ADD:
        return setting_apply(&setting, settings, edit->new_value, false, error);
    case EDIT_DELETE:
        is_good = setting_list_remove(&setting, settings, edit->new_value);
        if (!is_good)
            strbuf_add_format(error, "%s has no entry \"%s\"", edit->path, edit->new_value);
        return is_good;
    case EDIT_UNSET: {
        settings_init(&defaults);
        char *text = value_text(&setting, &defaults);

        is_good = setting_apply(&setting, settings, text, false, error);
        free(text);
        settings_release(&defaults);
        return is_good;
    }
    }
    return false;
}

static void append(struct journal *journal, const struct journal_edit *edit)
{
    forget_from(journal, journal->cursor);
    journal->edits =
        memory_grow(journal->edits, journal->count, &journal->capacity, sizeof *journal->edits);
    journal->edits[journal->count++] = *edit;
    journal->cursor = journal->count;
}

bool journal_record(struct journal *journal, struct settings *live,
                    const struct journal_edit *edit, struct strbuf *error)
{
    struct settings changed;
    struct setting setting;

    settings_copy(&changed, live);
    if (!apply_edit(edit, &changed, error)) {
        settings_release(&changed);
        return false;
    }
    setting_find(edit->path, &setting);
    if (setting_equals(&setting, live, &changed)) {
        settings_release(&changed);
        return true;
    }

    bool is_list = setting.kind == SETTING_LIST;
    struct journal_edit noted = {
        .kind = edit->kind,
        .path = memory_copy_string(edit->path),
        .old_value = is_list ? NULL : value_text(&setting, live),
    };
    if (is_list)
        noted.new_value = memory_copy_string(edit->new_value);
    else if (edit->kind == EDIT_SET) /* "+5" and "5" are written alike */
        noted.new_value = value_text(&setting, &changed);
    append(journal, &noted);
    settings_release(live);
    *live = changed;
    return true;
}

const struct journal_edit *journal_undo(struct journal *journal)
{
    return journal->cursor > 0 ? &journal->edits[--journal->cursor] : NULL;
}

const struct journal_edit *journal_redo(struct journal *journal)
{
    return journal->cursor < journal->count ? &journal->edits[journal->cursor++] : NULL;
}

void journal_apply(const struct journal *journal, const struct settings *base, bool chosen_only,
                   struct settings *ret_live)
{
    struct strbuf ignored = {0};

    settings_copy(ret_live, base);
    for (size_t i = 0; i < journal->cursor; i++) {
        const struct journal_edit *edit = &journal->edits[i];

        /* On a base that changed, an entry may be gone already. */
        if (!chosen_only || !edit->is_left_out)
            apply_edit(edit, ret_live, &ignored);
    }
    strbuf_release(&ignored);
}

bool journal_has_pending(const struct journal *journal)
{
    return journal->cursor > 0;
}

void journal_describe(const struct journal_edit *edit, struct strbuf *out)
{
    switch (edit->kind) {
    case EDIT_SET:
        strbuf_add_format(out, "%s: %s -> %s", edit->path, edit->old_value, edit->new_value);
        break;
    case EDIT_UNSET:
        strbuf_add_format(out, "%s: %s -> built-in", edit->path, edit->old_value);
        break;
    case EDIT_ADD:
        strbuf_add_format(out, "%s: + %s", edit->path, edit->new_value);
        break;
    case EDIT_DELETE:
        strbuf_add_format(out, "%s: - %s", edit->path, edit->new_value);
        break;
    }
}

static bool same_target(const struct journal_edit *a, const struct journal_edit *b)
{
    if (strcmp(a->path, b->path) != 0)
        return false;
    return a->kind == EDIT_SET || a->kind == EDIT_UNSET ||
           strcmp(a->new_value, b->new_value) == 0;
}

/* Is this the last chosen edit of its value, and does it still do something? */
static bool counts(const struct journal *journal, size_t index, const struct settings *base,
                   const struct settings *wanted)
{
    const struct journal_edit *edit = &journal->edits[index];
    struct setting setting;

    if (edit->is_left_out || !setting_find(edit->path, &setting))
        return false;
    for (size_t i = index + 1; i < journal->cursor; i++)
        if (!journal->edits[i].is_left_out && same_target(edit, &journal->edits[i]))
            return false;
    if (setting.kind == SETTING_LIST)
        return has_entry(base, &setting, edit->new_value) !=
               has_entry(wanted, &setting, edit->new_value);
    return edit->kind == EDIT_UNSET || !setting_equals(&setting, base, wanted);
}

static bool loads_as(const struct journal_target *target, const struct strbuf *text,
                     const struct settings *wanted)
{
    struct settings loaded;
    struct problems problems = {0};
    bool is_good = settings_load_text(&loaded, target->name, strbuf_string(text), text->length,
                                      &problems) &&
                   settings_equal(&loaded, wanted);

    settings_release(&loaded);
    problems_release(&problems);
    return is_good;
}

static bool patch_one(const struct journal_edit *noted, const struct journal_target *target,
                      struct strbuf *text, struct strbuf *error)
{
    struct strbuf next = {0};
    struct setting setting, old;
    size_t error_length = error->length;

    setting_find(noted->path, &setting);
    struct edit edit = {
        .kind = noted->kind,
        .path = noted->path,
        .value = noted->new_value,
        .is_text = setting.kind > SETTING_COUNT,
        .comment = target->comment,
    };
    bool is_good = edit_apply(&edit, target->name, strbuf_span(text), &next, error);
    if (!is_good && edit.kind == EDIT_DELETE && setting_find_old(&setting, &old)) {
        /* The entry may stand under the key of older files. */
        struct strbuf ignored = {0};

        edit.path = old.path;
        is_good = edit_apply(&edit, target->name, strbuf_span(text), &next, &ignored);
        strbuf_release(&ignored);
        if (is_good)
            strbuf_truncate(error, error_length);
    }
    if (is_good) {
        strbuf_release(text);
        *text = next;
    }
    return is_good;
}

bool journal_patch(const struct journal *journal, const struct journal_target *target,
                   struct strbuf *ret_text, struct strbuf *error)
{
    struct strbuf text = {0};
    struct settings wanted;
    bool is_good = true;

    journal_apply(journal, target->base, true, &wanted);
    strbuf_add_span(&text, target->text);
    for (size_t i = 0; is_good && i < journal->cursor; i++)
        if (counts(journal, i, target->base, &wanted))
            is_good = patch_one(&journal->edits[i], target, &text, error);
    if (is_good && !loads_as(target, &text, &wanted)) {
        strbuf_add_string(error, "the new text would not load as what is in force now");
        is_good = false;
    }
    if (is_good)
        strbuf_add_span(ret_text, strbuf_span(&text));
    strbuf_release(&text);
    settings_release(&wanted);
    return is_good;
}

bool journal_conflicts(const struct journal_edit *edit, const struct settings *old_base,
                       const struct settings *new_base)
{
    struct strbuf ignored = {0};
    struct setting setting;
    struct settings mine;

    /* Entries of lists come and go by themselves. */
    if (!setting_find(edit->path, &setting) || setting.kind == SETTING_LIST ||
        setting_equals(&setting, old_base, new_base))
        return false;
    settings_copy(&mine, new_base);
    apply_edit(edit, &mine, &ignored);
    bool differs = !setting_equals(&setting, &mine, new_base);
    settings_release(&mine);
    strbuf_release(&ignored);
    return differs;
}

void journal_settle(struct journal *journal)
{
    size_t kept = 0;

    forget_from(journal, journal->cursor);
    for (size_t i = 0; i < journal->count; i++) {
        struct journal_edit *edit = &journal->edits[i];

        if (edit->is_left_out) {
            edit->is_left_out = false;
            journal->edits[kept++] = *edit;
        } else {
            release_edit(edit);
        }
    }
    journal->count = journal->cursor = kept;
}
