/* SPDX-License-Identifier: MIT */
#include "report/csv.h"
#include "tests/unit/report/reported.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 7, .comm = "=cmd|'/C x'", .user = "root", .exe = "/tmp/a \"b\",c", .cmdline = "a\nb",
     .total_score = 3.5, .reasons = {{"tmp_exe", 3.5, 3.5, "/tmp/a"}}},
    {.pid = 8, .comm = "innocent", .user = "root", .cpu_percent = -1},
};
/* clang-format on */

static void write_csv(struct strbuf *out)
{
    struct reported reported;

    reported_init(&reported, machine, 2);
    csv_add(&reported.report, out);
    reported_release(&reported);
}

static void quotes_what_would_end_a_cell_or_run_in_a_spreadsheet(void **state)
{
    struct strbuf out = {0};

    (void)state;
    write_csv(&out);
    assert_says(&out, "\"'=cmd|'/C x'\"");
    assert_says(&out, "\"/tmp/a \"\"b\"\",c\"");
    assert_says(&out, "\"a\\nb\"");
    assert_says(&out, "1,3.5,");
    strbuf_release(&out);
}

/* However a process is called: a line each, and as many cells in each. */
static void has_a_line_a_process_of_as_many_cells(void **state)
{
    struct strbuf out = {0};
    struct span rest, line;
    size_t lines = 0;

    (void)state;
    write_csv(&out);
    rest = strbuf_span(&out);
    while (span_take_line(&rest, &line)) {
        size_t cells = 1;
        bool is_quoted = false;

        for (const char *at = line.at; at < line.end; at++) {
            is_quoted ^= *at == '"';
            cells += *at == ',' && !is_quoted;
        }
        assert_false(is_quoted);
        assert_int_equal(cells, 1 + column_count);
        lines++;
    }
    assert_int_equal(lines, 3);
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_what_would_end_a_cell_or_run_in_a_spreadsheet),
        cmocka_unit_test(has_a_line_a_process_of_as_many_cells),
    };

    return cmocka_run_group_tests_name("report/csv", tests, NULL, NULL);
}
