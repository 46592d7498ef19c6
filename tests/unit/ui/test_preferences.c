/* SPDX-License-Identifier: MIT */
#include "tests/support/scratch.h"
#include "tests/support/test.h"

#include <unistd.h>

#include "ui/app.h"

static void read_text(struct app *app, const char *text, struct problems *problems)
{
    preferences_read(app, "top.yaml", span_of_string(text), problems);
}

static void what_is_written_reads_back_as_the_same(void **state)
{
    static const char text[] = "sort: rss\n"
                               "reversed: true\n"
                               "columns: [score, pid, tty, name]\n"
                               "reasons: matrix\n"
                               "scope: flagged\n"
                               "tree: true\n"
                               "command_lines: true\n"
                               "kernel_threads: false\n"
                               "header_folded: true\n"
                               "theme: cb-safe-dark\n"
                               "keys: vim\n"
                               "bind:\n"
                               "  list:\n"
                               "    \"Q\": quit\n"
                               "    \"^G\": none\n"
                               "  details:\n"
                               "    \"F12\": dump\n"
                               "ring: true\n"
                               "syslog: true\n"
                               "filters:\n"
                               "  outsiders: \"user!=root and exe~\\\"^/opt\\\"\"\n"
                               "  \"no\": \"cpu>5\"\n";
    struct problems problems = {0};
    struct strbuf once = {0}, twice = {0};
    struct app app, other;

    (void)state;
    app_init(&app);
    read_text(&app, text, &problems);
    assert_int_equal(problems.count, 0);
    assert_string_equal(app.list.sort->key, "rss");
    assert_int_equal(app.list.columns.count, 4);
    assert_int_equal(app.list.scope, SCOPE_FLAGGED);
    assert_false(app.list.shows_kernel_threads);
    assert_int_equal(app.preferences.keys, KEYS_VIM);
    assert_int_equal(app.preferences.bound.count, 3);
    assert_true(app.preferences.rings);
    assert_int_equal(app.preferences.filter_count, 2);
    preferences_format(&app, &once);
    assert_non_null(strstr(strbuf_string(&once), text));

    app_init(&other);
    read_text(&other, strbuf_string(&once), &problems);
    preferences_format(&other, &twice);
    assert_int_equal(problems.count, 0);
    assert_string_equal(strbuf_string(&once), strbuf_string(&twice));
    strbuf_release(&once);
    strbuf_release(&twice);
    app_release(&app);
    app_release(&other);
}

/* A broken file is told of, costs what is broken in it, and never the start. */
static void takes_what_is_right_and_warns_of_the_rest(void **state)
{
    static const struct {
        const char *text;
        unsigned line; /* of the warning; 0: none */
    } cases[] = {
        {"",                                         0},
        {"# nothing\n",                              0},
        {"sort: nonsense\nreversed: true\n",         1},
        {"reversed: true\nkeys: emacs\n",            2},
        {"reversed: true\nbind: [x]\n",              2},
        {"reversed: true\nbind: {list: {x: fly}}\n", 2},
        {"reversed: true\nscope: some\n",            2},
        {"reversed: true\ntree: maybe\n",            2},
        {"reversed: true\ncolumns: [pid, pidd]\n",   2},
        {"reversed: true\ncolumns: everything\n",    2},
        {"reversed: true\ncolumns: [why]\n",         2},
        {"reversed: true\nfilters: {a: \"cpu>\"}\n", 2},
        {"reversed: true\nunheard_of: 1\n",          2},
        {"reversed: true\nsort:\n",                  0},
        {"reversed: true\nsort: [pid]\n",            2},
        {"reversed: true\n\tx\n",                    2},
        {"- reversed\n",                             1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems problems = {0};
        struct app app;

        app_init(&app);
        read_text(&app, cases[i].text, &problems);
        if ((problems.count > 0) != (cases[i].line > 0))
            fail_msg("%zu problems with:\n%s", problems.count, cases[i].text);
        assert_false(problems_has_errors(&problems));
        if (problems.count > 0)
            assert_int_equal(problems.items[0].line, cases[i].line);
        /* What came before and beside it counts, unless it is no YAML at all. */
        if (strstr(cases[i].text, "reversed: true") && !strchr(cases[i].text, '\t'))
            assert_true(app.list.is_reversed);
        assert_string_equal(app.list.sort->key, "score");
        problems_release(&problems);
        app_release(&app);
    }
}

static int set_up(void **state)
{
    (void)state;
    return scratch_make() ? setenv("XDG_CONFIG_HOME", scratch, 1) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove();
}

static void is_written_when_something_was_changed_and_only_then(void **state)
{
    const char *path = scratch_path("procwatch/top.yaml");
    struct problems problems = {0};
    struct stat status;
    struct app app;

    (void)state;
    app_init(&app);
    preferences_load(&app, &problems);
    assert_int_equal(problems.count, 0);
    assert_string_equal(app.preferences.path, path);
    preferences_begin(&app);
    assert_int_equal(preferences_save(&app), 0);
    assert_int_equal(access(path, F_OK), -1);
    app.list.is_tree = true;
    assert_int_equal(preferences_save(&app), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    app_release(&app);

    app_init(&app);
    preferences_load(&app, &problems);
    assert_int_equal(problems.count, 0);
    assert_true(app.list.is_tree);
    app_release(&app);
}

static void a_file_that_cannot_be_written_is_told_of(void **state)
{
    struct app app;

    (void)state;
    scratch_write("no-directory", "", 0600);
    app_init(&app);
    preferences_begin(&app);
    app.list.is_reversed = true;
    free(app.preferences.path);
    app.preferences.path = strdup(scratch_path("no-directory/top.yaml"));
    assert_true(preferences_save(&app) < 0);
    app_release(&app);
}

/* A name is kept once; an empty text forgets it. */
static void a_filter_has_one_text_a_name(void **state)
{
    struct preferences preferences = {0};

    (void)state;
    preferences_name_filter(&preferences, "mine", "cpu>5");
    preferences_name_filter(&preferences, "mine", "cpu>9");
    assert_int_equal(preferences.filter_count, 1);
    assert_string_equal(preferences.filters[0].text, "cpu>9");
    preferences_name_filter(&preferences, "mine", "");
    assert_int_equal(preferences.filter_count, 0);
    preferences_release(&preferences);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_as_the_same),
        cmocka_unit_test(takes_what_is_right_and_warns_of_the_rest),
        cmocka_unit_test(is_written_when_something_was_changed_and_only_then),
        cmocka_unit_test(a_file_that_cannot_be_written_is_told_of),
        cmocka_unit_test(a_filter_has_one_text_a_name),
    };

    return cmocka_run_group_tests_name("ui/preferences", tests, set_up, tear_down);
}
