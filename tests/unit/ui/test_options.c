/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"

#include "ui/options.h"

static bool parse(struct options *options, int argc, char **argv)
{
    int first;

    options_init(options);
    return options_parse(&top_options, options, argc, argv, &first) && first == argc;
}

static void takes_what_the_manual_says(void **state)
{
    char *argv[] = {"top",
                    "-d",
                    "0.5",
                    "-n3",
                    "-b",
                    "-p",
                    "1,22,333",
                    "--user=!root",
                    "-o",
                    "-cpu",
                    "--min-score=2.5",
                    "-k",
                    "7",
                    "-R",
                    NULL};
    struct options options;

    (void)state;
    assert_true(parse(&options, 14, argv));
    assert_int_equal(options.interval_ms, 500);
    assert_int_equal(options.iterations, 3);
    assert_true(options.is_batch && options.is_readonly && options.is_sort_reversed);
    assert_int_equal(options.pid_count, 3);
    assert_int_equal(options.pids[2], 333);
    assert_string_equal(options.user, "!root");
    assert_string_equal(options.sort->key, "cpu");
    assert_true(options.min_score == 2.5);
    assert_int_equal(options.topk, 7);
    options_release(&options);
}

static void refuses_values_that_make_no_sense(void **state)
{
    static char *const wrong[][2] = {
        {"-d",           "0"          },
        {"-d",           "soon"       },
        {"-d",           "1e9"        },
        {"-n",           "0"          },
        {"-n",           "-1"         },
        {"-p",           ""           },
        {"-p",           "1,,2"       },
        {"-p",           "0"          },
        {"-p",           "99999999999"},
        {"-o",           "beauty"     },
        {"-m",           "-1"         },
        {"-m",           "nan"        },
        {"-k",           "many"       },
        {"--user",       ""           },
        {"--theme",      ""           },
        {"--keys",       "emacs"      },
        {"--filter",     "scor>3"     },
        {"--color",      "sometimes"  },
        {"--connect",    "somewhere"  },
        {"--token-file", "/nowhere"   },
        {"--log",        ""           },
        {"--record",     ""           },
        {"--replay",     ""           },
        {"--at",         ""           },
    };

    (void)state;
    /* The messages go to standard error: there they belong, but not here. */
    FILE *kept = stderr;
    stderr = fopen("/dev/null", "w");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *argv[] = {"top", wrong[i][0], wrong[i][1], NULL};
        struct options options;

        assert_false(parse(&options, 3, argv));
        options_release(&options);
    }
    fclose(stderr);
    stderr = kept;
}

/* What is printed is no screen; of another machine, or of another time, nothing is done. */
static void some_options_bring_others(void **state)
{
    static const struct {
        char *option, *value;
        bool is_batch, is_readonly;
    } cases[] = {
        {"--json",    NULL,                             true,  false},
        {"--csv",     NULL,                             true,  false},
        {"--replay",  "night.rec",                      false, true },
        {"--connect", "unix:/run/procwatch/api.socket", false, true },
        {"--connect", "http://[::1]:8080",              false, true },
        {"--ascii",   NULL,                             false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *argv[] = {"top", cases[i].option, cases[i].value, NULL};
        struct options options;

        assert_true(parse(&options, cases[i].value ? 3 : 2, argv));
        assert_int_equal(options.is_batch, cases[i].is_batch);
        assert_int_equal(options.is_readonly, cases[i].is_readonly);
        options_release(&options);
    }
}

static void no_letter_and_no_name_stands_twice(void **state)
{
    (void)state;
    for (size_t a = 0; a < top_options.count; a++)
        for (size_t b = a + 1; b < top_options.count; b++) {
            assert_string_not_equal(top_options.rows[a].name, top_options.rows[b].name);
            if (top_options.rows[a].letter)
                assert_int_not_equal(top_options.rows[a].letter, top_options.rows[b].letter);
        }
}

static void two_seconds_unless_somebody_says_otherwise(void **state)
{
    struct options options;
    struct settings settings;

    (void)state;
    options_init(&options);
    settings_init(&settings);
    assert_int_equal(options_interval_ms(&options, &settings), 2000);
    settings.interval_s = 5;
    assert_int_equal(options_interval_ms(&options, &settings), 5000);
    options.interval_ms = 700;
    assert_int_equal(options_interval_ms(&options, &settings), 700);
    settings_release(&settings);
    options_release(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_the_manual_says),
        cmocka_unit_test(refuses_values_that_make_no_sense),
        cmocka_unit_test(some_options_bring_others),
        cmocka_unit_test(no_letter_and_no_name_stands_twice),
        cmocka_unit_test(two_seconds_unless_somebody_says_otherwise),
    };

    return cmocka_run_group_tests_name("ui/options", tests, NULL, NULL);
}
