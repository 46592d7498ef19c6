/* SPDX-License-Identifier: MIT */
#include "scoring/rule.h"

#include "heuristics/heuristic.h"
#include "scoring/whitelist.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

#define HASH  "ab00000000000000000000000000000000000000000000000000000000000000"
#define OTHER "cd00000000000000000000000000000000000000000000000000000000000000"

static void excuses_only_its_reason_of_its_processes(void **state)
{
    static const struct {
        const char *text;
        bool excuses; /* the dash below postgres */
    } cases[] = {
        {"unusual_parent path=/usr/bin/dash",                            true },
        {"wx_mem path=/usr/bin/dash",                                    false},
        {"unusual_parent path=/usr/bin/das",                             false},
        {"unusual_parent path=/usr/bin/*",                               false},
        {"unusual_parent pattern=/usr/bin/*",                            true },
        {"unusual_parent pattern=/usr/lib/*",                            false},
        {"unusual_parent pattern=dash",                                  true },
        {"unusual_parent pattern=d*",                                    true },
        {"unusual_parent pattern=liar",                                  false}, /* its comm */
        {"unusual_parent parent=postgres",                               true },
        {"unusual_parent parent=postgre",                                false},
        {"unusual_parent parent=/usr/lib/postgresql/*/bin/postgres",     true },
        {"unusual_parent parent=nginx",                                  false},
        {"unusual_parent hash=" HASH,                                    true },
        {"unusual_parent hash=" OTHER,                                   false},
        {"unusual_parent parent=postgres path=/usr/bin/dash hash=" HASH, true },
        {"unusual_parent parent=nginx path=/usr/bin/dash hash=" HASH,    false},
        {"  unusual_parent   parent=postgres  path=/usr/bin/dash  ",     true },
    };
    struct given *given = *state;
    struct process *child;

    given_process(given, 10, 1, "/usr/lib/postgresql/15/bin/postgres");
    child = given_process(given, 20, 10, "/usr/bin/dash");
    child->comm = given_text(given, "liar");
    child->facts[FACT_SHA256] = FACT_KNOWN;
    child->sha256.bytes[0] = 0xab;
    given_seal(given);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule rule;
        const char *wrong = rule_parse(cases[i].text, &rule);

        if (wrong)
            fail_msg("%s: %s", cases[i].text, wrong);
        if (rule_excuses(&rule, &given->snapshot, snapshot_find(&given->snapshot, 20),
                         HEURISTIC_unusual_parent) != cases[i].excuses)
            fail_msg("%s", cases[i].text);
        assert_false(rule_excuses(&rule, &given->snapshot, snapshot_find(&given->snapshot, 20),
                                  HEURISTIC_no_tty));
        rule_release(&rule);
    }
}

/* A name is the file's, and a file that is gone or in memory is no path. */
static void knows_a_program_by_its_file_alone(void **state)
{
    struct given *given = *state;
    struct process *deleted, *memfd, *unknown;
    struct rule path, pattern, name, memory;

    deleted = given_process(given, 10, 1, "/opt/app/x (deleted)");
    deleted->exe_file.nlink = 0;
    memfd = given_process(given, 11, 1, "/memfd:/opt/app/x (deleted)");
    memfd->exe_file.nlink = 0;
    unknown = given_process(given, 12, 1, "/opt/app/x");
    unknown->facts[FACT_EXE] = FACT_DENIED;
    given_process(given, 13, 1, "/opt/app/x");
    given_seal(given);
    assert_null(rule_parse("tmp_exe path=/opt/app/x", &path));
    assert_null(rule_parse("tmp_exe pattern=/opt/app/*", &pattern));
    assert_null(rule_parse("tmp_exe pattern=x", &name));
    assert_null(rule_parse("tmp_exe pattern=/memfd:*", &memory));

    static const bool expected[4][4] = {
  /* path, pattern, name, memory */
        {false, true,  true,  false}, /* deleted */
        {false, false, false, true }, /* memfd */
        {false, false, false, false}, /* unknown */
        {true,  true,  true,  false},
    };
    const struct rule *rules[] = {&path, &pattern, &name, &memory};
    for (int p = 0; p < 4; p++)
        for (int r = 0; r < 4; r++)
            assert_int_equal(rule_excuses(rules[r], &given->snapshot,
                                          snapshot_find(&given->snapshot, 10 + p),
                                          HEURISTIC_tmp_exe),
                             expected[p][r]);
    rule_release(&path);
    rule_release(&pattern);
    rule_release(&name);
    rule_release(&memory);
}

/* Whoever has the parent's pid by now did not start it. */
static void a_younger_parent_is_none(void **state)
{
    struct given *given = *state;
    struct rule rule;

    given_process(given, 10, 1, "/usr/bin/postgres")->starttime = 500000;
    given_process(given, 20, 10, "/usr/bin/dash")->starttime = 400000;
    given_seal(given);
    assert_null(rule_parse("unusual_parent parent=postgres", &rule));
    assert_false(rule_excuses(&rule, &given->snapshot, snapshot_find(&given->snapshot, 20),
                              HEURISTIC_unusual_parent));
    rule_release(&rule);
}

static void values_may_have_blanks(void **state)
{
    struct rule rule;

    (void)state;
    assert_null(rule_parse("tmp_exe path=/opt/my app/x parent=/usr/bin/a b  pattern=*", &rule));
    assert_int_equal(rule.heuristic, HEURISTIC_tmp_exe);
    assert_string_equal(rule.path, "/opt/my app/x");
    assert_string_equal(rule.parent, "/usr/bin/a b");
    assert_string_equal(rule.pattern, "*");
    rule_release(&rule);
    /* What looks like a condition inside of a word is none. */
    assert_null(rule_parse("tmp_exe path=/opt/xpath=y", &rule));
    assert_string_equal(rule.path, "/opt/xpath=y");
    rule_release(&rule);
}

static void says_what_is_wrong(void **state)
{
    static const char *const cases[][2] = {
        {"",                                "is empty"          },
        {"  ",                              "is empty"          },
        {"nonsense path=/x",                "begins with no key"},
        {"path=/x",                         "begins with no key"},
        {"wx_mem",                          "says not for whom" },
        {"wx_mem ",                         "says not for whom" },
        {"wx_mem /opt/x",                   "is no condition"   },
        {"wx_mem exe=/opt/x",               "is no condition"   },
        {"wx_mem path=",                    "empty condition"   },
        {"wx_mem path= parent=x",           "empty condition"   },
        {"wx_mem path=opt/x",               "not absolute"      },
        {"wx_mem path=/a path=/b",          "twice"             },
        {"wx_mem hash=" HASH " hash=" HASH, "twice"             },
        {"wx_mem hash=abc",                 "no SHA-256"        },
    };
    struct whitelist whitelist;

    (void)state;
    whitelist_init(&whitelist);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *wrong = whitelist_add(&whitelist, WHITELIST_RULE, cases[i][0]);

        if (!wrong || !strstr(wrong, cases[i][1]))
            fail_msg("\"%s\": %s", cases[i][0], wrong ? wrong : "nothing is wrong");
    }
    assert_int_equal(whitelist.count, 0);
    assert_int_equal(whitelist.rule_count, 0);
    whitelist_release(&whitelist);
}

static void a_rule_vouches_for_no_process(void **state)
{
    struct given *given = *state;
    struct whitelist whitelist, copy;

    given_process(given, 10, 1, "/opt/x");
    given_seal(given);
    whitelist_init(&whitelist);
    assert_null(whitelist_add(&whitelist, WHITELIST_RULE, "wx_mem path=/opt/x"));
    assert_null(whitelist_add(&whitelist, WHITELIST_RULE, "wx_mem path=/opt/x"));
    assert_int_equal(whitelist.count, 1);
    assert_null(whitelist_find(&whitelist, &given->snapshot, given->snapshot.processes));
    whitelist_copy(&copy, &whitelist);
    assert_true(whitelist_remove(&whitelist, WHITELIST_RULE, "wx_mem path=/opt/x"));
    assert_int_equal(whitelist.rule_count, 0);
    assert_null(whitelist_find_rule(&whitelist, &given->snapshot, given->snapshot.processes,
                                    HEURISTIC_wx_mem));
    assert_string_equal(whitelist_find_rule(&copy, &given->snapshot, given->snapshot.processes,
                                            HEURISTIC_wx_mem)
                            ->text,
                        "wx_mem path=/opt/x");
    assert_false(whitelist_wants_hashes(&copy));
    assert_null(whitelist_add(&copy, WHITELIST_RULE, "wx_mem hash=" HASH));
    assert_true(whitelist_wants_hashes(&copy));
    whitelist_release(&whitelist);
    whitelist_release(&copy);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(excuses_only_its_reason_of_its_processes),
        CASE(knows_a_program_by_its_file_alone),
        CASE(a_younger_parent_is_none),
        cmocka_unit_test(values_may_have_blanks),
        cmocka_unit_test(says_what_is_wrong),
        CASE(a_rule_vouches_for_no_process),
    };

    return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
