/* SPDX-License-Identifier: MIT */
/* Windows without a terminal: draw, then read the cells back. */
#ifndef TESTS_SUPPORT_WINDOW_H
#define TESTS_SUPPORT_WINDOW_H

#include "tests/support/test.h"

#include <curses.h>
#include <locale.h>

#include "base/problem.h"
#include "ui/theme_file.h"

static inline SCREEN *window_open_screen(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    SCREEN *screen =
        newterm("xterm-256color", fopen("/dev/null", "w"), fopen("/dev/null", "r"));

    if (screen) {
        start_color();
        use_default_colors();
    }
    return screen;
}

static inline void window_theme(struct theme *theme, const char *name)
{
    struct problems problems = {0};
    struct theme_spec spec;

    assert_true(theme_load(&spec, name, &problems));
    theme_realize(theme, &spec, theme_depth_of_terminal());
    theme_spec_release(&spec);
    problems_release(&problems);
}

/* A row's text without trailing blanks. */
static inline void window_row(WINDOW *window, int row, char (*ret_text)[2048])
{
    mvwinnstr(window, row, 0, *ret_text, sizeof *ret_text - 1);
    for (size_t length = strlen(*ret_text); length > 0 && (*ret_text)[length - 1] == ' ';)
        (*ret_text)[--length] = '\0';
}

static inline void assert_window_row(WINDOW *window, int row, const char *expected)
{
    char text[2048];

    window_row(window, row, &text);
    assert_string_equal(text, expected);
}

static inline bool window_shows(WINDOW *window, const char *wanted)
{
    char text[2048];

    for (int row = 0; row < getmaxy(window); row++) {
        window_row(window, row, &text);
        if (strstr(text, wanted))
            return true;
    }
    return false;
}

#endif
