/* SPDX-License-Identifier: MIT */
/*
 * theme_file - themes as YAML: found by name, read, inherited, checked.
 *
 * Names are looked for in $XDG_CONFIG_HOME/procwatch/themes,
 * $XDG_DATA_HOME/procwatch/themes, the installed themes, and among those that
 * are compiled in (from the very files that are installed).
 */
#ifndef UI_THEME_FILE_H
#define UI_THEME_FILE_H

#include "base/problem.h"
#include "ui/theme.h"

struct theme_text {
    const char *name;
    const char *text;
};

/* Generated from themes/; ends with a NULL name. */
extern const struct theme_text theme_builtin[];

/* By name, or by path when it holds a slash or ends in ".yaml". False when a
 * problem is an error; the spec then needs no release. */
bool theme_load(struct theme_spec *ret_spec, const char *name, struct problems *problems);

/* The same from text; name stands in the messages. */
bool theme_load_text(struct theme_spec *ret_spec, const char *name, const char *text,
                     struct problems *problems);

#endif
