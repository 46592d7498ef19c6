/* SPDX-License-Identifier: MIT */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include "ui/detail.h"
#include "ui/frame.h"

enum { ROWS = 24, WIDTH = 80 };

static const struct machine_process park[] = {
    {1,   0,   "systemd", "/usr/lib/systemd/systemd", NULL,        0, 0},
    {20,  1,   "cron",    "/usr/sbin/cron",           NULL,        1, 0},
    {300, 1,   "bash",    "/usr/bin/bash",            NULL,        2, 0},
    {400, 300, "vim",     "/usr/bin/vim",             "vim notes", 3, 0},
};

static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app->list.scope = SCOPE_ALL;
    app_arrange(app, ROWS, WIDTH);
}

static void the_cursor_stays_with_its_process(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "NI");
    press_key(&app, KEY_SPECIAL(KEY_DOWN));
    press_key(&app, KEY_SPECIAL(KEY_DOWN));
    assert_int_equal(app.list.selected.pid, 300);
    /* The row above it goes, and the order turns round. */
    const struct machine_process fewer[] = {park[0], park[2], park[3]};
    machine_adopt(&app, fewer, 3);
    assert_int_equal(app.list.selected.pid, 300);
    assert_int_equal(app.list.index, 1);
    press(&app, "I");
    assert_int_equal(app.list.selected.pid, 300);
    app_release(&app);
}

/* The same pid with another start time is another process. */
static void a_reused_pid_is_not_the_selected_process(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "/vim\r\r");
    assert_int_equal(app.list.selected.pid, 400);
    assert_true(app.detail.is_open);
    app.list.selected.starttime++;
    app.detail.who.starttime++;
    machine_adopt(&app, park, 4);
    struct subject subject;
    assert_false(detail_subject(&app, &subject));
    app_release(&app);
}

static void keeps_what_was_known_of_a_process_that_went(void **state)
{
    struct subject subject;
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "/vim\r\r");
    machine_adopt(&app, park, 3);
    machine_adopt(&app, park, 3);
    assert_true(detail_subject(&app, &subject));
    assert_true(subject.is_gone);
    assert_int_equal(subject.row.process->pid, 400);
    assert_string_equal(snapshot_string(subject.row.snapshot, subject.row.process->comm),
                        "vim");
    assert_true(shows(&app, "400 vim"));
    assert_true(shows(&app, "gone: as last seen"));
    /* Another row is looked at: the pane lets go. */
    press_key(&app, KEY_SPECIAL(KEY_HOME));
    press_key(&app, KEY_SPECIAL(KEY_DOWN));
    assert_true(detail_subject(&app, &subject));
    assert_false(subject.is_gone);
    app_release(&app);
}

/* Killed, it becomes a zombie that scores nothing, and sinks in the list; then it goes,
 * and the cursor is back where it stood. */
static void the_cursor_does_not_sink_with_who_is_killed(void **state)
{
    struct machine_process some[] = {
        {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL, 0, 0, 0},
        {400, 1, "sshd",    "/usr/sbin/sshd",           NULL, 0, 0, 0},
        {500, 1, "x",       "/tmp/x",                   NULL, 0, 0, 0},
    };
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, some, 3);
    press(&app, "\r");
    press_key(&app, KEY_SPECIAL(KEY_HOME));
    assert_int_equal(app.list.selected.pid, 500);
    assert_int_equal(app.list.index, 0);
    some[2].state = 'Z';
    some[2].exe = "";
    machine_adopt(&app, some, 3);
    assert_int_equal(app.list.selected.pid, 500);
    assert_int_equal(app.list.index, 2);
    machine_adopt(&app, some, 2);
    assert_int_equal(app.list.index, 0);
    app_release(&app);
}

static void the_threshold_scores_the_snapshot_in_hand(void **state)
{
    static const struct machine_process odd[] = {
        {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL,           0, 0},
        {500, 1, "x",       "/tmp/x",                   "/tmp/x --run", 0, 0},
    };
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, odd, 2);
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    for (int i = 0; i < 8; i++)
        press(&app, "]");
    assert_true(app.settings.scoring.min_score == 7.0);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    for (int i = 0; i < 40; i++)
        press(&app, "[");
    assert_true(app.settings.scoring.min_score == 0);
    app_release(&app);
}

static void searches_as_it_is_typed_and_filters_the_same_way(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "/vi");
    assert_int_equal(app.list.selected.pid, 400);
    press(&app, "\r");
    press(&app, "\\bash");
    assert_int_equal(app.view.count, 1);
    press_key(&app, KEY_ESCAPE);
    assert_int_equal(app.view.count, 4);
    press(&app, "\\cron\r");
    assert_int_equal(app.view.count, 1);
    press(&app, "=");
    assert_int_equal(app.view.count, 4);
    app_release(&app);
}

static void a_prompt_edits_whole_characters(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "\\ab");
    prompt_insert(&app, 0x4e00);
    prompt_insert(&app, 0xe4);
    press_key(&app, KEY_SPECIAL(KEY_LEFT));
    press_key(&app, KEY_SPECIAL(KEY_BACKSPACE));
    assert_string_equal(strbuf_string(&app.prompt.text), "ab\u00e4");
    press_key(&app, KEY_CONTROL('a'));
    press_key(&app, KEY_SPECIAL(KEY_DC));
    assert_string_equal(strbuf_string(&app.prompt.text), "b\u00e4");
    press_key(&app, KEY_CONTROL('k'));
    assert_string_equal(strbuf_string(&app.prompt.text), "");
    press(&app, "one two");
    press_key(&app, KEY_CONTROL('w'));
    assert_string_equal(strbuf_string(&app.prompt.text), "one ");
    press_key(&app, KEY_CONTROL('u'));
    press_key(&app, KEY_SPECIAL(KEY_BACKSPACE));
    assert_string_equal(strbuf_string(&app.prompt.text), "");
    app_release(&app);
}

/* Its processes are not of this machine, or were. */
static void nothing_of_a_recording_can_be_acted_on(void **state)
{
    static const char *const keys[] = {"k", "D", " k", "\rD"};
    struct app app;
    (void)state;

    start(&app);
    machine_adopt(&app, park, 4);
    ((struct snapshot_header *)app.refresh->block)->flags |= SNAPSHOT_IS_RECORDED;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        press(&app, keys[i]);
        assert_null(app.menu.title);
        assert_false(app.confirm.is_open);
        assert_non_null(strstr(app.message.text, "nothing of it can be acted on"));
    }
    app_release(&app);
}

/* Who is tagged is named, all of them. */
static void a_signal_to_several_names_them(void **state)
{
    struct app app;
    (void)state;

    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "  kjjj\r");
    assert_true(app.confirm.is_open);
    assert_true(shows(&app, "Send SIGKILL to 2 processes?"));
    assert_true(shows(&app, "n or Enter: leave it alone"));
    press(&app, "n");
    assert_string_equal(app.message.text, "nothing was sent");
    app_release(&app);
}

/* The question names one process, whatever the list does meanwhile. */
static void a_signal_is_asked_about_a_pinned_process(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 4);
    press(&app, "/bash\rk");
    assert_true(app_is_frozen(&app));
    assert_string_equal(app.menu.items[0].label, "STOP");
    press(&app, "\r");
    assert_true(app.confirm.is_open);
    assert_int_equal(app.confirm.who.pid, 300);
    machine_adopt(&app, park, 2);
    assert_int_equal(app.confirm.who.pid, 300);
    assert_int_equal(app.confirm.who.starttime, 3000);
    assert_true(shows(&app, "Send SIGSTOP to this process?"));
    assert_true(shows(&app, "/usr/bin/bash"));
    assert_true(shows(&app, "alice"));
    press(&app, "\r");
    assert_false(app.confirm.is_open);
    assert_string_equal(app.message.text, "nothing was sent");
    app_release(&app);
}

static void shows_a_frame_before_there_is_a_snapshot(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    assert_true(shows(&app, "procwatch"));
    assert_true(shows(&app, "looking at all processes"));
    assert_true(shows(&app, "F10Quit"));
    app_release(&app);
}

/* A process must not write on the terminal by any name it has. */
static void no_name_reaches_the_screen_raw(void **state)
{
    static const struct machine_process hostile[] = {
        {1,   0, "systemd",           "/usr/lib/systemd/systemd", NULL,             0, 0},
        {600, 1, "\033[2J\033]0;x\a",
         "/tmp/\x9b"
         "2J\u202e",                                              "a\033[31m b\nc", 0, 0},
    };
    WINDOW *window = newpad(50, 200);
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, hostile, 2);
    press(&app, "/tmp/\r");
    for (const char *tab = "rmiaxlyY"; *tab; tab++) {
        key_dispatch(&app, *tab);
        frame_draw(&app, window);
        assert_true(window_shows(window, "\\x1b[2J"));
        for (int row = 0; row < 50; row++)
            for (int column = 0; column < 200; column++) {
                cchar_t cell;
                wchar_t text[CCHARW_MAX + 1];
                attr_t attributes;
                short pair;

                mvwin_wch(window, row, column, &cell);
                getcchar(&cell, text, &attributes, &pair, NULL);
                assert_true(text[0] >= ' ' && text[0] != 0x7f);
                assert_false(text[0] >= 0x80 && text[0] < 0xa0);
                assert_int_not_equal(text[0], 0x202e);
            }
    }
    app_release(&app);
    delwin(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cursor_stays_with_its_process),
        cmocka_unit_test(a_reused_pid_is_not_the_selected_process),
        cmocka_unit_test(keeps_what_was_known_of_a_process_that_went),
        cmocka_unit_test(the_cursor_does_not_sink_with_who_is_killed),
        cmocka_unit_test(the_threshold_scores_the_snapshot_in_hand),
        cmocka_unit_test(searches_as_it_is_typed_and_filters_the_same_way),
        cmocka_unit_test(a_prompt_edits_whole_characters),
        cmocka_unit_test(nothing_of_a_recording_can_be_acted_on),
        cmocka_unit_test(a_signal_to_several_names_them),
        cmocka_unit_test(a_signal_is_asked_about_a_pinned_process),
        cmocka_unit_test(shows_a_frame_before_there_is_a_snapshot),
        cmocka_unit_test(no_name_reaches_the_screen_raw),
    };

    return cmocka_run_group_tests_name("ui/app", tests, open_screen, close_screen);
}
