/* SPDX-License-Identifier: MIT */
/* Where each column stands, and what is done there with keys and the mouse. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include "ui/mouse.h"
#include "ui/placing.h"

enum { ROWS = 24, WIDTH = 100, MACHINE = 6 };

static const struct machine_process machine[MACHINE] = {
    {1,   0,   "systemd", "/usr/lib/systemd/systemd", NULL,             0, 0},
    {20,  1,   "cron",    "/usr/sbin/cron",           NULL,             1, 0},
    {300, 1,   "bash",    "/usr/bin/bash",            NULL,             2, 0},
    {400, 300, "vim",     "/usr/bin/vim",             "vim notes",      3, 0},
    {410, 400, "helper",  "/usr/bin/helper",          NULL,             0, 0},
    {500, 300, "x",       "/tmp/x",                   "/tmp/x --quiet", 9, 0},
};

static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app->list.scope = SCOPE_ALL;
    app_arrange(app, ROWS, WIDTH);
    machine_adopt(app, machine, MACHINE);
}

static void columns_are_chosen_by_set_and_one_by_one(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, ":columns net\r");
    assert_true(shows(&app, "LISTEN"));
    assert_ptr_equal(list_set(&app.list), column_set_find("net"));
    press(&app, "f");
    app.menu.index = 0;
    press(&app, "\rf");
    for (size_t i = 0; i < app.menu.count; i++)
        if (strcmp(app.menu.items[i].label, "[ ] threads") == 0)
            app.menu.index = i;
    press(&app, "\r");
    assert_non_null(app.menu.title);
    assert_string_equal(app.menu.items[app.menu.index].label, "[x] threads");
    press_key(&app, KEY_ESCAPE);
    assert_null(list_set(&app.list));
    assert_true(shows(&app, "THR"));
    app_release(&app);
}

/* Whatever is shown, at every width: inside the screen, without an overlap, and with
 * what identifies a process. */
static void every_set_fits_every_width(void **state)
{
    struct list list;

    (void)state;
    list_init(&list);
    for (size_t s = 0; s < column_set_count; s++)
        for (size_t c = 0; c < column_count; c++)
            for (int width = 40; width <= 220; width++)
                for (int is_tree = 0; is_tree < 2; is_tree++) {
                    list_use_set(&list, &column_sets[s]);
                    list.sort = &columns[c];
                    list.is_tree = is_tree;
                    struct placing placing = placing_make(&list, width, s % 2 == 0);
                    int end = 1, fixed = 0;

                    for (int i = 0; i < placing.count; i++) {
                        assert_true(placing.columns[i].x >= end);
                        end = placing.columns[i].x + placing.columns[i].width + 1;
                        fixed +=
                            column_importance(placing.columns[i].column) == COLUMN_IS_FIXED;
                    }
                    assert_int_equal(fixed, 4);
                    assert_true(end <= width);
                }
    list_release(&list);
}

static void scrolls_to_the_side_and_back(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    for (int i = 0; i < 5; i++)
        press_key(&app, KEY_SPECIAL(KEY_RIGHT));
    assert_int_equal(app.list.columns.skipped, 4); /* ppid, user, cpu, trend */
    assert_int_equal(app.list.columns.text_skip, 16);
    for (int i = 0; i < 9; i++)
        press_key(&app, KEY_SPECIAL(KEY_LEFT));
    assert_int_equal(app.list.columns.skipped, 0);
    assert_int_equal(app.list.columns.text_skip, 0);
    app_release(&app);
}

static void click(struct app *app, int y, int x, mmask_t buttons)
{
    const MEVENT event = {.y = y, .x = x, .bstate = buttons};

    mouse_act(app, &event);
}

static void the_mouse_sorts_selects_opens_and_turns(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    int heading = app.layout.list.y;
    struct placing placing = placing_make(&app.list, WIDTH, false);
    int cpu_x = 0;
    for (int i = 0; i < placing.count; i++)
        if (strcmp(placing.columns[i].column->key, "cpu") == 0)
            cpu_x = placing.columns[i].x + 1;
    click(&app, heading, cpu_x, BUTTON1_PRESSED);
    assert_string_equal(app.list.sort->key, "cpu");
    click(&app, heading, cpu_x, BUTTON1_PRESSED);
    assert_true(app.list.is_reversed);
    click(&app, heading, cpu_x, BUTTON1_PRESSED);
    click(&app, heading + 2, 5, BUTTON1_PRESSED);
    assert_int_equal(app.list.selected.pid, 400);
    assert_false(app.detail.is_open);
    click(&app, heading, 0, BUTTON5_PRESSED);
    assert_int_equal(app.list.selected.pid, 1);
    click(&app, heading, 0, BUTTON4_PRESSED);
    assert_int_equal(app.list.selected.pid, 400);
    click(&app, heading + 2, 5, BUTTON1_PRESSED);
    assert_true(app.detail.is_open);
    click(&app, app.layout.detail.y + 1, 5, BUTTON1_PRESSED);
    assert_int_equal(app_context(&app), CONTEXT_DETAIL);
    press_key(&app, KEY_ESCAPE);
    app.message.text[0] = '\0';
    click(&app, ROWS - 1, 0, BUTTON1_PRESSED);
    assert_true(app.help.is_open);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_chosen_by_set_and_one_by_one),
        cmocka_unit_test(every_set_fits_every_width),
        cmocka_unit_test(scrolls_to_the_side_and_back),
        cmocka_unit_test(the_mouse_sorts_selects_opens_and_turns),
    };

    return cmocka_run_group_tests_name("ui/placing", tests, open_screen, close_screen);
}
