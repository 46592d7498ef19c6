/* SPDX-License-Identifier: MIT */
/* The log tells the story afterwards: who came, went, was flagged, and what was done. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

enum { ROWS = 24, WIDTH = 80 };

static const struct machine_process calm[] = {
    {1,  0, "systemd", "/usr/lib/systemd/systemd", NULL, 0, 0},
    {20, 1, "cron",    "/usr/sbin/cron",           NULL, 0, 0},
};
static const struct machine_process busy[] = {
    {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL,        0, 0},
    {500, 1, "x\033]",  "/tmp/x",                   "/tmp/x -l", 0, 0},
};

static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app_arrange(app, ROWS, WIDTH);
}

/* The events as "kind pid text" lines. */
static void assert_told(const struct event_log *log, const char *expected)
{
    struct strbuf told = {0};

    for (size_t i = 0; i < log->count; i++) {
        const struct event *event = event_log_at(log, i);

        strbuf_add_format(&told, "%s %d %s\n", event_kind_name(event->kind), event->pid,
                          event->text);
    }
    if (!strstr(strbuf_string(&told), expected))
        fail_msg("\"%s\" is not among:\n%s", expected, strbuf_string(&told));
    strbuf_release(&told);
}

static void tells_who_came_went_and_was_flagged(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, calm, 2);
    /* What was there before is no event. */
    assert_int_equal(app.log.count, 0);
    machine_adopt(&app, busy, 2);
    assert_int_equal(app.log.count, 3);
    assert_told(&app.log, "ended 20 cron\n");
    assert_told(&app.log, "appeared 500 x\\x1b] alice from 1 systemd: /tmp/x -l\n");
    assert_told(&app.log, "flagged 500 x\\x1b] score ");
    assert_told(&app.log, ": It runs from ");
    machine_adopt(&app, busy, 2);
    assert_int_equal(app.log.count, 3);
    app_release(&app);
}

/* Not each step is told of: where they led, with the next snapshot. */
static void many_steps_of_tuning_are_one_crossing(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, calm, 2);
    machine_adopt(&app, busy, 2);
    size_t count = app.log.count;
    for (int i = 0; i < 30; i++)
        press(&app, "]");
    machine_adopt(&app, busy, 2);
    assert_int_equal(app.log.count, count + 1);
    assert_told(&app.log, "cleared 500 ");
    app_release(&app);
}

static void forgets_the_oldest_first(void **state)
{
    struct event_log log;

    (void)state;
    event_log_init(&log);
    for (int i = 0; i < EVENTS_MAX + 10; i++)
        event_log_act(&log, i, "deed %d", i);
    assert_int_equal(log.count, EVENTS_MAX);
    assert_string_equal(event_log_at(&log, 0)->text, "deed 10");
    assert_string_equal(event_log_at(&log, EVENTS_MAX - 1)->text, "deed 4105");
    event_log_release(&log);
}

/* On a busy machine the story is not pushed out by who came and went. */
static void comings_and_goings_are_forgotten_before_the_rest(void **state)
{
    static struct machine_process crowd[64];
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, calm, 2);
    machine_adopt(&app, busy, 2);
    event_log_act(&app.log, 500, "SIGKILL to 500");
    for (int round = 0; round < EVENTS_MAX / 16; round++) {
        for (int32_t i = 0; i < 64; i++)
            crowd[i] = (struct machine_process){
                i + 1 + (i > 0 ? 64 * (round % 2) : 0), i > 0, "x", "/usr/bin/x", NULL, 0, 0};
        machine_adopt(&app, crowd, 64);
    }
    assert_int_equal(app.log.count, EVENTS_MAX);
    assert_told(&app.log, "flagged 500 ");
    assert_told(&app.log, "action 500 SIGKILL");
    for (size_t i = 1; i < app.log.count; i++)
        assert_true(event_log_at(&app.log, i)->at_s >= event_log_at(&app.log, i - 1)->at_s ||
                    event_log_at(&app.log, i - 1)->kind == EVENT_ACTION);
    app_release(&app);
}

static void a_burst_is_counted_not_told(void **state)
{
    static struct machine_process crowd[400];
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, calm, 2);
    for (int32_t i = 0; i < 400; i++)
        crowd[i] = (struct machine_process){i + 1, i > 0, "x", "/usr/bin/x", NULL, 0, 0};
    machine_adopt(&app, crowd, 400);
    assert_int_equal(app.log.count, EVENTS_OF_A_PASS_MAX + 1);
    assert_told(&app.log, "more that came or went\n");
    app_release(&app);
}

static void writes_each_event_to_its_file_at_once(void **state)
{
    const char *path = scratch_path("log");
    char bytes[4096];
    struct stat status;
    struct app app;

    (void)state;
    start(&app);
    assert_int_equal(event_log_open_file(&app.log, path), 0);
    machine_adopt(&app, calm, 2);
    machine_adopt(&app, busy, 2);
    event_log_act(&app.log, 500, "SIGSTOP to %d %s: sent", 500, "x\033]");
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(bytes, "2025-11-24T08:00:00Z ended 20 cron\n"));
    assert_non_null(strstr(bytes, "Z action 500 SIGSTOP to 500 x\\x1b]: sent\n"));
    assert_null(strchr(bytes, '\033'));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    app_release(&app);
}

static void the_pane_follows_the_latest_until_one_scrolls(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, calm, 2);
    for (int i = 0; i < 100; i++)
        event_log_act(&app.log, i, "deed %d", i);
    press(&app, "L");
    assert_true(shows(&app, "deed 99"));
    event_log_act(&app.log, 100, "deed 100");
    assert_true(shows(&app, "deed 100"));
    press(&app, "g");
    event_log_act(&app.log, 101, "deed 101");
    assert_true(shows(&app, "deed 0"));
    assert_false(shows(&app, "deed 101"));
    press(&app, "/deed 55\r");
    assert_true(shows(&app, "deed 55"));
    machine_adopt(&app, busy, 2);
    press(&app, "vG");
    assert_false(shows(&app, "appeared"));
    assert_true(shows(&app, "flagged"));
    press(&app, "q");
    assert_true(shows(&app, "systemd"));
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_who_came_went_and_was_flagged),
        cmocka_unit_test(many_steps_of_tuning_are_one_crossing),
        cmocka_unit_test(forgets_the_oldest_first),
        cmocka_unit_test(comings_and_goings_are_forgotten_before_the_rest),
        cmocka_unit_test(a_burst_is_counted_not_told),
        cmocka_unit_test(writes_each_event_to_its_file_at_once),
        cmocka_unit_test(the_pane_follows_the_latest_until_one_scrolls),
    };

    return cmocka_run_group_tests_name("ui/event_log", tests, open_screen, close_screen);
}
