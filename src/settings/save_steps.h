/* SPDX-License-Identifier: MIT */
/*
 * save_steps - the two ways to write a file. Private to settings/save.
 */
#ifndef SETTINGS_SAVE_STEPS_H
#define SETTINGS_SAVE_STEPS_H

#include "settings/save.h"

struct save {
    struct config_file *file;
    unsigned flags;
    struct span text;
    struct strbuf *error;
    char *target;  /* the path without symbolic links */
    char *name;    /* its last part */
    int directory; /* open and locked */
    struct stat directory_status;
    const char *step; /* what is being done, for the message */
};

/* Why a new file in its place would be wrong; NULL when it would not. */
const char *save_why_in_place(const struct save *save);

/* A new file in the same directory, synced, then renamed over the old one. Negative
 * errno; -ESTALE when the old file changed meanwhile. */
int save_by_rename(struct save *save);

/* Overwrite the bytes, after a backup that is synced first. Negative errno. */
int save_in_place(struct save *save);

#endif
