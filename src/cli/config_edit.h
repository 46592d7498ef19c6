/* SPDX-License-Identifier: MIT */
/*
 * config_edit - one change of the configuration file from the command line, by
 * the same steps as the screen's: tried on the settings, patched into the text,
 * saved whole.
 */
#ifndef CLI_CONFIG_EDIT_H
#define CLI_CONFIG_EDIT_H

#include <stdbool.h>

#include "settings/edit.h"

struct config_change {
    const char *config; /* NULL: the file that would be loaded, else a new one */
    enum edit_kind kind;
    const char *key;
    const char *value;   /* NULL with EDIT_UNSET */
    bool is_dry_run;     /* print the difference, write nothing */
    bool may_write_over; /* a file that cannot be replaced is written in place */
};

/* An exit status; what went wrong was said. */
int config_change(const struct config_change *change);

#endif
