/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include "tests/support/scored.h"
#include "tests/support/test.h"
#include "view/filter.h"
#include "view/view.h"

/* What uses 200 MiB, scores for where it runs from and is excused for the rest; its CPU use
 * is not known. */
static const struct scored_process nginx = {
    .pid = 4242,
    .comm = "nginx",
    .user = "www-data",
    .exe = "/opt/web/nginx",
    .cmdline = "nginx|-g|daemon off",
    .cpu_percent = -1,
    .total_score = 4.5,
    .reasons = {{"tmp_exe", 4.5, 4.5, ""}, {"ptraced", 0, 0, "", .is_excused = true}},
};

static void chooses_as_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *filter;
        bool matches;
    } cases[] = {
        {"",                                                        true },
        {"  ",                                                      true },
        {"score>3",                                                 true },
        {"score > 4.5",                                             false},
        {"score>=4.5",                                              true },
        {"score<=4.4",                                              false},
        {"score=4.5 and pid=4242",                                  true },
        {"pid!=4242",                                               false},
        {"user=www-data",                                           true },
        {"user!=root",                                              true },
        {"exe~^/opt",                                               true },
        {"(exe~^/(tmp|opt) or pid=1)",                              true },
        {"exe!~^/(a+/b+/c+|x{3,40})/([a-z]+/)+([0-9]*)?[a-z_.-]+$", true },
        {"exe!~^/opt",                                              false},
        {"score>3 and user!=root and exe~^/opt",                    true },
        {"score>3 user=root",                                       false},
        {"user=root or pid=4242",                                   true },
        {"user=root || pid=4242 && name=nginx",                     true },
        {"(user=root or pid=4242) and name=x",                      false},
        {"not nginx",                                               false},
        {"!nginx",                                                  false},
        {"not (user=root)",                                         true },
        {"NGINX",                                                   true },
        {"\"daemon off\"",                                          true },
        {"daemon",                                                  true },
        {"apache",                                                  false},
        {"name=\"nginx\"",                                          true },
        {"rss>100M",                                                true },
        {"rss>1G",                                                  false},
        {"reason=tmp_exe",                                          true },
        {"reason=ptraced",                                          false},
        {"reason!=ptraced",                                         true },
        {"reason~tmp",                                              true },
        {"reason!~tmp",                                             false},
        {"cpu<50%",                                                 false},
        {"cpu>=0",                                                  false},
        {"cpu!=1",                                                  false},
        {"oracle",                                                  false},
        {"orphan or nginx",                                         true },
    };
    struct scored scored;

    scored_init(&scored, &nginx, 1);
    ((struct process *)scored.snapshot.processes)->rss = 200 << 20;
    const struct row row =
        view_row(&scored.snapshot, scored.relations, &scored.scores, 0, TEXT_UTF8);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_error error = {0};
        struct filter *filter = filter_new(cases[i].filter, &error);

        if (!filter)
            fail_msg("%s: %s", cases[i].filter, error.message);
        if (filter_matches(filter, &row) != cases[i].matches)
            fail_msg("%s: expected %d", cases[i].filter, cases[i].matches);
        filter_free(filter);
    }
    scored_release(&scored);
}

static void says_where_and_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *filter;
        size_t position;
        const char *message;
    } cases[] = {
        {"scores>3",                                                          0, "there is no column \"scores\""            },
        {"score>",                                                            6, "a value is missing here"                  },
        {"score>high",                                                        6, "\"high\" is no number, and score is one"  },
        {"(nginx",                                                            0, "this parenthesis is not closed"           },
        {"nginx)",                                                            5, "this does not belong here"                },
        {"nginx and",                                                         9, "something is missing at the end"          },
        {"or nginx",                                                          0, "this does not belong here"                },
        {"name=\"x",                                                          5, "this quote is not closed"                 },
        {"exe~(",                                                             4, "this pattern is wrong: Unmatched ( or \\("},
        {"exe~(a)\\1",                                                        4, "back-references are not supported"        },
        {"exe~a+++++++++++++",                                                4, "this pattern repeats too much"            },
        {"exe~((a{1,90}){1,90}){2}",                                          4, "this pattern repeats too much"            },
        {"exe~a+?????????????????????????????????????????????????????????++", 4,
         "this pattern repeats too much"                                                                                    },
        {"reason>3",                                                          7, "a reason is compared by =, !=, ~ or !~"   },
        {">3",                                                                0, "this does not belong here"                },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_error error = {0};

        if (filter_new(cases[i].filter, &error))
            fail_msg("%s was accepted", cases[i].filter);
        assert_string_equal(error.message, cases[i].message);
        if (error.position != cases[i].position)
            fail_msg("%s: position %zu", cases[i].filter, error.position);
    }
}

static void refuses_what_would_cost_too_much(void **state)
{
    (void)state;
    struct filter_error error;
    char text[2000];

    memset(text, '(', 40);
    text[40] = '\0';
    assert_null(filter_new(text, &error));
    memset(text, '!', 40);
    assert_null(filter_new(text, &error));
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(filter_new(text, &error));
    memcpy(text, "exe~", 4);
    text[400] = '\0';
    assert_null(filter_new(text, &error));
}

static void wants_the_facts_of_its_columns(void **state)
{
    (void)state;
    struct filter_error error;
    struct filter *filter = filter_new("exe~x and not cpu>3", &error);

    assert_non_null(filter);
    assert_int_equal(filter_needs(filter), FACT_BIT(FACT_EXE) | FACT_BIT(FACT_CPU));
    filter_free(filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_as_it_says),
        cmocka_unit_test(says_where_and_what_is_wrong),
        cmocka_unit_test(refuses_what_would_cost_too_much),
        cmocka_unit_test(wants_the_facts_of_its_columns),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("view/filter", tests, NULL, NULL);
}
