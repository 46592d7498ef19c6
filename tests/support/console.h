/* SPDX-License-Identifier: MIT */
/* A screen that shows nowhere and a directory for files, for a group of tests; keys for an
 * app on it, and what it shows. */
#ifndef TESTS_SUPPORT_CONSOLE_H
#define TESTS_SUPPORT_CONSOLE_H

#include "tests/support/scratch.h"
#include "tests/support/window.h"

#include "ui/app.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/prompt.h"

static SCREEN *screen;

static inline int open_screen(void **state)
{
    (void)state;
    screen = window_open_screen();
    return screen && scratch_make() ? 0 : -1;
}

static inline int close_screen(void **state)
{
    (void)state;
    endwin();
    delscreen(screen);
    return scratch_remove();
}

/* As typed: what no key of the context is goes into the prompt, if one is open. */
static inline void press(struct app *app, const char *keys)
{
    for (; *keys; keys++)
        if (!key_dispatch(app, (unsigned char)*keys) && app->prompt.label)
            prompt_insert(app, (unsigned char)*keys);
}

static inline void press_key(struct app *app, int key)
{
    assert_true(key_dispatch(app, key));
}

/* It is drawn for that, as after a key. */
static inline bool shows(struct app *app, const char *text)
{
    WINDOW *window = newpad(app->layout.screen.height, app->layout.screen.width);

    frame_draw(app, window);
    bool is_there = window_shows(window, text);
    delwin(window);
    return is_there;
}

#endif
