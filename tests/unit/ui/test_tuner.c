/* SPDX-License-Identifier: MIT */
/* Tuning on the screen, from the keys to the bytes of the file. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include <unistd.h>

#include "ui/tuner.h"

enum { ROWS = 24, WIDTH = 80 };

static const char config_text[] = "# ours\nweights:\n  tmp_exe: 4  # builds\n";
static const struct machine_process park[] = {
    {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL,           0, 0},
    {500, 1, "x",       "/tmp/x",                   "/tmp/x --run", 0, 0},
    {501, 1, "y",       "/tmp/y",                   "/tmp/y --run", 0, 0},
};

static int set_up(void **state)
{
    return open_screen(state) == 0 ? setenv("XDG_STATE_HOME", scratch, 1) : -1;
}

static void write_config(const char *text)
{
    scratch_write("config.yaml", text, 0600);
}

static void assert_file(const char *name, const char *expected)
{
    char text[1024];
    FILE *file = fopen(scratch_path(name), "re");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(text, expected);
}

static void assert_config(const char *expected)
{
    assert_file("config.yaml", expected);
}

static void start(struct app *app)
{
    struct problems problems = {0};

    write_config(config_text);
    app_init(app);
    window_theme(&app->theme, "default-dark");
    settings_release(&app->tuning.base);
    settings_release(&app->tuning.live);
    assert_true(tuning_open(&app->tuning, scratch_path("config.yaml"), &problems));
    problems_release(&problems);
    tuner_apply(app);
    app->list.scope = SCOPE_ALL;
    app_arrange(app, ROWS, WIDTH);
    machine_adopt(app, park, 3);
}

static double weight(const struct app *app)
{
    return app->settings.scoring.weights[heuristics_find("tmp_exe")];
}

static void edits_are_undone_and_redone_one_by_one(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "C/tmp_exe\r--");
    assert_true(weight(&app) == 2);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    assert_int_equal(app.whatif.no_longer, 2);
    assert_true(shows(&app, "0 newly flagged, 2 no longer"));
    press(&app, "z");
    assert_true(weight(&app) == 3);
    assert_string_equal(app.message.text,
                        "undone: weights.tmp_exe: 3 -> 2   0 newly flagged, 0 no longer");
    press(&app, "z");
    assert_true(weight(&app) == 4);
    assert_false(app_has_edits(&app));
    press(&app, "z");
    assert_string_equal(app.message.text, "nothing to undo");
    press(&app, "\x12\x12\x12");
    assert_true(weight(&app) == 2);
    assert_string_equal(app.message.text, "nothing to redo");
    assert_config(config_text);
    app_release(&app);
}

static void a_search_for_nothing_goes_back_to_where_it_began(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "Cjj/tmp_");
    assert_int_not_equal(app.tune.index, 2);
    press(&app, "tmp");
    assert_int_equal(app.tune.index, 2);
    app_release(&app);
}

/* By what it is: a number, one of a few words, or a text. */
static void a_setting_is_stepped_turned_or_typed(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "C/topk\r");
    press_key(&app, KEY_SPECIAL(KEY_LEFT));
    assert_int_equal(app.settings.topk, 15);
    press(&app, "/whitelist.mode\r");
    press_key(&app, KEY_SPECIAL(KEY_RIGHT));
    assert_string_equal(app.message.text,
                        "whitelist.mode: guide -> strict   0 newly flagged, 0 no longer");
    press_key(&app, KEY_SPECIAL(KEY_RIGHT));
    assert_true(shows(&app, "whitelist.mode: strict -> guide"));
    press(&app, "g/ports\r");
    press_key(&app, KEY_SPECIAL(KEY_RIGHT));
    assert_string_equal(app.message.text, "ports is no number: Enter types it");
    press(&app, "\r");
    assert_string_equal(strbuf_string(&app.prompt.text), "3333,4444,5555,6666,7777,8888");
    press(&app, "\x15"
                "22,80\r");
    assert_true(shows(&app, "\"22,80\""));
    app_release(&app);
}

static void the_command_line_counts_until_the_key_is_edited(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    app.option_min_score = 5;
    tuner_apply(&app);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    press(&app, "[");
    assert_true(app.settings.scoring.min_score == 4.5);
    press(&app, "z");
    assert_true(app.settings.scoring.min_score == 5);
    app_release(&app);
}

static void a_reviewed_save_changes_those_lines_alone(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, ":set weights.tmp_exe 2\r:set min_score 1\rW");
    assert_true(shows(&app, "+  tmp_exe: 2  # builds"));
    assert_true(shows(&app, "[x]  min_score: 3.0 -> 1.0"));
    press(&app, "jt");
    assert_true(shows(&app, "[ ]  min_score"));
    press(&app, "y");
    assert_config("# ours\nweights:\n  tmp_exe: 2  # builds\n");
    /* What was left out is pending still. */
    assert_int_equal(app.tuning.journal.cursor, 1);
    assert_true(app.settings.scoring.min_score == 1);
    app_release(&app);
}

/* More edits than rows. */
static void the_review_follows_its_cursor(void **state)
{
    enum { EDITS = 30 };
    char text[EDITS][64];
    struct app app;

    (void)state;
    start(&app);
    for (int i = 0; i < EDITS; i++) {
        snprintf(text[i], sizeof text[i], ":set weights.%s 0.5\r", heuristics[i].info.key);
        press(&app, text[i]);
        snprintf(text[i], sizeof text[i], "[x]  weights.%s:", heuristics[i].info.key);
    }
    press(&app, "W");
    for (int i = 0; i < EDITS; i++, press(&app, "j"))
        if (!shows(&app, text[i]))
            fail_msg("\"%s\" is out of sight", text[i]);
    for (int i = EDITS; i-- > 0; press(&app, "k"))
        if (!shows(&app, text[i]))
            fail_msg("\"%s\" is out of sight on the way back", text[i]);
    app_release(&app);
}

static void saves_under_another_name(void **state)
{
    char keys[256];
    struct app app;

    (void)state;
    start(&app);
    snprintf(keys, sizeof keys, ":set weights.tmp_exe 2\rWa\x15%s\r",
             scratch_path("other.yaml"));
    press(&app, keys);
    assert_true(shows(&app, "a new file"));
    press(&app, "y");
    assert_config(config_text);
    assert_file("other.yaml", "# ours\nweights:\n  tmp_exe: 2  # builds\n");
    assert_string_equal(app.tuning.file.path, scratch_path("other.yaml"));
    app_release(&app);
}

static void a_file_changed_meanwhile_is_never_written_over(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, ":set weights.tmp_exe 2\r");
    write_config("weights:\n  tmp_exe: 7  # theirs\n");
    tuner_poll(&app);
    assert_true(app.has_file_changed);
    assert_true(shows(&app, "config changed on disk"));
    press(&app, "Wy");
    assert_config("weights:\n  tmp_exe: 7  # theirs\n");
    assert_true(shows(&app, "conflict: the file says 7 now"));
    /* Mine, then. */
    press(&app, "ty");
    assert_config("weights:\n  tmp_exe: 2  # theirs\n");
    app_release(&app);
}

static void a_file_changed_without_edits_is_read_again(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    write_config("weights:\n  tmp_exe: 1  # less\n");
    tuner_poll(&app);
    assert_true(weight(&app) == 1);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    write_config("weights: [\n");
    tuner_poll(&app);
    assert_true(weight(&app) == 1);
    assert_true(app.has_file_changed);
    app_release(&app);
}

static void a_process_is_whitelisted_by_what_was_chosen(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/tmp/x\rw");
    assert_int_equal(app.whitelisting.who.pid, 500);
    assert_true(shows(&app, "/tmp/x"));
    assert_true(shows(&app, "no longer flagged"));
    /* In this machine every fact is known, also the hash. */
    press(&app, "j\r");
    assert_int_equal(app.settings.scoring.whitelist.count, 1);
    assert_string_equal(app.settings.scoring.whitelist.entries[0].text, "/tmp/x");
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    assert_int_equal(app.refresh->scores.whitelisted_count, 1);
    assert_true(shows(&app, "Whitelisted 1"));
    press(&app, "vv");
    assert_int_equal(app.list.scope, SCOPE_CHANGED);
    assert_int_equal(app.view.count, 1);
    press(&app, "z");
    assert_int_equal(app.refresh->scores.flagged_count, 2);
    app_release(&app);
}

static void what_is_acknowledged_is_counted_and_can_be_shown(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/tmp/x\rA");
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    assert_false(app_has_edits(&app));
    assert_true(shows(&app, "Acknowledged 1"));
    machine_adopt(&app, park, 3);
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    press(&app, "v");
    assert_int_equal(app.list.scope, SCOPE_EXCUSED);
    assert_int_equal(app.view.count, 1);
    press(&app, "A");
    assert_int_equal(app.refresh->scores.flagged_count, 2);
    app_release(&app);
}

static void the_weight_of_the_reason_under_the_cursor_changes(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "/tmp/x\r\r\r+");
    assert_true(weight(&app) == 5);
    press(&app, ">");
    assert_true(weight(&app) == 5.1);
    press(&app, "<-");
    assert_true(weight(&app) == 4);
    press(&app, "0");
    assert_true(weight(&app) == 0);
    press(&app, "zd");
    assert_true(weight(&app) == 4);
    app_release(&app);
}

static void quitting_with_edits_asks_and_loses_nothing(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "]q");
    assert_true(app.is_running);
    assert_true(shows(&app, "Edits are not saved"));
    press(&app, "\x03"); /* again: keep them */
    assert_false(app.is_running);
    assert_true(app.has_kept_edits);
    assert_int_equal(access(app.state_file, R_OK), 0);
    unlink(app.state_file);
    app_release(&app);
}

static void quitting_can_throw_edits_away_or_save_them(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    press(&app, "]qjjj\r");
    assert_true(app.is_running);
    assert_true(app_has_edits(&app));
    press(&app, "q\r");
    assert_true(app.review.is_open);
    press(&app, "tty");
    assert_false(app_has_edits(&app));
    assert_config("# ours\nweights:\n  tmp_exe: 4  # builds\nmin_score: 3.5\n");
    press(&app, "]qjj\r");
    assert_false(app.is_running || app.has_kept_edits);
    app_release(&app);
}

/* Kept by one session, in force in the next. */
static void kept_edits_are_taken_up_once(void **state)
{
    struct app app, next;

    (void)state;
    start(&app);
    press(&app, ":set weights.tmp_exe 1\r]qj\r");
    assert_false(app.is_running);
    /* Of a session that is no more: no process has this number. */
    assert_int_equal(
        rename(app.state_file, scratch_path("procwatch/unsaved-2147483646.yaml-edits")), 0);
    start(&next);
    tuner_offer_kept(&next);
    assert_true(shows(&next, "Edits of an earlier session were not saved"));
    press(&next, "j\r");
    assert_true(weight(&next) == 4);
    tuner_offer_kept(&next);
    press(&next, "\r");
    assert_string_equal(next.message.text,
                        "edits taken up: 2, refused: 0; W reviews and saves them");
    assert_true(weight(&next) == 1);
    assert_true(next.settings.scoring.min_score == 3.5);
    assert_int_equal(access(next.state_file, F_OK), -1);
    app_release(&app);
    app_release(&next);
}

static void readonly_writes_nothing(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    app.is_readonly = true;
    press(&app, "]WwE");
    assert_false(app.review.is_open || app.whitelisting.is_open);
    press(&app, ":save\r");
    assert_false(app.review.is_open);
    press(&app, "q");
    assert_false(app.is_running);
    assert_config(config_text);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_undone_and_redone_one_by_one),
        cmocka_unit_test(a_search_for_nothing_goes_back_to_where_it_began),
        cmocka_unit_test(a_setting_is_stepped_turned_or_typed),
        cmocka_unit_test(the_command_line_counts_until_the_key_is_edited),
        cmocka_unit_test(a_reviewed_save_changes_those_lines_alone),
        cmocka_unit_test(the_review_follows_its_cursor),
        cmocka_unit_test(saves_under_another_name),
        cmocka_unit_test(a_file_changed_meanwhile_is_never_written_over),
        cmocka_unit_test(a_file_changed_without_edits_is_read_again),
        cmocka_unit_test(a_process_is_whitelisted_by_what_was_chosen),
        cmocka_unit_test(what_is_acknowledged_is_counted_and_can_be_shown),
        cmocka_unit_test(the_weight_of_the_reason_under_the_cursor_changes),
        cmocka_unit_test(quitting_with_edits_asks_and_loses_nothing),
        cmocka_unit_test(quitting_can_throw_edits_away_or_save_them),
        cmocka_unit_test(kept_edits_are_taken_up_once),
        cmocka_unit_test(readonly_writes_nothing),
    };

    return cmocka_run_group_tests_name("ui/tuner", tests, set_up, close_screen);
}
