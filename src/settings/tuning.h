/* SPDX-License-Identifier: MIT */
/*
 * tuning - one configuration being changed: the file as it was read, the edits that
 * are not saved, and the settings in force. What `procwatch config` and the screen
 * share. Options of the command line are the program's own: it lays them over a
 * copy of live.
 */
#ifndef SETTINGS_TUNING_H
#define SETTINGS_TUNING_H

#include "settings/access.h"
#include "settings/journal.h"
#include "settings/save.h"
#include "settings/settings.h"

struct tuning {
    struct settings_source source;
    struct config_file file; /* where a save goes, also when it is not there yet */
    struct settings base;    /* what the file says */
    struct settings live;    /* with the edits in force */
    struct journal journal;
    const char *program; /* signs new lines: "procwatch-top 2026-11-24 by alice"; or NULL */
    /* Who reads and saves the file for a program that gave up the right to; NULL: we
     * do it ourselves. */
    const struct access_way *access;
};

/* Find and load as settings_load() does. False when the file is wrong: then the
 * defaults are in force, and a save will be refused. */
bool tuning_open(struct tuning *tuning, const char *path, struct problems *problems);
void tuning_release(struct tuning *tuning);

/* One edit; false with a message in error, and nothing changed. value is NULL for
 * EDIT_UNSET. */
bool tuning_edit(struct tuning *tuning, enum edit_kind kind, const char *path,
                 const char *value, struct strbuf *error);

/* The edit that was undone or redone, or NULL when there is none. */
const struct journal_edit *tuning_undo(struct tuning *tuning);
const struct journal_edit *tuning_redo(struct tuning *tuning);

/* What a save would change, as a unified diff; empty when nothing. */
bool tuning_diff(const struct tuning *tuning, struct strbuf *ret_diff, struct strbuf *error);

/* Save the chosen edits and log them; those left out stay pending. On SAVE_CHANGED
 * call tuning_reload() and show the conflicts. */
enum save_result tuning_save(struct tuning *tuning, unsigned flags, struct strbuf *error);

/* From now on saves go to another file; its text becomes the base of the edits. */
bool tuning_save_as(struct tuning *tuning, const char *path, struct problems *problems);

/* Has the file changed on disk? One stat(2). */
bool tuning_has_changed(const struct tuning *tuning);

/*
 * Read the file again and put the edits on it. Edits whose value was changed there
 * as well are left out, marked is_left_out, and counted: mine or theirs is the
 * user's choice. False when the file is wrong now: nothing was taken from it.
 */
bool tuning_reload(struct tuning *tuning, size_t *ret_conflicts, struct problems *problems);

#endif
