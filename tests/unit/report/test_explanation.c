/* SPDX-License-Identifier: MIT */
#include "report/explanation.h"
#include "tests/unit/report/reported.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 10, .ppid = 1, .comm = "sh", .user = "root", .exe = "/tmp/.x (deleted)",
     .cmdline = "sh|-i", .starttime = 6500, .cpu_percent = -1, .total_score = 5,
     .severity = SEVERITY_HIGH,
     .reasons = {{"deleted_exe", 4, 4, "/tmp/.x\033[2J"},
                 {"tmp_exe", 4, 1, "/tmp/.x", .is_whitelisted = true},
                 {"high_cpu", 1, 0, "one burst", .is_excused = true}}},
    {.pid = 11, .ppid = 10, .starttime = 90000, .comm = "child", .user = "root"},
};
/* clang-format on */

static void explain(uint32_t process, struct strbuf *out)
{
    struct reported reported;

    reported_init(&reported, machine, sizeof machine / sizeof *machine);
    reported.report.with_excused = true;
    explanation_add(&reported.report, process, NULL, TEXT_ASCII, out);
    reported_release(&reported);
}

static void tells_facts_reasons_and_relations(void **state)
{
    (void)state;
    struct strbuf out = {0};

    explain(0, &out);
    assert_says(&out, "pid          10\n");
    assert_says(&out, "exe          /tmp/.x (deleted)\n");
    assert_says(&out, "cmdline      sh -i\n");
    assert_says(&out, "Score 5.0, flagged");
    assert_says(&out,
                "+4.0 deleted_exe: Its executable was deleted from disk: /tmp/.x\\x1b[2J\n");
    assert_says(&out, "(whitelisted)");
    assert_says(&out, "high_cpu: It uses much CPU: one burst (excused)");
    assert_says(&out, "3 ESTABLISHED 0.0.0.0:50000 127.0.0.1:4444 (outbound)\n");
    assert_says(&out, "6 LISTEN 0.0.0.0:80 0.0.0.0:0\n");
    strbuf_release(&out);
}

static void says_what_is_not_known(void **state)
{
    (void)state;
    struct strbuf out = {0};

    explain(0, &out);
    assert_says(&out, "cpu          ?\n");
    assert_says(&out, "cwd          (not asked)\n");
    assert_says(&out, "Not assessed, because facts are missing\n  high_cpu\n");
    strbuf_release(&out);
}

static void names_the_ancestors(void **state)
{
    (void)state;
    struct strbuf out = {0};

    explain(1, &out);
    assert_says(&out, "Ancestry\n  10 sh  root  ");
    assert_says(&out, "nothing speaks against it");
    strbuf_release(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_facts_reasons_and_relations),
        cmocka_unit_test(says_what_is_not_known),
        cmocka_unit_test(names_the_ancestors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
