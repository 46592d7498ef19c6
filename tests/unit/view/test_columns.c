/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include "base/memory.h"
#include "tests/support/scored.h"
#include "tests/support/test.h"
#include "view/cells.h"
#include "view/column_sets.h"
#include "view/view.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 10, .comm = "sh", .user = "root", .exe = "/tmp/.x (deleted)", .cmdline = "sh|-i",
     .starttime = 6500, .cpu_percent = 12.34f, .total_score = 9.5, .severity = SEVERITY_HIGH,
     .reasons = {{"deleted_exe", 4, 4, "/tmp/.x (deleted)"},
                 {"tmp_exe", 4, 2.5, "/tmp/.x", .is_whitelisted = true},
                 {"ptraced", 3, 3, "pid 7"},
                 {"high_cpu", 1, 0, "one burst", .is_excused = true}}},
    {.pid = 11, .ppid = 10, .starttime = 90000, .comm = "evil\033[2J\xff", .user = "1000",
     .uid = 1000, .cpu_percent = -1},
};
/* clang-format on */

struct state {
    struct scored scored;
    struct row first, second;
};

static int set_up(void **state)
{
    struct state *s = memory_new(1, sizeof *s);

    scored_init(&s->scored, machine, sizeof machine / sizeof *machine);
    ((struct snapshot_header *)s->scored.snapshot.header)->memory_total = UINT64_C(4000) << 20;
    struct process *shell = (struct process *)&s->scored.snapshot.processes[0];
    shell->rss = 200 << 20;
    shell->vsize = 1 << 30;
    s->first =
        view_row(&s->scored.snapshot, s->scored.relations, &s->scored.scores, 0, TEXT_UTF8);
    s->second =
        view_row(&s->scored.snapshot, s->scored.relations, &s->scored.scores, 1, TEXT_UTF8);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct state *s = *state;

    scored_release(&s->scored);
    free(s);
    return 0;
}

static void assert_cell(const struct row *row, const char *key, const char *expected)
{
    struct strbuf out = {0};

    column_format(column_find(key), row, &out);
    if (strcmp(strbuf_string(&out), expected) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", key, strbuf_string(&out), expected);
    strbuf_release(&out);
}

#define SENTENCES                                                                            \
    "Its executable was deleted from disk: /tmp/.x (deleted); It runs from a directory for " \
    "temporary files: /tmp/.x (whitelisted); Another process controls it (ptrace): pid 7"

static void writes_each_value(void **state)
{
    struct state *s = *state;
    static const struct {
        const char *key, *first, *second;
    } cases[] = {
        {"score",      "9.5",                  "0.0"                },
        {"mark",       "!",                    ""                   },
        {"pid",        "10",                   "11"                 },
        {"ppid",       "0",                    "10"                 },
        {"user",       "root",                 "1000"               },
        {"uid",        "0",                    "1000"               },
        {"cpu",        "12.3",                 "?"                  },
        {"name",       "sh",                   "evil\\x1b[2J\\xff"  },
        {"reasons",    "DEL+4 TMP+2.5w PTR+3", ""                   },
        {"state",      "S",                    "S"                  },
        {"age",        "15m35",                "1m40"               },
        {"threads",    "1",                    "1"                  },
        {"tty",        "-",                    "-"                  },
        {"conns",      "2",                    "0"                  },
        {"parent",     "-",                    "sh"                 },
        {"trend",      "-",                    "-"                  },
        {"listen",     "80",                   "-"                  },
        {"remote",     "127.0.0.1:4444 +1",    "-"                  },
        {"unit",       "-",                    "-"                  },
        {"container",  "-",                    "-"                  },
        {"heuristics", "9.5",                  "0.0"                },
        {"ml",         "0.00",                 "0.00"               },
        {"exe",        "/tmp/.x (deleted)",    "-"                  },
        {"cmdline",    "sh -i",                "[evil\\x1b[2J\\xff]"},
        {"start",      "15:44:25",             "15:58:20"           },
        {"rss",        "200M",                 "0"                  },
        {"memory",     "5.0",                  "0.0"                },
        {"virt",       "1.0G",                 "0"                  },
        {"why",        SENTENCES,              ""                   },
    };
    enum { CASE_COUNT = sizeof cases / sizeof *cases };

    for (size_t i = 0; i < column_count; i++) {
        size_t at = 0;

        while (at < CASE_COUNT && strcmp(cases[at].key, columns[i].key) != 0)
            at++;
        if (at == CASE_COUNT)
            fail_msg("%s is not tried", columns[i].key);
        assert_cell(&s->first, cases[at].key, cases[at].first);
        assert_cell(&s->second, cases[at].key, cases[at].second);
    }
}

static void has_whole_rows_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        const struct column *column = &columns[i];

        assert_ptr_equal(column_find(column->key), column);
        assert_true(column->format || !column->count);
        assert_int_equal(
            (column->number != NULL) + (column->text != NULL) + (column->count != NULL), 1);
        assert_true(strlen(column->help) > 0);
        assert_true(column->width == 0 || strlen(column->title) <= column->width);
    }
    assert_null(column_find("no_such_column"));
}

static void sets_hold_columns_that_exist_and_those_that_identify(void **state)
{
    static const char *const always[] = {"score", "mark", "pid", "name"};

    (void)state;
    for (size_t i = 0; i < column_set_count; i++) {
        const struct column_set *set = &column_sets[i];
        unsigned fixed = 0;

        assert_ptr_equal(column_set_find(set->name), set);
        for (size_t k = 0; set->keys[k]; k++) {
            if (!column_find(set->keys[k]))
                fail_msg("%s: no column %s", set->name, set->keys[k]);
            fixed += column_importance(column_find(set->keys[k])) == COLUMN_IS_FIXED;
        }
        assert_int_equal(fixed, sizeof always / sizeof *always);
    }
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        assert_int_equal(column_importance(column_find(always[i])), COLUMN_IS_FIXED);
    assert_null(column_set_find("nothing"));
}

static void never_halves_a_chip(void **state)
{
    struct state *s = *state;
    static const struct {
        size_t cells;
        const char *utf8, *ascii;
    } cases[] = {
        {20, "DEL+4 TMP+2.5w PTR+3",        "DEL+4 TMP+2.5w PTR+3"},
        {19, "DEL+4 TMP+2.5w \xe2\x80\xa6", "DEL+4 TMP+2.5w .."   },
        {16, "DEL+4 TMP+2.5w \xe2\x80\xa6", "DEL+4 .."            },
        {8,  "DEL+4 \xe2\x80\xa6",          "DEL+4 .."            },
        {7,  "DEL+4 \xe2\x80\xa6",          ".."                  },
        {2,  "\xe2\x80\xa6",                ".."                  },
        {1,  "\xe2\x80\xa6",                ""                    },
        {0,  "",                            ""                    },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int is_ascii = 0; is_ascii < 2; is_ascii++) {
            struct row row = s->first;
            struct strbuf out = {0};

            row.style = is_ascii ? TEXT_ASCII : TEXT_UTF8;
            format_chips(&row, &out, cases[i].cells);
            const char *expected = is_ascii ? cases[i].ascii : cases[i].utf8;
            if (strcmp(strbuf_string(&out), expected) != 0)
                fail_msg("%zu cells: \"%s\", not \"%s\"", cases[i].cells, strbuf_string(&out),
                         expected);
            strbuf_release(&out);
        }
}

static void tells_reasons_as_sentences(void **state)
{
    struct state *s = *state;
    const struct reason *reasons = s->scored.scores.reasons;
    struct strbuf out = {0};

    format_reason(&s->first, &reasons[1], &out);
    assert_string_equal(strbuf_string(&out), "It runs from a directory for temporary files: "
                                             "/tmp/.x (whitelisted)");
    strbuf_clear(&out);
    format_reason(&s->first, &reasons[3], &out);
    assert_string_equal(strbuf_string(&out), "It uses much CPU: one burst (excused)");
    strbuf_clear(&out);
    format_sentences(&s->first, &out, 1000);
    assert_null(strstr(strbuf_string(&out), "excused"));
    assert_non_null(strstr(strbuf_string(&out), "; Another process controls it"));
    strbuf_clear(&out);
    format_sentences(&s->first, &out, 20);
    assert_int_equal(text_cells(strbuf_span(&out), TEXT_UTF8), 20);
    strbuf_release(&out);
}

static void writes_ages_times_and_terminals(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } ages[] = {
        {-1,         "0s"   },
        {59.9,       "59s"  },
        {60,         "1m00" },
        {3599,       "59m59"},
        {3600,       "1h00" },
        {86399,      "23h59"},
        {86400 * 5., "5d00h"},
        {31536000.,  "1y0d" },
    };
    static const struct {
        int64_t at_s; /* now: 2025-11-24 08:00:00 UTC */
        const char *text;
    } times[] = {
        {1763971200, "08:00:00"},
        {1763942400, "00:00:00"},
        {1763942399, "Nov 23"  },
        {1735689600, "Jan 01"  },
        {1735689599, "2024"    },
    };
    static const struct {
        int32_t device;
        const char *text;
    } terminals[] = {
        {0,          "-"      },
        {0x8803,     "pts/3"  },
        {0x8900,     "pts/256"},
        {0x0401,     "tty1"   },
        {0x0440,     "ttyS0"  },
        {0x0501,     "5:1"    },
        {0x00108801, "pts/257"},
    };

    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        struct strbuf out = {0};
        cell_add_age(&out, ages[i].seconds);
        assert_string_equal(strbuf_string(&out), ages[i].text);
        strbuf_release(&out);
    }
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct strbuf out = {0};
        cell_add_time(&out, times[i].at_s, times[0].at_s);
        assert_string_equal(strbuf_string(&out), times[i].text);
        strbuf_release(&out);
    }
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++) {
        struct strbuf out = {0};
        cell_add_tty(&out, terminals[i].device);
        assert_string_equal(strbuf_string(&out), terminals[i].text);
        strbuf_release(&out);
    }
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void finds_units_and_containers(void **state)
{
    (void)state;
    static const struct {
        const char *cgroup, *unit, *engine, *id;
    } cases[] = {
        {"/system.slice/ssh.service",                    "ssh.service",         NULL,         NULL },
        {"0::/user.slice/user-0.slice/session-3.scope",  "session-3.scope",     NULL,         NULL },
        {"/user.slice/user@0.service/app.slice/a.scope", "a.scope",             NULL,         NULL },
        {"/",                                            "",                    NULL,         NULL },
        {"",                                             "",                    NULL,         NULL },
        {"/system.slice/docker-" ID ".scope",            "docker-" ID ".scope", "docker",     ID   },
        {"/docker/" ID,                                  "",                    "docker",     ID   },
        {"/machine.slice/libpod-" ID ".scope/container", "libpod-" ID ".scope", "podman",     ID   },
        {"/kubepods/burstable/pod1/" ID,                 "",                    "kubernetes", ID   },
        {"/lxc/web/x",                                   "",                    "lxc",        "web"},
        {"/lxc.payload.web/system.slice/a.service",      "a.service",           "lxc",        "web"},
        {"/a/0123456789abcdef",                          "",                    NULL,         NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span cgroup = span_of_string(cases[i].cgroup), unit = {0};
        struct container_name name = {0};

        assert_int_equal(cgroup_find_unit(cgroup, &unit), *cases[i].unit != '\0');
        assert_true(*cases[i].unit == '\0' || span_equals(unit, cases[i].unit));
        assert_int_equal(cgroup_find_container(cgroup, &name), cases[i].engine != NULL);
        if (cases[i].engine) {
            assert_string_equal(name.engine, cases[i].engine);
            assert_true(span_equals(name.id, cases[i].id));
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_each_value, set_up, tear_down),
        cmocka_unit_test(has_whole_rows_only),
        cmocka_unit_test(sets_hold_columns_that_exist_and_those_that_identify),
        cmocka_unit_test_setup_teardown(never_halves_a_chip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_reasons_as_sentences, set_up, tear_down),
        cmocka_unit_test(writes_ages_times_and_terminals),
        cmocka_unit_test(finds_units_and_containers),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("view/columns", tests, NULL, NULL);
}
