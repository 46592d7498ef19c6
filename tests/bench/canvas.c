/* SPDX-License-Identifier: MIT */
#include "tests/bench/canvas.h"

#include <curses.h>
#include <locale.h>
#include <stdio.h>

#include "base/problem.h"
#include "ui/frame.h"
#include "ui/theme_file.h"

bool canvas_open(struct app *app, int terminal)
{
    struct problems problems = {0};
    struct theme_spec theme;

    setlocale(LC_ALL, "C.UTF-8");
    if (!newterm("xterm-256color", fdopen(terminal, "w"), fopen("/dev/null", "r")) ||
        !theme_load(&theme, "default-dark", &problems))
        return false;
    raw();
    noecho();
    nonl();
    start_color();
    use_default_colors();
    app_init(app);
    app->style = TEXT_UTF8;
    theme_realize(&app->theme, &theme, theme_depth_of_terminal());
    theme_spec_release(&theme);
    problems_release(&problems);
    return true;
}

void canvas_resize(int height, int width)
{
    resizeterm(height, width);
}

void canvas_forget(void)
{
    clearok(curscr, TRUE);
}

void canvas_draw(struct app *app)
{
    frame_draw(app, stdscr);
    wnoutrefresh(stdscr);
    doupdate();
}
