/* SPDX-License-Identifier: MIT */
/*
 * journal - the edits of this session that are not saved, in order.
 *
 * Live settings are the base plus the journal up to a cursor; undo and redo move
 * the cursor, without limit. Saving is the same edits applied to the text of the
 * file, so what was tried on screen is what is written. Reads and writes no file
 * of the user; only its own state file, for edits that would be lost.
 */
#ifndef SETTINGS_JOURNAL_H
#define SETTINGS_JOURNAL_H

#include "settings/edit.h"
#include "settings/settings.h"

struct journal_edit {
    enum edit_kind kind;
    char *path;
    char *old_value;  /* what was in force, as text; NULL for lists */
    char *new_value;  /* NULL for EDIT_UNSET */
    bool is_left_out; /* not to be saved this time */
};

struct journal {
    struct journal_edit *edits;
    size_t count, capacity;
    size_t cursor; /* edits before it are in force, those behind were undone */
};

void journal_release(struct journal *journal);

/*
 * Make an edit on the live settings and note it; what was undone is forgotten. On
 * failure (unknown key, bad value, not a list, no such entry) live is unchanged and
 * error says what to write. An edit that changes nothing is not noted.
 */
bool journal_record(struct journal *journal, struct settings *live,
                    const struct journal_edit *edit, struct strbuf *error);

/* Move the cursor. Returns the edit that was undone or redone, or NULL; the caller
 * makes new live settings by journal_apply(). */
const struct journal_edit *journal_undo(struct journal *journal);
const struct journal_edit *journal_redo(struct journal *journal);

/* The base with the edits in force; chosen_only: without those left out. */
void journal_apply(const struct journal *journal, const struct settings *base, bool chosen_only,
                   struct settings *ret_live);

bool journal_has_pending(const struct journal *journal);

/* "weights.tmp_exe: 4 -> 2", "whitelist.names: + sshd". Raw text. */
void journal_describe(const struct journal_edit *edit, struct strbuf *out);

/*
 * The chosen edits in the text of the file, each as its net effect on the base that
 * the text loads as. Fails when one is refused, or when the new text would not load
 * as exactly the base with the chosen edits. comment: behind new lines, or NULL.
 */
struct journal_target {
    const char *name; /* of the file */
    struct span text;
    const struct settings *base;
    const char *comment;
};
bool journal_patch(const struct journal *journal, const struct journal_target *target,
                   struct strbuf *ret_text, struct strbuf *error);

/* Does the edit change a value that somebody else changed as well, and otherwise:
 * in the file as it is now, against the base the edit was made on? */
bool journal_conflicts(const struct journal_edit *edit, const struct settings *old_base,
                       const struct settings *new_base);

/* After a save: forget the chosen edits, keep those left out as pending. */
void journal_settle(struct journal *journal);

/*
 * Edits that would be lost go to $XDG_STATE_HOME/procwatch/unsaved-PID.yaml-edits,
 * mode 0600. Negative errno. file: the configuration they are meant for, or NULL.
 */
int journal_write_state(const struct journal *journal, const char *file, char **ret_path);
/* The state file of a process that is gone, to be freed; NULL when there is none. */
char *journal_find_state(void);
/* Read one back: edits in force, to be applied; *ret_file may become NULL. */
bool journal_read_state(struct journal *journal, const char *path, char **ret_file,
                        struct problems *problems);

#endif
