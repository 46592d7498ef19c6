/* SPDX-License-Identifier: MIT */
#include <regex.h>

#include "report/table.h"
#include "tests/unit/report/reported.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 7, .comm = "one", .user = "root", .total_score = 3.5,
     .reasons = {{"tmp_exe", 3.5, 3.5, "/tmp/a\n  12.0 666 fake row"},
                 {"high_cpu", 1, 0, "one burst", .is_excused = true}}},
    {.pid = 1234567, .comm = "a name \033[2J wider than its column", .user = "somebody-long",
     .total_score = 12, .severity = SEVERITY_CRITICAL,
     .reasons = {{"deleted_exe", 12, 12, "12 34"}}},
    {.pid = 2000000, .comm = "huge", .user = "root", .cpu_percent = -1, .total_score = 12345.6,
     .reasons = {{"ptraced", 1, 1, ""}}},
};
/* clang-format on */

static void write_table(bool with_color, bool with_denied, struct strbuf *out)
{
    struct reported reported;

    reported_init(&reported, machine, with_denied ? 3 : 2);
    table_add(&reported.report, &(struct table_options){TEXT_ASCII, with_color}, out);
    reported_release(&reported);
}

/* What the guide does: grep -E "^\s+[0-9]+" | awk '{print $2}'. */
static void grep_finds_rows_alone_and_awk_their_pids(void **state)
{
    (void)state;
    struct strbuf out = {0}, pids = {0};
    regex_t row;

    assert_int_equal(regcomp(&row, "^\\s+[0-9]+", REG_EXTENDED | REG_NOSUB), 0);
    write_table(false, true, &out);
    for (char *save, *line = strtok_r(out.bytes, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char score[16], pid[16];
        if (regexec(&row, line, 0, NULL, 0) == 0 && sscanf(line, "%15s %15s", score, pid) == 2)
            strbuf_add_format(&pids, "%s %s;", score, pid);
    }
    assert_string_equal(strbuf_string(&pids), "12345.6 2000000;12.0 1234567;3.5 7;");
    regfree(&row);
    strbuf_release(&out);
    strbuf_release(&pids);
}

static void writes_reasons_below_the_row(void **state)
{
    (void)state;
    static const char expected[] =
        "procwatch: web1 2025-11-24T16:00:00Z: 2 processes, 2 flagged (score 3.0 or more)\n"
        " SCORE     PID !  USER       CPU% NAME               AGE REASONS\n"
        "  12.0 1234567 !! somebod..   0.0 a name \\x1b[2..  16m40 DEL+12\n"
        "       +12.0 deleted_exe: Its executable was deleted from disk: 12 34\n"
        "   3.5       7    root        0.0 one              16m40 TMP+3.5\n"
        "       +3.5 tmp_exe: It runs from a directory for temporary files: "
        "/tmp/a\\n  12.0 666 fake row\n";
    struct strbuf out = {0};

    write_table(false, false, &out);
    assert_string_equal(strbuf_string(&out), expected);
    strbuf_release(&out);
}

static void colors_only_when_asked(void **state)
{
    (void)state;
    struct strbuf plain = {0}, colored = {0};

    write_table(false, false, &plain);
    write_table(true, false, &colored);
    assert_null(strchr(strbuf_string(&plain), '\033'));
    assert_says(&colored, " \033[1;31m 12.0\033[0m");
    strbuf_release(&plain);
    strbuf_release(&colored);
}

static void says_when_it_is_incomplete(void **state)
{
    (void)state;
    struct strbuf out = {0};

    write_table(false, true, &out);
    assert_says(&out, "INCOMPLETE");
    strbuf_clear(&out);
    write_table(false, false, &out);
    assert_null(strstr(strbuf_string(&out), "INCOMPLETE"));
    strbuf_release(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(grep_finds_rows_alone_and_awk_their_pids),
        cmocka_unit_test(writes_reasons_below_the_row),
        cmocka_unit_test(colors_only_when_asked),
        cmocka_unit_test(says_when_it_is_incomplete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
