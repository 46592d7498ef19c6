/* SPDX-License-Identifier: MIT */
/*
 * theme - what each part of the screen looks like. Panels name roles, themes
 * name colours; nothing else in ui/ mentions a colour.
 *
 * A theme_spec is what a theme file says, for any terminal. theme_realize()
 * turns it into the attributes and colour pairs of the terminal at hand: colours
 * by number in 256, the nearest of eight, or attributes alone. The terminal's
 * own palette is never changed.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <curses.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/score.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_HEADER,
    ROLE_LABEL,
    ROLE_VALUE,
    ROLE_HEADING,
    ROLE_SORTED,
    ROLE_SELECTED,
    ROLE_KEY,
    ROLE_BAR,
    ROLE_BAR_KEY,
    ROLE_BORDER,
    ROLE_TAB,
    ROLE_TAB_ACTIVE,
    ROLE_MATCH,
    ROLE_SEVERITY_NONE,
    ROLE_SEVERITY_LOW,
    ROLE_SEVERITY_HIGH,
    ROLE_SEVERITY_CRITICAL,
    ROLE_WHITELISTED,
    ROLE_PROCESS_NEW,
    ROLE_PROCESS_EXITED,
    ROLE_UNSAFE_TEXT,
    ROLE_WARNING,
    ROLE_ERROR,
    ROLE_DIFF_ADD,
    ROLE_DIFF_DELETE,
    ROLE_COUNT
};

/* "sev.high": names in theme files. */
const char *role_name(enum role role);
int role_find(const char *name); /* -1: unknown */

/* The role that stands in for one a theme does not mention. */
enum role role_fallback(enum role role);

enum role role_of_severity(enum severity severity);

/* One colour in up to three forms. */
struct colour {
    bool is_default; /* the terminal's own */
    int32_t rgb;     /* 0xrrggbb, or -1 */
    int16_t x256;    /* or -1: the nearest to rgb */
    int16_t ansi;    /* 0..7, or -1: the nearest to rgb */
};

struct style {
    bool is_set;
    struct colour foreground, background;
    attr_t attributes; /* with colours */
    attr_t mono;       /* without; also where all its colours are the terminal's */
    char mark[8];      /* what says it without colour; may be empty */
};

enum theme_variant { THEME_DARK, THEME_LIGHT, THEME_MONO };

struct theme_spec {
    char *name;
    enum theme_variant variant;
    struct style styles[ROLE_COUNT];
};

void theme_spec_init(struct theme_spec *spec);
void theme_spec_release(struct theme_spec *spec);

/* Fill roles that were not set from their fallbacks. */
void theme_spec_complete(struct theme_spec *spec);

/* "#rrggbb" of a colour for tests and previews; false for the terminal's own. */
bool colour_rgb(const struct colour *colour, int32_t *ret_rgb);

enum theme_depth { DEPTH_NONE, DEPTH_8, DEPTH_256, DEPTH_DIRECT };

/* What a colour is on a terminal of that depth; -1 for the terminal's own. */
int colour_index(const struct colour *colour, enum theme_depth depth);

struct paint {
    attr_t attributes;
    int pair;
};

/* A role on the selected row: where the keys go, or in the other panel. */
enum selection { SELECTION_NONE, SELECTION_HERE, SELECTION_RESTS, SELECTION_COUNT };

struct theme {
    struct paint paints[ROLE_COUNT][SELECTION_COUNT];
    char marks[ROLE_COUNT][8];
};

/* What the terminal of the current screen can do. */
enum theme_depth theme_depth_of_terminal(void);

/* Needs a current screen, with start_color() done for any depth but none. */
void theme_realize(struct theme *theme, const struct theme_spec *spec, enum theme_depth depth);

#endif
