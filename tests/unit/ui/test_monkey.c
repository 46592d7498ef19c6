/* SPDX-License-Identifier: MIT */
/*
 * A monkey at the keyboard: every key in every context at every size, while
 * processes come and go. The sanitizers say what broke; PROCWATCH_SEED=N walks another
 * way.
 */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include <unistd.h>

#include "ui/actions.h"
#include "ui/mouse.h"

enum { STEPS = 6000, PROCESSES = 60, HEIGHT = 60, WIDTH = 210 };

static uint64_t seed;

static unsigned draw_lot(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static void adopt_some(struct app *app)
{
    static const char *const names[] = {"sshd", "\033[2J", "\u4e00\u4e8c", "x", ") R 1 (", ""};
    static const char *const exes[] = {"/usr/bin/x", "/tmp/x", "/dev/shm/\xff",
                                       "/memfd:x (deleted)"};
    struct machine_process processes[PROCESSES];
    size_t count = 0;

    for (int32_t pid = 1; pid <= PROCESSES; pid++)
        if (draw_lot(4) > 0)
            processes[count++] = (struct machine_process){
                pid,
                pid / 2,
                names[draw_lot(6)],
                exes[draw_lot(4)],
                NULL,
                (float)draw_lot(200),
                draw_lot(5) == 0 ? PROCESS_PF_KTHREAD : 0,
                draw_lot(9) == 0 ? 'Z' : 0,
                draw_lot(3) == 0 ? (int)draw_lot(4) : 0,
            };
    machine_adopt(app, processes, count);
}

/* What was typed is a file name here: this one would be written. */
static bool would_save(const struct app *app, const struct key_row *row)
{
    return row && app_context(app) == CONTEXT_REVIEW && row->action == review_save;
}

static void press_something(struct app *app)
{
    const struct key_row *row = &key_rows[draw_lot((unsigned)key_row_count)];
    int key = draw_lot(3) == 0 ? (int)(' ' + draw_lot(95)) : row->key;

    if (would_save(app, keymap_find(&app->keymap, app_context(app), key, false)))
        return;
    if (!key_dispatch(app, key) && app->prompt.label && key >= ' ' && key < 0x7f)
        prompt_insert(app, (uint32_t)key);
}

static void click_somewhere(struct app *app)
{
    static const mmask_t buttons[] = {BUTTON1_PRESSED, BUTTON4_PRESSED, BUTTON5_PRESSED};
    const MEVENT event = {
        .y = (int)draw_lot(HEIGHT),
        .x = (int)draw_lot(WIDTH),
        .bstate = buttons[draw_lot(3)],
    };

    /* The bar has the key that saves, too. */
    if (app_context(app) != CONTEXT_REVIEW)
        mouse_act(app, &event);
}

/* What it writes, and the edits that it keeps for its next life, go nowhere else. */
static int set_up(void **state)
{
    if (open_screen(state) != 0 || chdir(scratch) != 0)
        return -1;
    return setenv("XDG_STATE_HOME", scratch, 1);
}

static int tear_down(void **state)
{
    return chdir("/") | close_screen(state);
}

static void no_key_at_any_size_breaks_anything(void **state)
{
    static const int heights[] = {1, 2, 9, 10, 13, 17, 24, 40, 60};
    static const int widths[] = {1, 5, 39, 40, 57, 80, 120, 140, 210};
    const char *given = getenv("PROCWATCH_SEED");
    WINDOW *window = newpad(HEIGHT, WIDTH);
    struct app app;

    (void)state;
    seed = given ? strtoull(given, NULL, 10) : 20261124;
    print_message("# PROCWATCH_SEED=%llu\n", (unsigned long long)seed);
    app_init(&app);
    window_theme(&app.theme, "mono");
    for (int step = 0; step < STEPS; step++) {
        if (draw_lot(40) == 0 && !app_is_frozen(&app))
            adopt_some(&app);
        if (draw_lot(25) == 0) {
            wresize(window, heights[draw_lot(9)], widths[draw_lot(9)]);
            app.style = draw_lot(2) ? TEXT_UTF8 : TEXT_ASCII;
            keys_use(&app, draw_lot(2) ? KEYS_HTOP : KEYS_VIM);
        }
        if (draw_lot(10) == 0)
            click_somewhere(&app);
        else
            press_something(&app);
        app.is_running = true;
        app.wants_suspend = false;
        frame_draw(&app, window);
        assert_true(app.view.count == 0 || app.list.index < app.view.count);
        assert_true(app.view.count == 0 || app.layout.is_too_small ||
                    app.list.top < app.view.count);
    }
    app_release(&app);
    delwin(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_at_any_size_breaks_anything),
    };

    return cmocka_run_group_tests_name("ui/monkey", tests, set_up, tear_down);
}
