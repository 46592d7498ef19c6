/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include "heuristics/heuristic.h"
#include "settings/quote.h"
#include "settings/schema.h"
#include "tests/support/scratch.h"

static void every_default_loads_back_as_itself(void **state)
{
    (void)state;
    struct settings defaults;

    settings_init(&defaults);
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;
        struct strbuf text = {0};
        struct settings settings;
        struct problems problems = {0};

        setting_at(i, &setting);
        const char *dot = strchr(setting.path, '.');
        if (dot)
            strbuf_add_format(&text, "%.*s: {%s: ", (int)(dot - setting.path), setting.path,
                              dot + 1);
        else
            strbuf_add_format(&text, "%s: ", setting.path);
        setting_format_default(&setting, &text);
        strbuf_add_string(&text, dot ? "}\n" : "\n");
        assert_true(settings_load_text(&settings, "f", text.bytes, text.length, &problems));
        assert_int_equal(problems.count, 0);
        assert_true(settings_equal(&settings, &defaults));
        assert_true(strlen(setting.help) > 0 && strlen(setting.help) < 70);
        settings_release(&settings);
        problems_release(&problems);
        strbuf_release(&text);
    }
    settings_release(&defaults);
}

static void every_number_obeys_its_range(void **state)
{
    (void)state;

    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;
        struct settings settings;
        const double values[] = {-1, 0, 1e9};

        setting_at(i, &setting);
        if (setting.kind > SETTING_COUNT)
            continue;
        assert_true(setting.min < setting.max);
        settings_init(&settings);
        for (size_t n = 0; n < sizeof values / sizeof *values; n++) {
            struct strbuf text = {0}, error = {0};
            bool is_in_range = values[n] >= setting.min && values[n] <= setting.max;

            quote_add_number(&text, values[n], false);
            assert_int_equal(
                setting_apply(&setting, &settings, strbuf_string(&text), false, &error),
                is_in_range);
            assert_int_equal(error.length == 0, is_in_range);
            strbuf_release(&text);
            strbuf_release(&error);
        }
        settings_release(&settings);
    }
}

static void keys_are_unique_and_found(void **state)
{
    (void)state;

    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting, found;

        setting_at(i, &setting);
        assert_true(setting_find(setting.path, &found));
        assert_string_equal(found.path, setting.path);
        assert_ptr_equal(found.help, setting.help);
    }
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) {
        struct strbuf path = {0};
        struct setting found;

        strbuf_add_format(&path, "weights.%s", heuristics[i].info.key);
        assert_true(setting_find(strbuf_string(&path), &found));
        strbuf_release(&path);
    }
}

static void print_config_loads_back(void **state)
{
    (void)state;
    static const char text[] = "min_score: 1.25\nports: [1, 5-9]\nmodel: 'a # b'\n"
                               "whitelist: {names: [no, 'it''s', \"x\\ty\", \"\xc3\xa9\"], "
                               "mode: strict}\nweights: {ptraced: 7}\n";
    struct settings first, second;
    struct problems problems = {0};
    struct strbuf printed = {0};

    assert_true(settings_load_text(&first, "f", text, strlen(text), &problems));
    settings_format(&first, &printed);
    assert_true(settings_load_text(&second, "g", printed.bytes, printed.length, &problems));
    assert_int_equal(problems.count, 0);
    assert_true(settings_equal(&first, &second));

    struct settings copy;
    settings_copy(&copy, &first);
    settings_release(&first);
    assert_true(settings_equal(&copy, &second));
    settings_release(&copy);
    settings_release(&second);
    strbuf_release(&printed);
    problems_release(&problems);
}

static void quotes_what_some_yaml_would_read_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum yaml_style style;
        const char *written;
    } cases[] = {
        {"sshd",             YAML_PLAIN,         "sshd"                },
        {"/usr/bin/*",       YAML_PLAIN,         "/usr/bin/*"          },
        {"kworker/0:1",      YAML_PLAIN,         "kworker/0:1"         },
        {"a#b",              YAML_PLAIN,         "a#b"                 },
        {"two words",        YAML_PLAIN,         "two words"           },
        {"no",               YAML_PLAIN,         "\"no\""              },
        {"Y",                YAML_PLAIN,         "\"Y\""               },
        {"on",               YAML_PLAIN,         "\"on\""              },
        {"NULL",             YAML_PLAIN,         "\"NULL\""            },
        {"1000",             YAML_PLAIN,         "\"1000\""            },
        {"1:30",             YAML_PLAIN,         "\"1:30\""            },
        {"0x1f",             YAML_PLAIN,         "\"0x1f\""            },
        {"-.5",              YAML_PLAIN,         "\"-.5\""             },
        {"2024-01-01",       YAML_PLAIN,         "\"2024-01-01\""      },
        {"~",                YAML_PLAIN,         "\"~\""               },
        {"=",                YAML_PLAIN,         "\"=\""               },
        {"<<",               YAML_PLAIN,         "\"<<\""              },
        {".inf",             YAML_PLAIN,         "\".inf\""            },
        {"",                 YAML_PLAIN,         "\"\""                },
        {" a",               YAML_PLAIN,         "\" a\""              },
        {"a ",               YAML_PLAIN,         "\"a \""              },
        {"a #b",             YAML_PLAIN,         "\"a #b\""            },
        {"a: b",             YAML_PLAIN,         "\"a: b\""            },
        {"a:",               YAML_PLAIN,         "\"a:\""              },
        {"*a",               YAML_PLAIN,         "\"*a\""              },
        {"[x]",              YAML_PLAIN,         "\"[x]\""             },
        {"a,b",              YAML_PLAIN,         "\"a,b\""             },
        {"---",              YAML_PLAIN,         "\"---\""             },
        {"a\nb\033\"\\",     YAML_PLAIN,         "\"a\\nb\\e\\\"\\\\\""},
        {"caf\xc3\xa9",      YAML_PLAIN,         "\"caf\xc3\xa9\""     },
        {"\xe2\x80\xae"
         "x",       YAML_PLAIN,         "\"\\u202ex\""        },
        {"\xc2\x85",         YAML_PLAIN,         "\"\\x85\""           },
        {"\xf0\x9f\x98\x80", YAML_PLAIN,         "\"\xf0\x9f\x98\x80\""},
        {"it's",             YAML_SINGLE_QUOTED, "'it''s'"             },
        {"a\nb",             YAML_SINGLE_QUOTED, "\"a\\nb\""           },
        {"sshd",             YAML_DOUBLE_QUOTED, "\"sshd\""            },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0}, text = {0};
        struct problems problems = {0};
        struct yaml yaml;

        quote_add(&out, cases[i].text, cases[i].style);
        assert_string_equal(strbuf_string(&out), cases[i].written);
        strbuf_add_format(&text, "[%s]", strbuf_string(&out));
        assert_true(yaml_parse(&yaml, "f", text.bytes, text.length, &problems));
        assert_string_equal(yaml.root->items[0]->text, cases[i].text);
        yaml_release(&yaml);
        strbuf_release(&out);
        strbuf_release(&text);
    }
}

static void reads_not_beyond_a_character_that_was_cut_off(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool can_hold;
        const char *written;
    } cases[] = {
        {"\xc3",         false, "\"\\xc3\""          },
        {"a\xe6\xbc",    false, "\"a\\xe6\\xbc\""    },
        {"\xf0\x9f",     false, "\"\\xf0\\x9f\""     },
        {"\xff",         false, "\"\\xff\""          },
        {"\xc0\xaf",     false, "\"\\xc0\\xaf\""     },
        {"\xed\xa0\x80", false, "\"\\xed\\xa0\\x80\""},
        {"caf\xc3\xa9",  true,  "\"caf\xc3\xa9\""    },
        {"\xef\xbb\xbf", true,  "\"\\ufeff\""        },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* On the heap, where a sanitizer sees the byte behind it. */
        char *copy = strdup(cases[i].text);
        struct strbuf out = {0};

        quote_add(&out, copy, YAML_PLAIN);
        assert_string_equal(strbuf_string(&out), cases[i].written);
        assert_int_equal(quote_can_hold(copy), cases[i].can_hold);
        strbuf_release(&out);
        free(copy);
    }
}

/* German has a comma there. Made here: hardly a machine has it. */
static bool enter_locale_with_a_comma(void)
{
    struct strbuf command = {0};

    strbuf_add_format(&command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
                      scratch, scratch);
    bool is_made = system(strbuf_string(&command)) == 0;
    strbuf_release(&command);
    setenv("LOCPATH", scratch, 1);
    return is_made && setlocale(LC_ALL, "de_DE.UTF-8") && *localeconv()->decimal_point == ',';
}

static void numbers_are_of_the_c_locale_in_any(void **state)
{
    (void)state;
    static const struct {
        double value;
        bool with_fraction;
        const char *text;
    } cases[] = {
        {3,       true,  "3.0"               },
        {3,       false, "3"                 },
        {90,      true,  "90.0"              },
        {1000000, false, "1000000"           },
        {0.1,     true,  "0.1"               },
        {2.5,     false, "2.5"               },
        {0,       true,  "0.0"               },
        {0.00001, false, "1e-05"             },
        {1.0 / 3, false, "0.3333333333333333"},
    };

    if (!enter_locale_with_a_comma())
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0};

        quote_add_number(&out, cases[i].value, cases[i].with_fraction);
        assert_string_equal(strbuf_string(&out), cases[i].text);
        strbuf_release(&out);
    }

    struct settings settings;
    struct problems problems = {0};
    assert_true(settings_load_text(&settings, "f", "min_score: 2.5\n", 15, &problems));
    assert_true(settings.scoring.min_score == 2.5);
    settings_release(&settings);
}

static int leave_locale(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C.UTF-8");
    unsetenv("LOCPATH");
    return scratch_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_loads_back_as_itself),
        cmocka_unit_test(every_number_obeys_its_range),
        cmocka_unit_test(keys_are_unique_and_found),
        cmocka_unit_test(print_config_loads_back),
        cmocka_unit_test(quotes_what_some_yaml_would_read_otherwise),
        cmocka_unit_test(reads_not_beyond_a_character_that_was_cut_off),
        cmocka_unit_test_setup_teardown(numbers_are_of_the_c_locale_in_any, scratch_setup,
                                        leave_locale),
    };

    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
