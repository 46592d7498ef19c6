/* SPDX-License-Identifier: MIT */
#include "base/problem.h"
#include "base/strbuf.h"
#include "base/starttime.h"
#include "tests/support/test.h"

static void prints_place_level_and_message_sanitised(void **state)
{
    (void)state;
    struct problems problems = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    problems_add(&problems, PROBLEM_WARNING, "a.yaml", 3, 5, "unknown key %s", "x\033[2J");
    assert_false(problems_has_errors(&problems));
    problems_add(&problems, PROBLEM_ERROR, "a.yaml", 0, 0, "not UTF-8");
    problems_add(&problems, PROBLEM_ERROR, "a.yaml", 7, 0, "ends too soon");
    problems_add(&problems, PROBLEM_NOTE, NULL, 0, 0, "built in");
    assert_true(problems_has_errors(&problems));
    problems_print(&problems, stream);
    fclose(stream);
    assert_string_equal(text, "a.yaml:3:5: warning: unknown key x\\x1b[2J\n"
                              "a.yaml: not UTF-8\n"
                              "a.yaml:7: ends too soon\n"
                              "note: built in\n");
    free(text);
    problems_release(&problems);
}

static void the_first_one_fits_a_line(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct strbuf text = {0};

    problems_add_first(&problems, &text);
    assert_string_equal(strbuf_string(&text), "it cannot be read");
    problems_add(&problems, PROBLEM_ERROR, "a.yaml", 3, 5, "unknown key x");
    problems_add(&problems, PROBLEM_ERROR, "a.yaml", 4, 5, "unknown key y");
    strbuf_clear(&text);
    problems_add_first(&problems, &text);
    assert_string_equal(strbuf_string(&text), "line 3: unknown key x");
    problems_clear(&problems);
    problems_add(&problems, PROBLEM_ERROR, "a.yaml", 0, 0, "not UTF-8");
    strbuf_clear(&text);
    problems_add_first(&problems, &text);
    assert_string_equal(strbuf_string(&text), "not UTF-8");
    strbuf_release(&text);
    problems_release(&problems);
}

static void moves_all_and_leaves_nothing(void **state)
{
    (void)state;
    struct problems problems = {0}, source = {0};

    problems_add(&problems, PROBLEM_NOTE, NULL, 0, 0, "first");
    problems_add(&source, PROBLEM_ERROR, "a.yaml", 1, 2, "second");
    problems_move(&problems, &source);
    assert_int_equal(source.count, 0);
    assert_null(source.items);
    assert_int_equal(problems.count, 2);
    assert_string_equal(problems.items[1].message, "second");
    assert_string_equal(problems.items[1].file, "a.yaml");
    assert_true(problems_has_errors(&problems));
    problems_release(&problems);
}

static void starttime_survives_a_hostile_name(void **state)
{
    (void)state;
    static const char stat[] = "42 (a) S 1 (b) R 1 42 42 0 -1 4194560 9 0 0 0 11 12 0 0 20 0 3 "
                               "0 5550 1024 64\n";
    uint64_t starttime = 0;

    assert_true(starttime_parse(span_of_string(stat), &starttime));
    assert_int_equal(starttime, 5550);
    for (size_t length = 0; length < strlen(stat) - strlen("0 1024 64\n"); length++) {
        uint64_t untouched = 7;
        if (!starttime_parse(span_of(stat, length), &untouched))
            assert_int_equal(untouched, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_place_level_and_message_sanitised),
        cmocka_unit_test(the_first_one_fits_a_line),
        cmocka_unit_test(moves_all_and_leaves_nothing),
        cmocka_unit_test(starttime_survives_a_hostile_name),
    };

    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
