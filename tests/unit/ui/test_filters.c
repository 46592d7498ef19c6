/* SPDX-License-Identifier: MIT */
/* Who is in the list: filters, users, who has something. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

enum { ROWS = 24, WIDTH = 100, MACHINE = 6 };

/* init -+- cron
 *       `- bash -+- vim --- helper
 *                `- x, which runs from /tmp */
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

/* The pids from the top: "1 20 300". */
static void assert_rows(const struct app *app, const char *expected)
{
    struct strbuf text = {0};
    struct row row;

    for (size_t i = 0; app_row(app, i, &row); i++)
        strbuf_add_format(&text, "%s%d", i > 0 ? " " : "", (int)row.process->pid);
    assert_string_equal(strbuf_string(&text), expected);
    strbuf_release(&text);
}

static void a_wrong_filter_leaves_the_last_good_one(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "\\cpu>2");
    assert_rows(&app, "500 400");
    press(&app, " and name~x");
    assert_rows(&app, "500");
    press(&app, "[");
    assert_rows(&app, "500");
    assert_true(app.prompt.problem[0] != '\0');
    assert_true(shows(&app, app.prompt.problem));
    press_key(&app, KEY_SPECIAL(KEY_BACKSPACE));
    assert_rows(&app, "500");
    assert_string_equal(app.prompt.problem, "");
    press(&app, "(\r");
    assert_rows(&app, "500");
    assert_non_null(strstr(app.message.text, "the last good one stays"));
    assert_string_equal(strbuf_string(&app.list.filter), "cpu>2 and name~x");
    press(&app, "\\");
    press_key(&app, KEY_CONTROL('u'));
    press(&app, "not /usr");
    assert_rows(&app, "500");
    press_key(&app, KEY_ESCAPE);
    assert_string_equal(strbuf_string(&app.list.filter), "cpu>2 and name~x");
    app_release(&app);
}

static void filters_are_brought_back_and_kept_by_name(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "\\cron\r\\");
    press_key(&app, KEY_CONTROL('u'));
    press(&app, "vim\r=\\");
    press_key(&app, KEY_SPECIAL(KEY_UP));
    assert_rows(&app, "400");
    press_key(&app, KEY_SPECIAL(KEY_UP));
    assert_rows(&app, "20");
    press_key(&app, KEY_SPECIAL(KEY_DOWN));
    assert_rows(&app, "400");
    press(&app, "\r");
    press_key(&app, KEY_ALT('f'));
    press_key(&app, KEY_SPECIAL(KEY_DOWN));
    press(&app, "\reditors\r=:filter editors\r");
    assert_rows(&app, "400");
    press(&app, "=");
    press_key(&app, KEY_ALT('f'));
    assert_string_equal(app.menu.items[1].label, "editors");
    press(&app, "j\r");
    assert_rows(&app, "400");
    press(&app, ":forget-filter editors\r=:filter editors\r");
    assert_int_equal(app.preferences.filter_count, 0);
    assert_int_equal(app.view.count, 0);
    app_release(&app);
}

static void tab_completes_what_is_compared(void **state)
{
    static const struct {
        const char *typed, *completed;
    } cases[] = {
        {"sco",              "score"             },
        {"cpu>2 and not us", "cpu>2 and not user"},
        {"p",                "p"                 }, /* pid, ppid, parent */
        {"zzz",              "zzz"               },
    };
    struct app app;

    (void)state;
    start(&app);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(&app, "\\");
        press(&app, cases[i].typed);
        press(&app, "\t");
        assert_string_equal(strbuf_string(&app.prompt.text), cases[i].completed);
        press_key(&app, KEY_ESCAPE);
    }
    app_release(&app);
}

static void a_user_is_chosen_from_those_that_run_something(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "u");
    assert_int_equal(app.menu.count, 3);
    assert_string_equal(app.menu.items[1].label, "alice");
    assert_string_equal(app.menu.items[1].hint, "4");
    press(&app, "jj\r");
    assert_rows(&app, "1 20");
    press(&app, "u");
    assert_int_equal(app.menu.index, 2);
    press(&app, "kk\r");
    assert_int_equal(app.view.count, MACHINE);
    app_release(&app);
}

static void asks_who_has_something(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, ":who /tmp\r");
    assert_rows(&app, "500");
    press(&app, ":who nonsense\r");
    assert_rows(&app, "500");
    assert_non_null(strstr(app.message.text, "asks for :PORT"));
    press(&app, "=");
    assert_int_equal(app.view.count, MACHINE);
    app_release(&app);
}

/* What chooses the living chooses those that ended, by what was last seen of them. */
static void who_ended_is_chosen_like_all_others(void **state)
{
    static const struct {
        const char *keys;
        size_t shown; /* of 500, flagged, and 410; both of alice */
    } cases[] = {
        {"\\name=x\r",                   1},
        {"\\helper\r",                   1},
        {"\\cron\r",                     0},
        {"\\user=alice and pid>100\r",   2},
        {"\\cpu>8 and reason=tmp_exe\r", 1},
        {"\\reason!=tmp_exe\r",          1},
        {":who /tmp\r",                  0},
    };
    struct app app;

    (void)state;
    start(&app);
    press(&app, "X");
    machine_adopt(&app, machine, MACHINE - 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(&app, "=");
        assert_int_equal(list_count_ended(&app.list, ROWS), 2);
        press(&app, cases[i].keys);
        if (list_count_ended(&app.list, ROWS) != cases[i].shown)
            fail_msg("%zu are shown by %s", list_count_ended(&app.list, ROWS), cases[i].keys);
    }
    press(&app, "=");
    app.list.scope = SCOPE_FLAGGED;
    app_rebuild_view(&app);
    assert_int_equal(list_count_ended(&app.list, ROWS), 1);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_filter_leaves_the_last_good_one),
        cmocka_unit_test(filters_are_brought_back_and_kept_by_name),
        cmocka_unit_test(tab_completes_what_is_compared),
        cmocka_unit_test(a_user_is_chosen_from_those_that_run_something),
        cmocka_unit_test(asks_who_has_something),
        cmocka_unit_test(who_ended_is_chosen_like_all_others),
    };

    return cmocka_run_group_tests_name("ui/filters", tests, open_screen, close_screen);
}
