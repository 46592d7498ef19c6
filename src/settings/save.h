/* SPDX-License-Identifier: MIT */
/*
 * save - the user's configuration file: read with its identity, replaced whole.
 *
 * Whatever fails, the old file is there byte for byte; a crash leaves the old or
 * the new text, never half. Owner, mode, extended attributes and a backup are
 * kept, symbolic links are written through, and a file that changed since it was
 * read is never overwritten. Knows no settings.
 */
#ifndef SETTINGS_SAVE_H
#define SETTINGS_SAVE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "base/strbuf.h"

struct config_file {
    char *path;
    bool exists;
    struct strbuf text;
    struct stat status; /* when it was read */
    struct sha256 digest;
};

/* Read the file; that there is none is no error. Negative errno, see input_file.h. */
int config_file_read(struct config_file *ret_file, const char *path);
void config_file_release(struct config_file *file);

/* Another file, or another text, than was read? Cheap while nothing changed. No where
 * its directory is closed to us: it cannot be told. */
bool config_file_has_changed(const struct config_file *file);

enum save_result {
    SAVE_DONE,
    SAVE_FAILED,      /* nothing was written; the error says why */
    SAVE_CHANGED,     /* the file on disk is not the one that was read */
    SAVE_NEEDS_ASKING /* only SAVE_IN_PLACE can do it: hard links, bind mounts ... */
};

enum save_flags {
    SAVE_NO_BACKUP = 1 << 0, /* else the old text stays as NAME~ */
    SAVE_IN_PLACE = 1 << 1,  /* the user agreed: overwrite, after a backup */
};

/*
 * Give the file a new text. On SAVE_DONE the file holds the new text and identity.
 * Otherwise a message for the user is in error.
 */
enum save_result config_file_save(struct config_file *file, struct span text, unsigned flags,
                                  struct strbuf *error);

/* One line in the log of changes, and for root in the system's: who, file, edits.
 * Returns a negative errno when the log cannot be written. */
int save_log(const char *path, const char *edits);

#endif
