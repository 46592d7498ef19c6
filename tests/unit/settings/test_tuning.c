/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "heuristics/heuristic.h"
#include "settings/tuning.h"
#include "tests/unit/settings/stored.h"

static void write_file(const char *name, const char *text)
{
    scratch_write(name, text, 0600);
}

static void open_tuning(struct tuning *tuning, const char *path)
{
    struct problems problems = {0};

    assert_true(tuning_open(tuning, path, &problems));
    assert_int_equal(problems.count, 0);
    problems_release(&problems);
}

static void edit(struct tuning *tuning, enum edit_kind kind, const char *path,
                 const char *value)
{
    struct strbuf error = {0};

    assert_true(tuning_edit(tuning, kind, path, value, &error));
    strbuf_release(&error);
}

static enum save_result save(struct tuning *tuning)
{
    struct strbuf error = {0};
    enum save_result result = tuning_save(tuning, 0, &error);

    assert_int_equal(error.length > 0, result != SAVE_DONE);
    strbuf_release(&error);
    return result;
}

static void without_a_file_it_begins_one_with_the_changes(void **state)
{
    (void)state;
    struct tuning tuning;
    struct strbuf diff = {0}, error = {0};

    open_tuning(&tuning, NULL);
    assert_string_equal(tuning.source.message, "built-in");
    edit(&tuning, EDIT_SET, "weights.tmp_exe", "2");
    assert_true(tuning_diff(&tuning, &diff, &error));
    assert_non_null(strstr(strbuf_string(&diff), "@@ -0,0 +1,3 @@\n"));
    assert_int_equal(save(&tuning), SAVE_DONE);
    assert_stored(".config/procwatch/config.yaml",
                  "# procwatch: what differs from the built-in configuration\n"
                  "weights:\n  tmp_exe: 2\n");
    assert_false(journal_has_pending(&tuning.journal));
    tuning_release(&tuning);
    strbuf_release(&diff);

    open_tuning(&tuning, NULL);
    assert_non_null(strstr(tuning.source.message, "/.config/procwatch/config.yaml"));
    assert_true(tuning.live.scoring.weights[HEURISTIC_tmp_exe] == 2);
    tuning_release(&tuning);
}

static void shows_saves_and_logs_the_change_alone(void **state)
{
    (void)state;
    struct tuning tuning;
    struct strbuf diff = {0}, error = {0}, expected = {0};
    const char *path = scratch_path("c.yaml");

    write_file("c.yaml", "# mine\nmin_score: 3.0 # because\n");
    open_tuning(&tuning, path);
    edit(&tuning, EDIT_SET, "min_score", "2");
    edit(&tuning, EDIT_SET, "topk", "5");
    assert_string_equal(tuning_undo(&tuning)->path, "topk");
    assert_int_equal(tuning.live.topk, 20);
    assert_string_equal(tuning_redo(&tuning)->path, "topk");
    assert_int_equal(tuning.live.topk, 5);
    assert_null(tuning_redo(&tuning));
    tuning_undo(&tuning);
    assert_true(tuning_diff(&tuning, &diff, &error));
    strbuf_add_format(&expected,
                      "--- %s\n+++ %s (new)\n@@ -1,2 +1,2 @@\n # mine\n"
                      "-min_score: 3.0 # because\n+min_score: 2.0 # because\n",
                      path, path);
    assert_string_equal(strbuf_string(&diff), strbuf_string(&expected));
    assert_int_equal(save(&tuning), SAVE_DONE);
    assert_stored("c.yaml", "# mine\nmin_score: 2.0 # because\n");
    assert_stored("c.yaml~", "# mine\nmin_score: 3.0 # because\n");

    char *log = stored_text("state/procwatch/changes.log");
    assert_non_null(log);
    assert_non_null(strstr(log, "/c.yaml: min_score: 3.0 -> 2.0\n"));
    assert_null(strstr(log, "topk"));
    free(log);
    tuning_release(&tuning);
    strbuf_release(&diff);
    strbuf_release(&expected);
}

static void a_change_on_disk_is_met_not_overwritten(void **state)
{
    (void)state;
    struct tuning tuning;
    struct problems problems = {0};
    size_t conflicts;

    write_file("c.yaml", "min_score: 3.0\ntopk: 20\n");
    open_tuning(&tuning, scratch_path("c.yaml"));
    edit(&tuning, EDIT_SET, "min_score", "2");
    edit(&tuning, EDIT_SET, "topk", "5");
    assert_false(tuning_has_changed(&tuning));
    write_file("c.yaml", "# them\nmin_score: 4.5\ntopk: 20\n");
    assert_true(tuning_has_changed(&tuning));
    assert_int_equal(save(&tuning), SAVE_CHANGED);
    assert_stored("c.yaml", "# them\nmin_score: 4.5\ntopk: 20\n");

    assert_true(tuning_reload(&tuning, &conflicts, &problems));
    assert_int_equal(conflicts, 1);
    assert_int_equal(save(&tuning), SAVE_DONE); /* theirs, and the other of mine */
    assert_stored("c.yaml", "# them\nmin_score: 4.5\ntopk: 5\n");
    assert_true(journal_has_pending(&tuning.journal)); /* mine is still on screen */
    assert_int_equal(save(&tuning), SAVE_DONE);
    assert_stored("c.yaml", "# them\nmin_score: 2.0\ntopk: 5\n");

    write_file("c.yaml", "min_score: [\n");
    assert_false(tuning_reload(&tuning, &conflicts, &problems));
    problems_release(&problems);
    tuning_release(&tuning);
}

static void saves_under_another_name(void **state)
{
    (void)state;
    struct tuning tuning;
    struct problems problems = {0};

    write_file("c.yaml", "# mine\nmin_score: 3.0\n");
    open_tuning(&tuning, scratch_path("c.yaml"));
    edit(&tuning, EDIT_SET, "min_score", "2");
    assert_true(tuning_save_as(&tuning, scratch_path("other.yaml"), &problems));
    assert_int_equal(save(&tuning), SAVE_DONE);
    assert_stored("c.yaml", "# mine\nmin_score: 3.0\n");
    assert_stored("other.yaml", "# mine\nmin_score: 2.0\n");
    tuning_release(&tuning);
}

static void signs_the_lines_that_it_adds(void **state)
{
    (void)state;
    struct tuning tuning;

    write_file("c.yaml", "min_score: 3.0\n");
    open_tuning(&tuning, scratch_path("c.yaml"));
    tuning.program = "procwatch-top";
    setenv("SUDO_USER", "alice", 1); /* root's word alone counts */
    edit(&tuning, EDIT_SET, "min_score", "2");
    edit(&tuning, EDIT_SET, "topk", "5");
    assert_int_equal(save(&tuning), SAVE_DONE);
    char *text = stored_text("c.yaml");
    const char *signed_text = "min_score: 2.0\ntopk: 5   # procwatch-top 2";
    assert_memory_equal(text, signed_text, strlen(signed_text));
    assert_int_equal(strstr(text, " by alice\n") != NULL, geteuid() == 0);
    free(text);
    tuning_release(&tuning);
}

static void a_wrong_file_is_not_saved_over(void **state)
{
    (void)state;
    struct tuning tuning;
    struct problems problems = {0};

    write_file("c.yaml", "min_score: high\n");
    assert_false(tuning_open(&tuning, scratch_path("c.yaml"), &problems));
    assert_int_equal(problems.count, 1);
    edit(&tuning, EDIT_SET, "min_score", "2");
    assert_int_equal(save(&tuning), SAVE_FAILED);
    assert_stored("c.yaml", "min_score: high\n");
    problems_release(&problems);
    tuning_release(&tuning);
}

static int enter(void **state)
{
    (void)state;
    if (!scratch_make())
        return -1;
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("SUDO_UID");
    unsetenv("SUDO_USER");
    setenv("HOME", scratch, 1);
    mkdir(scratch_path("state"), 0700);
    return setenv("XDG_STATE_HOME", scratch_path("state"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_file_it_begins_one_with_the_changes, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(shows_saves_and_logs_the_change_alone, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_change_on_disk_is_met_not_overwritten, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(saves_under_another_name, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(signs_the_lines_that_it_adds, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_wrong_file_is_not_saved_over, enter,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("tuning", tests, NULL, NULL);
}
