/* SPDX-License-Identifier: MIT */
/* The same screen over what was: step, jump, judge it anew; nothing of it is acted on. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include <time.h>

enum { ROWS = 24, WIDTH = 80, SNAPSHOTS = 10 };

static const int64_t first_ns = INT64_C(1763971200000000000); /* 08:00:00 UTC */

/* Ten snapshots, ten seconds apart: from the fifth on a process runs from /tmp. */
static void write_tape(void)
{
    static const struct machine_process all[] = {
        {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL, 0, 0},
        {500, 1, "x",       "/tmp/x",                   NULL, 0, 0},
    };
    struct app app;

    app_init(&app);
    assert_int_equal(taping_begin(&app, scratch_path("tape")), 0);
    for (int i = 0; i < SNAPSHOTS; i++) {
        size_t size;
        struct snapshot_header *header = machine_block(all, i < 5 ? 1 : 2, &size);

        header->realtime_ns = first_ns + i * INT64_C(10000000000);
        header->uptime_ms += (uint64_t)i * 10000;
        app_adopt(&app, header, size);
    }
    taping_end(&app);
    assert_non_null(strstr(app.message.text, "recorded 10 snapshots"));
    app_release(&app);
}

static int set_up(void **state)
{
    setenv("TZ", "UTC", 1);
    tzset();
    if (open_screen(state) != 0)
        return -1;
    write_tape();
    return 0;
}

static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app->is_readonly = true;
    app_arrange(app, ROWS, WIDTH);
    assert_null(replay_open(app, scratch_path("tape")));
    assert_int_equal(app->interval_ms, 10000);
    assert_true(replay_show(app, 0));
}

static void steps_forward_and_back(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "}}}}}");
    assert_int_equal(app.replay->index, 5);
    assert_true(app.is_paused);
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    assert_true(shows(&app, "REPLAY 6/10"));
    assert_true(shows(&app, "08:00:50"));
    press(&app, "{");
    assert_int_equal(app.replay->index, 4);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    press(&app, "{{{{{{");
    assert_int_equal(app.replay->index, 0);
    assert_string_equal(app.message.text, "the recording begins here");
    press(&app, "}}}}}}}}}}}");
    assert_int_equal(app.replay->index, 9);
    assert_string_equal(app.message.text, "the recording ends here");
    app_release(&app);
}

static void jumps_to_a_time(void **state)
{
    static const struct {
        const char *text;
        size_t index;
    } cases[] = {
        {"08:00:30",            3},
        {"08:00:39",            3},
        {"+20",                 5},
        {"-1m",                 0},
        {"08:01",               6},
        {"2025-11-24 08:01:20", 8},
        {"2025-11-24T08:00:10", 1},
        {"+1h",                 9},
        {"07:00",               0},
    };
    struct app app;

    (void)state;
    start(&app);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(&app, "@");
        press(&app, cases[i].text);
        press(&app, "\r");
        if (app.replay->index != cases[i].index)
            fail_msg("%s: %zu", cases[i].text, app.replay->index);
    }
    press(&app, "@yesterday\r");
    assert_non_null(strstr(app.message.text, "\"yesterday\" is no time"));
    app_release(&app);
}

static void plays_at_its_pace_until_it_ends(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    assert_true(replay_patience(&app, 500) == 500);
    replay_tick(&app);
    assert_int_equal(app.replay->index, 0);
    app.interval_ms = 0;
    app.replay->due_ms = 0;
    for (int i = 0; i < SNAPSHOTS; i++) {
        assert_false(app.is_paused);
        replay_tick(&app);
    }
    assert_int_equal(app.replay->index, 9);
    assert_true(app.is_paused);
    /* The log has the story of the recording, by its own clock. */
    assert_int_equal(app.log.count, 2);
    assert_int_equal(event_log_at(&app.log, 0)->kind, EVENT_APPEARED);
    assert_int_equal(event_log_at(&app.log, 1)->kind, EVENT_FLAGGED);
    assert_int_equal(event_log_at(&app.log, 1)->at_s, first_ns / 1000000000 + 50);
    app_release(&app);
}

/* A jump over time is not something that happened. */
static void a_jump_is_no_event(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "@+80\r");
    for (size_t i = 0; i < app.log.count; i++)
        assert_int_not_equal(event_log_at(&app.log, i)->kind, EVENT_APPEARED);
    press(&app, "@-80\r");
    for (size_t i = 0; i < app.log.count; i++)
        assert_int_not_equal(event_log_at(&app.log, i)->kind, EVENT_ENDED);
    app_release(&app);
}

static void the_past_is_judged_by_the_settings_of_now(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "}}}}}");
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    for (int i = 0; i < 30; i++)
        press(&app, "]");
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    press(&app, "}");
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    app_release(&app);
}

static void nothing_of_it_is_acted_on(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    for (const char *key = "kDwWB"; *key; key++) {
        char keys[] = {*key, '\0'};

        press(&app, keys);
        assert_null(app.menu.title);
        assert_null(app.prompt.label);
        assert_false(app.whitelisting.is_open || app.review.is_open);
        assert_string_equal(app.message.text,
                            "this is a recording: nothing of it can be acted on");
    }
    app_release(&app);
}

static void the_keys_of_a_replay_say_so_elsewhere(void **state)
{
    struct app app;

    (void)state;
    app_init(&app);
    window_theme(&app.theme, "default-dark");
    app_arrange(&app, ROWS, WIDTH);
    press(&app, "}");
    assert_non_null(strstr(app.message.text, "--replay FILE"));
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_forward_and_back),
        cmocka_unit_test(jumps_to_a_time),
        cmocka_unit_test(plays_at_its_pace_until_it_ends),
        cmocka_unit_test(a_jump_is_no_event),
        cmocka_unit_test(the_past_is_judged_by_the_settings_of_now),
        cmocka_unit_test(nothing_of_it_is_acted_on),
        cmocka_unit_test(the_keys_of_a_replay_say_so_elsewhere),
    };

    return cmocka_run_group_tests_name("ui/replay", tests, set_up, close_screen);
}
