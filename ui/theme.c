/* SPDX-License-Identifier: MIT */
#include "ui/theme.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const struct {
    const char *name;
    enum role fallback;
} roles[ROLE_COUNT] = {
    [ROLE_TEXT] = {"text",           ROLE_TEXT             },
    [ROLE_DIM] = {"dim",            ROLE_TEXT             },
    [ROLE_HEADER] = {"header",         ROLE_TEXT             },
    [ROLE_LABEL] = {"label",          ROLE_DIM              },
    [ROLE_VALUE] = {"value",          ROLE_TEXT             },
    [ROLE_HEADING] = {"heading",        ROLE_HEADER           },
    [ROLE_SORTED] = {"heading.sorted", ROLE_HEADING          },
    [ROLE_SELECTED] = {"selected",       ROLE_TEXT             },
    [ROLE_KEY] = {"key",            ROLE_TEXT             },
    [ROLE_BAR] = {"bar",            ROLE_HEADER           },
    [ROLE_BAR_KEY] = {"bar.key",        ROLE_BAR              },
    [ROLE_BORDER] = {"border",         ROLE_DIM              },
    [ROLE_TAB] = {"tab",            ROLE_DIM              },
    [ROLE_TAB_ACTIVE] = {"tab.active",     ROLE_HEADER           },
    [ROLE_MATCH] = {"match",          ROLE_UNSAFE_TEXT      },
    [ROLE_SEVERITY_NONE] = {"sev.none",       ROLE_DIM              },
    [ROLE_SEVERITY_LOW] = {"sev.low",        ROLE_TEXT             },
    [ROLE_SEVERITY_HIGH] = {"sev.high",       ROLE_SEVERITY_LOW     },
    [ROLE_SEVERITY_CRITICAL] = {"sev.critical",   ROLE_SEVERITY_HIGH    },
    [ROLE_WHITELISTED] = {"whitelisted",    ROLE_DIM              },
    [ROLE_PROCESS_NEW] = {"proc.new",       ROLE_TEXT             },
    [ROLE_PROCESS_EXITED] = {"proc.exited",    ROLE_DIM              },
    [ROLE_UNSAFE_TEXT] = {"unsafe.text",    ROLE_ERROR            },
    [ROLE_WARNING] = {"warning",        ROLE_SEVERITY_HIGH    },
    [ROLE_ERROR] = {"error",          ROLE_SEVERITY_CRITICAL},
    [ROLE_DIFF_ADD] = {"diff.add",       ROLE_TEXT             },
    [ROLE_DIFF_DELETE] = {"diff.del",       ROLE_DIM              },
};

const char *role_name(enum role role)
{
    return roles[role].name;
}

int role_find(const char *name)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        if (strcmp(roles[role].name, name) == 0)
            return role;
    return -1;
}

enum role role_fallback(enum role role)
{
    return roles[role].fallback;
}

enum role role_of_severity(enum severity severity)
{
    static const enum role of[SEVERITY_COUNT] = {
        [SEVERITY_NONE] = ROLE_SEVERITY_NONE,
        [SEVERITY_LOW] = ROLE_SEVERITY_LOW,
        [SEVERITY_HIGH] = ROLE_SEVERITY_HIGH,
        [SEVERITY_CRITICAL] = ROLE_SEVERITY_CRITICAL,
    };

    return of[severity];
}

void theme_spec_init(struct theme_spec *spec)
{
    static const struct colour own = {.is_default = true, .rgb = -1, .x256 = -1, .ansi = -1};

    *spec = (struct theme_spec){0};
    for (int role = 0; role < ROLE_COUNT; role++)
        spec->styles[role].foreground = spec->styles[role].background = own;
}

void theme_spec_release(struct theme_spec *spec)
{
    free(spec->name);
    *spec = (struct theme_spec){0};
}

void theme_spec_complete(struct theme_spec *spec)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        enum role from = (enum role)role;

        while (!spec->styles[from].is_set && roles[from].fallback != from)
            from = roles[from].fallback;
        if (from == (enum role)role)
            continue;
        /* A mark says what a role is: it is not inherited. */
        spec->styles[role] = spec->styles[from];
        spec->styles[role].is_set = false;
        spec->styles[role].mark[0] = '\0';
    }
}

/* xterm's colours: 16 named ones, a 6x6x6 cube, 24 greys. */
static int32_t rgb_of_x256(int index)
{
    static const int32_t named[16] = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
    };
    static const int32_t steps[6] = {0, 95, 135, 175, 215, 255};

    if (index < 16)
        return named[index];
    if (index < 232) {
        index -= 16;
        return steps[index / 36] << 16 | steps[index / 6 % 6] << 8 | steps[index % 6];
    }
    return 0x010101 * (8 + 10 * (index - 232));
}

static int32_t rgb_distance(int32_t a, int32_t b)
{
    int32_t red = (a >> 16 & 255) - (b >> 16 & 255);
    int32_t green = (a >> 8 & 255) - (b >> 8 & 255);
    int32_t blue = (a & 255) - (b & 255);

    return red * red + green * green + blue * blue;
}

/* The named sixteen differ from terminal to terminal, so 256 starts behind. */
static int nearest(int32_t rgb, int first, int last)
{
    int best = first;

    for (int i = first; i <= last; i++)
        if (rgb_distance(rgb, rgb_of_x256(i)) < rgb_distance(rgb, rgb_of_x256(best)))
            best = i;
    return best;
}

bool colour_rgb(const struct colour *colour, int32_t *ret_rgb)
{
    if (colour->is_default)
        return false;
    if (colour->rgb >= 0)
        *ret_rgb = colour->rgb;
    else if (colour->x256 >= 0)
        *ret_rgb = rgb_of_x256(colour->x256);
    else
        *ret_rgb = rgb_of_x256(colour->ansi);
    return true;
}

int colour_index(const struct colour *colour, enum theme_depth depth)
{
    int32_t rgb;

    if (depth == DEPTH_NONE || !colour_rgb(colour, &rgb))
        return -1;
    if (depth == DEPTH_DIRECT)
        return (int)rgb;
    if (depth == DEPTH_256)
        return colour->x256 >= 0 ? colour->x256 : nearest(rgb, 16, 255);
    return colour->ansi >= 0 ? colour->ansi : nearest(rgb, 0, 7);
}

enum theme_depth theme_depth_of_terminal(void)
{
    if (!has_colors() || COLORS < 8 || COLOR_PAIRS < 64)
        return DEPTH_NONE;
    if (COLORS > 256 && tigetflag("RGB") > 0)
        return DEPTH_DIRECT;
    return COLORS >= 256 ? DEPTH_256 : DEPTH_8;
}

static int pair_of(int foreground, int background)
{
    int pair;

    if (foreground < 0 && background < 0)
        return 0;
    pair = alloc_pair(foreground, background);
    return pair < 0 ? 0 : pair;
}

static struct paint paint_of(const struct style *style, enum theme_depth depth)
{
    int foreground = colour_index(&style->foreground, depth);
    int background = colour_index(&style->background, depth);

    if (foreground < 0 && background < 0)
        return (struct paint){style->mono | (depth == DEPTH_NONE ? 0 : style->attributes), 0};
    return (struct paint){style->attributes, pair_of(foreground, background)};
}

static double channel(int32_t rgb, int shift)
{
    double value = (rgb >> shift & 255) / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* WCAG 2: from 1 to 21; of colours as xterm shows them. */
static double contrast(int one, int other, enum theme_depth depth)
{
    const int indexes[] = {one, other};
    double light[2];

    for (int i = 0; i < 2; i++) {
        int32_t rgb = depth == DEPTH_DIRECT ? indexes[i] : rgb_of_x256(indexes[i]);

        light[i] = 0.05 + 0.2126 * channel(rgb, 16) + 0.7152 * channel(rgb, 8) +
                   0.0722 * channel(rgb, 0);
    }
    return light[0] > light[1] ? light[0] / light[1] : light[1] / light[0];
}

static int black_or_white(int ground, enum theme_depth depth)
{
    int white = depth == DEPTH_DIRECT ? 0xffffff : depth == DEPTH_256 ? 231 : 7;

    return contrast(0, ground, depth) > contrast(white, ground, depth) ? 0 : white;
}

/* The selected row's ground is none that its roles' colours were chosen for. Of eight
 * colours, say red on blue, the role keeps its own, as the ground of what is written. */
static int legible_pair(int foreground, int background, int selected_foreground,
                        enum theme_depth depth, bool is_reverse)
{
    const double least = 3.0;

    if (foreground < 0 || contrast(foreground, background, depth) >= least)
        return pair_of(foreground, background);
    if (is_reverse)
        return pair_of(foreground, black_or_white(foreground, depth));
    if (depth == DEPTH_8)
        return pair_of(black_or_white(foreground, depth), foreground);
    return pair_of(selected_foreground, background);
}

/* A role on the selected row keeps its colour when the row has a background of
 * its own; where selection is an attribute, the row is one colour. One that rests keeps
 * the background, or a line below it, and is no louder otherwise. */
static struct paint paint_selected(const struct style *style, const struct style *selected,
                                   enum theme_depth depth, enum selection selection)
{
    int background = colour_index(&selected->background, depth);
    int selected_foreground = colour_index(&selected->foreground, depth);
    int foreground = colour_index(&style->foreground, depth);
    struct paint base = paint_of(selected, depth);
    struct paint paint = paint_of(style, depth);
    bool has_own_background = colour_index(&style->background, depth) >= 0;

    if (selection == SELECTION_RESTS)
        base.attributes = background < 0 ? A_UNDERLINE : 0;
    if (has_own_background)
        return paint;
    if (background < 0)
        return (struct paint){base.attributes | paint.attributes, base.pair};
    if (foreground < 0)
        foreground = selected_foreground;
    attr_t attributes = base.attributes | paint.attributes;
    return (struct paint){attributes, legible_pair(foreground, background, selected_foreground,
                                                   depth, attributes & A_REVERSE)};
}

void theme_realize(struct theme *theme, const struct theme_spec *spec, enum theme_depth depth)
{
    const struct style *selected = &spec->styles[ROLE_SELECTED];

    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct style *style = &spec->styles[role];

        theme->paints[role][SELECTION_NONE] = paint_of(style, depth);
        for (int selection = SELECTION_HERE; selection < SELECTION_COUNT; selection++)
            theme->paints[role][selection] =
                paint_selected(style, selected, depth, (enum selection)selection);
        memcpy(theme->marks[role], style->mark, sizeof theme->marks[role]);
    }
}
