/* SPDX-License-Identifier: MIT */
#include "heuristics/heuristic.h"
#include "tests/support/test.h"

static void port_sets_come_back_as_they_were_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"",                        ""                   },
        {"4444, 3333 ,9000 - 9010", "3333,4444,9000-9010"},
        {"1,2",                     "1,2"                },
        {"1-3",                     "1-3"                },
        {"65535,65534,65533",       "65533-65535"        },
        {"80-80",                   "80"                 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct port_set set = {0};
        struct span wrong;
        struct strbuf out = {0};

        assert_true(port_set_parse(&set, cases[i].text, &wrong));
        port_set_format(&set, &out);
        assert_string_equal(strbuf_string(&out), cases[i].shown);
        strbuf_release(&out);
    }
}

static void port_sets_refuse_the_first_bad_item_and_stay(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wrong;
    } cases[] = {
        {"0",        "0"    },
        {"80,65536", "65536"},
        {"80,90-85", "90-85"},
        {"80,http",  "http" },
        {"80 81",    "80 81"},
        {"80,,81",   ""     },
        {"80,",      ""     },
        {"-1",       "-1"   },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct port_set set = {0};
        struct span wrong;

        port_set_add(&set, 7);
        assert_false(port_set_parse(&set, cases[i].text, &wrong));
        assert_true(span_equals(wrong, cases[i].wrong));
        assert_true(port_set_has(&set, 7));
        assert_false(port_set_has(&set, 80));
    }
}

/* An edit of any of them is one: what reads it is asked again. */
static void equal_thresholds_are_so_in_every_member(void **state)
{
    (void)state;
    static struct thresholds some, others[3];

    thresholds_init(&some);
    for (int i = 0; i < 3; i++) {
        thresholds_init(&others[i]);
        assert_true(thresholds_equal(&some, &others[i]));
    }
    others[0].cpu_high += 0.5;
    others[1].many_conns++;
    port_set_add(&others[2].ports, 65535);
    for (int i = 0; i < 3; i++)
        assert_false(thresholds_equal(&some, &others[i]));
}

static void every_row_of_the_catalogue_is_whole(void **state)
{
    (void)state;
    size_t count;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&count);

    assert_int_equal(count, HEURISTIC_COUNT);
    assert_int_equal(heuristics_find("no_such_key"), -1);
    for (size_t i = 0; i < count; i++) {
        const struct heuristic_info *info = catalogue[i];

        assert_int_equal(heuristics_find(info->key), i);
        assert_true(info->weight > 0);
        assert_in_range(strlen(info->chip), 3, 4);
        /* That a read hangs is told without any fact. */
        assert_true(info->needs != 0 || i == HEURISTIC_blocked);
        assert_int_equal(info->needs & ~heuristics_needs(NULL), 0);
        assert_true(strlen(info->title) > 0 && strlen(info->innocent) > 0);
        assert_non_null(strstr(info->verify, "{pid}"));
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(info->chip, catalogue[other]->chip);
    }
}

/* What a process chose is typed into the reader's shell and shown on his terminal: a
 * path is one word there, and bytes are made visible (cat -v, od -c; ls, ps and pstree do
 * that by themselves). */
static void no_process_misleads_who_verifies(void **state)
{
    static const char *const chosen_by_a_process[] = {"/cmdline", "/environ", "/comm", "maps",
                                                      "/mountinfo"};
    size_t count;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *verify = catalogue[i]->verify;

        for (const char *at = verify; (at = strstr(at, "$(")); at++)
            if (at == verify || at[-1] != '"')
                fail_msg("%s: unquoted: %s", catalogue[i]->key, verify);
        for (const char *at = verify; *at; at += strspn(at, ";")) {
            char command[256] = "";
            size_t length = strcspn(at, ";");

            assert_in_range(length, 1, sizeof command - 1);
            memcpy(command, at, length);
            at += length;
            for (size_t file = 0; file < sizeof chosen_by_a_process / sizeof(char *); file++)
                if (strstr(command, chosen_by_a_process[file]) && !strstr(command, "cat -v") &&
                    !strstr(command, "od -c"))
                    fail_msg("%s: shown as it is: %s", catalogue[i]->key, command);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_sets_come_back_as_they_were_written),
        cmocka_unit_test(port_sets_refuse_the_first_bad_item_and_stay),
        cmocka_unit_test(equal_thresholds_are_so_in_every_member),
        cmocka_unit_test(every_row_of_the_catalogue_is_whole),
        cmocka_unit_test(no_process_misleads_who_verifies),
    };

    return cmocka_run_group_tests_name("thresholds", tests, NULL, NULL);
}
