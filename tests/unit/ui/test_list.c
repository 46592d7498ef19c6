/* SPDX-License-Identifier: MIT */
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

static void a_tree_pulls_up_what_is_suspicious_and_folds(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "t");
    assert_rows(&app, "1 300 500 400 410 20");
    press(&app, "/vim\r-");
    assert_rows(&app, "1 300 500 400 20");
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "+");
    assert_rows(&app, "1 300 500 400 410 20");
    press(&app, "*");
    assert_rows(&app, "1 300 20");
    press(&app, "*");
    assert_rows(&app, "1 300 500 400 410 20");
    press(&app, "t");
    assert_false(app.list.is_tree);
    press(&app, "-");
    assert_non_null(strstr(app.message.text, "only a tree folds"));
    app_release(&app);
}

/* The folded process goes, its pid comes back as another: that one is not folded. */
static void a_fold_ends_with_its_process(void **state)
{
    struct machine_process others[MACHINE];
    struct app app;

    (void)state;
    start(&app);
    press(&app, "t/bash\r-");
    assert_rows(&app, "1 300 20");
    memcpy(others, machine, sizeof others);
    machine_adopt(&app, others, 2);
    assert_int_equal(app.list.folded.count, 0);
    machine_adopt(&app, machine, MACHINE);
    assert_rows(&app, "1 300 500 400 410 20");
    app_release(&app);
}

static void goes_to_the_parent(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/helper\rJ");
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "JJ");
    assert_int_equal(app.list.selected.pid, 1);
    press(&app, "J");
    assert_int_equal(app.list.selected.pid, 1);
    press(&app, "\\x\r");
    press(&app, "J");
    assert_non_null(strstr(app.message.text, "300 is not shown"));
    app_release(&app);
}

static void tags_one_and_a_subtree(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "NI/cron\r ");
    assert_int_equal(app.list.tagged.count, 1);
    assert_int_equal(app.list.selected.pid, 300);
    press(&app, "c");
    assert_int_equal(app.list.tagged.count, 5);
    press(&app, " ");
    assert_int_equal(app.list.tagged.count, 4);
    machine_adopt(&app, machine, 2);
    assert_int_equal(app.list.tagged.count, 1);
    press(&app, "U");
    assert_int_equal(app.list.tagged.count, 0);
    app_release(&app);
}

static void who_is_followed_stays_in_the_list(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/cron\rF");
    press(&app, "\\x and not nothing\r");
    assert_rows(&app, "500 20");
    press(&app, "F");
    assert_rows(&app, "500");
    press(&app, "=/cron\rF");
    machine_adopt(&app, machine, 1);
    assert_int_equal(app.list.followed.pid, 0);
    assert_non_null(strstr(app.message.text, "has ended"));
    app_release(&app);
}

static void digits_go_to_a_pid(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "4");
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "1");
    assert_int_equal(app.list.selected.pid, 410);
    press(&app, "7");
    assert_int_equal(app.list.selected.pid, 500);
    assert_string_equal(app.prompt.problem, "no row has this pid");
    press(&app, "\r");
    assert_string_equal(app.message.text, "there is no process 417");
    /* The pid itself comes before those that begin so. */
    press(&app, "N1\r");
    assert_int_equal(app.list.selected.pid, 1);
    press(&app, "\\vim\r20\r");
    assert_non_null(strstr(app.message.text, "is running, but not shown"));
    app_release(&app);
}

/* As with less(1) and htop(1): not where its first letters were found. */
static void a_search_for_nothing_goes_back_to_where_it_began(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/cron\r/vi");
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "x");
    assert_int_equal(app.list.selected.pid, 20);
    assert_string_equal(app.prompt.problem, "no row contains this");
    press_key(&app, KEY_SPECIAL(KEY_BACKSPACE));
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "x\r");
    assert_int_equal(app.list.selected.pid, 20);
    assert_string_equal(app.message.text, "no row contains \"vix\"");
    /* Nor does it stay when it was not meant, even if the list has moved. */
    press(&app, "/bash");
    machine_adopt(&app, machine + 1, MACHINE - 1);
    press_key(&app, KEY_ESCAPE);
    assert_int_equal(app.list.selected.pid, 20);
    press(&app, "4");
    assert_int_equal(app.list.selected.pid, 400);
    press_key(&app, KEY_ESCAPE);
    assert_int_equal(app.list.selected.pid, 20);
    app_release(&app);
}

/* Nobody moved the cursor: it is on the worst row still, whoever that is by then. */
static void a_search_for_nothing_moves_no_cursor(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, machine, MACHINE - 1);
    press(&app, "/vimp\r");
    machine_adopt(&app, machine, MACHINE);
    assert_int_equal(app.list.selected.pid, 500);
    app_release(&app);
}

static void what_scored_and_ended_stays_in_sight(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, machine, MACHINE - 1);
    assert_true(shows(&app, "ended 0 s ago"));
    assert_true(shows(&app, "TMP+4"));
    /* One that scored nothing is shown on request only. */
    machine_adopt(&app, machine, MACHINE - 2);
    assert_int_equal(list_count_ended(&app.list, ROWS), 1);
    press(&app, "X");
    assert_int_equal(list_count_ended(&app.list, ROWS), 2);
    app.list.history.now_ms += 30000;
    assert_int_equal(list_count_ended(&app.list, ROWS), 2);
    press(&app, "X");
    assert_int_equal(list_count_ended(&app.list, ROWS), 0);
    app_release(&app);
}

static void one_pid_asked_for_opens_its_details(void **state)
{
    static const int32_t pid = 500;
    struct app app;

    (void)state;
    app_init(&app);
    app.list.pids = &pid;
    app.list.pid_count = 1;
    app.opens_details = true;
    machine_adopt(&app, machine, MACHINE);
    assert_true(app.detail.is_open);
    assert_int_equal(app.detail.who.pid, 500);
    app_release(&app);
}

/* A thread's row is chosen like any other, and keeps the cursor; what is done there is
 * done to its process. */
static void a_thread_is_a_row_below_its_process(void **state)
{
    static const struct machine_process some[] = {
        {100, 1, "alpha", NULL, NULL, 0, 0, 0, 2},
        {200, 1, "beta",  NULL, NULL, 0, 0, 0, 0},
        {300, 1, "gamma", NULL, NULL, 0, 0, 0, 1},
    };
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, some, 3);
    app.list.sort = column_find("pid");
    app.list.is_reversed = true;
    press(&app, "H");
    assert_int_equal(app.view.count, 6);
    press(&app, "300001\r");
    assert_int_equal(app.list.index, 5);
    assert_int_equal(app.list.selected.pid, 300);
    assert_int_equal(app.list.selected_thread, 300001);
    machine_adopt(&app, some + 1, 2);
    assert_int_equal(app.list.index, 2);
    assert_int_equal(app.list.selected_thread, 300001);
    press(&app, "\r");
    assert_true(app.detail.is_open);
    assert_int_equal(app.detail.tab, TAB_THREADS);
    assert_int_equal(app.detail.who.pid, 300);
    press(&app, "J");
    assert_int_equal(app.list.index, 1);
    assert_int_equal(app.list.selected_thread, 0);
    press(&app, "tH");
    assert_int_equal(app.view.count, 2);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_pulls_up_what_is_suspicious_and_folds),
        cmocka_unit_test(a_thread_is_a_row_below_its_process),
        cmocka_unit_test(a_fold_ends_with_its_process),
        cmocka_unit_test(goes_to_the_parent),
        cmocka_unit_test(tags_one_and_a_subtree),
        cmocka_unit_test(who_is_followed_stays_in_the_list),
        cmocka_unit_test(digits_go_to_a_pid),
        cmocka_unit_test(a_search_for_nothing_goes_back_to_where_it_began),
        cmocka_unit_test(a_search_for_nothing_moves_no_cursor),
        cmocka_unit_test(what_scored_and_ended_stays_in_sight),
        cmocka_unit_test(one_pid_asked_for_opens_its_details),
    };

    return cmocka_run_group_tests_name("ui/list", tests, open_screen, close_screen);
}
