/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "report/json.h"
#include "tests/unit/report/reported.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 10, .comm = "sh", .user = "root", .exe = "/tmp/.x (deleted)", .cmdline = "sh||-i",
     .starttime = 6500, .cpu_percent = 12.34f, .total_score = 0.1 + 0.2 + 8,
     .severity = SEVERITY_HIGH,
     .reasons = {{"deleted_exe", 4, 4, "/tmp/.x\n(deleted)"},
                 {"tmp_exe", 4, 1, "/tmp/.x", .is_whitelisted = true},
                 {"high_cpu", 1, 0, "one burst", .is_excused = true}}},
    {.pid = 11, .ppid = 10, .starttime = 90000,
     .comm = "\"\\\033[2J\xff\xe2\x80\xae\xc0\xaf", .user = "1000", .uid = 1000,
     .cmdline = "\x9b" "31m|\xed\xa0\x80", .cpu_percent = -1},
};
/* clang-format on */

static int set_up(void **state)
{
    *state = memory_new(1, sizeof(struct reported));
    reported_init(*state, machine, sizeof machine / sizeof *machine);
    return 0;
}

static int tear_down(void **state)
{
    reported_release(*state);
    free(*state);
    return 0;
}

static const cJSON *at(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    if (!item)
        fail_msg("no \"%s\"", key);
    return item;
}

static void assert_number(const cJSON *object, const char *key, double value)
{
    assert_true(cJSON_IsNumber(at(object, key)));
    if (at(object, key)->valuedouble != value)
        fail_msg("%s is %g, not %g", key, at(object, key)->valuedouble, value);
}

static void assert_text(const cJSON *object, const char *key, const char *value)
{
    assert_true(cJSON_IsString(at(object, key)));
    assert_string_equal(at(object, key)->valuestring, value);
}

static cJSON *parse_document(const struct report *report)
{
    struct strbuf out = {0};

    json_add_document(report, &out);
    cJSON *document = cJSON_Parse(strbuf_string(&out));
    strbuf_release(&out);
    assert_non_null(document);
    return document;
}

static void writes_the_promised_document(void **state)
{
    struct reported *reported = *state;
    cJSON *document = parse_document(&reported->report);
    const cJSON *stats = at(document, "stats");

    assert_number(document, "schema", 1);
    assert_number(document, "timestamp", 1764000000.5);
    assert_text(document, "host", "web1");
    assert_true(cJSON_IsFalse(at(document, "complete")));
    assert_int_equal(cJSON_GetArraySize(at(document, "problems")), 1);
    assert_number(stats, "total_processes", 2);
    assert_number(stats, "suspicious_count", 1);
    assert_number(stats, "min_score_threshold", 3);
    assert_true(cJSON_IsFalse(at(stats, "ml_model_loaded")));
    assert_true(cJSON_IsNull(at(stats, "ml_model")));
    assert_int_equal(cJSON_GetArraySize(at(document, "processes")), 2);
    cJSON_Delete(document);
}

static void tells_all_of_a_process(void **state)
{
    struct reported *reported = *state;
    cJSON *document = parse_document(&reported->report);
    const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 0);

    assert_number(process, "pid", 10);
    assert_number(process, "ppid", 0);
    assert_text(process, "name", "sh");
    assert_text(process, "parent_name", "");
    assert_text(process, "user", "root");
    assert_number(process, "uid", 0);
    assert_text(process, "exe", "/tmp/.x (deleted)");
    assert_true(cJSON_IsNull(at(process, "cwd")));
    assert_int_equal(cJSON_GetArraySize(at(process, "cmdline")), 3);
    assert_string_equal(cJSON_GetArrayItem(at(process, "cmdline"), 1)->valuestring, "");
    assert_number(process, "starttime", 6500);
    assert_text(process, "state", "S");
    assert_number(process, "cpu_pct", 12.34);
    assert_number(process, "conns_outbound", 2);
    assert_int_equal(cJSON_GetArraySize(at(process, "remote_ports")), 2);
    assert_int_equal(cJSON_GetArrayItem(at(process, "remote_ports"), 0)->valueint, 443);
    assert_int_equal(cJSON_GetArrayItem(at(process, "remote_ports"), 1)->valueint, 4444);
    assert_true(cJSON_IsNull(at(process, "sha256")));
    assert_number(process, "heuristic_score", 8.3);
    assert_number(process, "ml_score", 0);
    assert_number(process, "total_score", 8.3);
    assert_true(cJSON_IsTrue(at(process, "flagged")));
    assert_number(process, "timestamp", 1764000000.5);
    assert_int_equal(cJSON_GetArraySize(at(process, "not_assessed")), 0);
    cJSON_Delete(document);
}

static void gives_reasons_with_evidence(void **state)
{
    struct reported *reported = *state;
    cJSON *document = parse_document(&reported->report);
    const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 0);
    const cJSON *reasons = at(process, "reasons");
    const cJSON *deleted = cJSON_GetArrayItem(reasons, 0),
                *tmp = cJSON_GetArrayItem(reasons, 1);

    assert_int_equal(cJSON_GetArraySize(reasons), 2);
    assert_text(deleted, "key", "deleted_exe");
    assert_number(deleted, "weight", 4);
    assert_number(deleted, "score", 4);
    assert_text(deleted, "evidence", "/tmp/.x\\n(deleted)");
    assert_text(deleted, "reason", "Its executable was deleted from disk: /tmp/.x\\n(deleted)");
    assert_true(cJSON_IsFalse(at(deleted, "whitelisted")));
    assert_true(cJSON_IsTrue(at(tmp, "whitelisted")));
    assert_text(tmp, "reason",
                "It runs from a directory for temporary files: /tmp/.x (whitelisted)");
    cJSON_Delete(document);
}

static void shows_the_excused_when_asked(void **state)
{
    struct reported *reported = *state;

    reported->report.with_excused = true;
    cJSON *document = parse_document(&reported->report);
    const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 0);
    assert_int_equal(cJSON_GetArraySize(at(process, "reasons")), 3);
    cJSON_Delete(document);
}

static void says_what_it_does_not_know(void **state)
{
    struct reported *reported = *state;
    cJSON *document = parse_document(&reported->report);
    const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 1);

    assert_true(cJSON_IsNull(at(process, "cpu_pct")));
    assert_int_equal(cJSON_GetArraySize(at(process, "not_assessed")), 1);
    assert_string_equal(cJSON_GetArrayItem(at(process, "not_assessed"), 0)->valuestring,
                        "high_cpu");
    assert_text(at(process, "unknown_facts"), "cpu", "denied");
    cJSON_Delete(document);
}

static void makes_hostile_bytes_printable(void **state)
{
    struct reported *reported = *state;
    struct strbuf out = {0};

    json_add_document(&reported->report, &out);
    for (size_t i = 0; i < out.length; i++) {
        unsigned char c = (unsigned char)out.bytes[i];
        assert_true((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t');
    }
    cJSON *document = cJSON_Parse(strbuf_string(&out));
    const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 1);
    assert_text(process, "name", "\"\\\\x1b[2J\\xff<U+202E>\\xc0\\xaf");
    assert_string_equal(cJSON_GetArrayItem(at(process, "cmdline"), 0)->valuestring, "\\x9b31m");
    cJSON_Delete(document);
    strbuf_release(&out);
}

static void writes_one_whole_object_a_line(void **state)
{
    struct reported *reported = *state;
    struct strbuf out = {0};

    json_add_lines(&reported->report, &out);
    struct span rest = strbuf_span(&out), line;
    for (int32_t pid = 10; pid <= 11; pid++) {
        assert_true(span_take_line(&rest, &line));
        cJSON *process = cJSON_ParseWithLength(line.at, span_length(line));
        assert_non_null(process);
        assert_number(process, "pid", pid);
        cJSON_Delete(process);
    }
    assert_int_equal(span_length(rest), 0);
    strbuf_release(&out);
}

static void gives_the_counts_of_a_complete_snapshot_without_a_list(void **state)
{
    struct reported reported;
    struct strbuf text = {0};
    (void)state;

    reported_init(&reported, machine, 1); /* of the second one something is denied */
    reported.report.view = NULL;
    assert_true(report_is_complete(&reported.report));
    json_add_stats(&reported.report, &text);
    cJSON *stats = cJSON_Parse(strbuf_string(&text));
    assert_int_equal(at(stats, "total_processes")->valueint, 1);
    assert_int_equal(at(stats, "suspicious_count")->valueint, 1);
    assert_true(cJSON_IsTrue(at(stats, "complete")));
    cJSON_Delete(stats);
    strbuf_release(&text);
    reported_release(&reported);
}

/* {"error": ...}, whatever a client made us quote. */
static void an_error_is_harmless(void **state)
{
    struct strbuf text = {0};
    (void)state;

    json_add_error("no \"\033[2J\"", &text);
    cJSON *error = cJSON_Parse(strbuf_string(&text));
    assert_text(error, "error", "no \"\\x1b[2J\"");
    cJSON_Delete(error);
    strbuf_release(&text);
}

static void masks_secrets_when_told_to(void **state)
{
    static const struct scored_process client[] = {
        {.pid = 10, .comm = "x", .user = "root", .cmdline = "x|--token=hush"},
    };
    (void)state;

    for (int masks = 0; masks < 2; masks++) {
        struct reported reported;

        reported_init(&reported, client, 1);
        reported.report.masks_secrets = masks;
        cJSON *document = parse_document(&reported.report);
        const cJSON *process = cJSON_GetArrayItem(at(document, "processes"), 0);
        assert_string_equal(cJSON_GetArrayItem(at(process, "cmdline"), 1)->valuestring,
                            masks ? "--token=***" : "--token=hush");
        cJSON_Delete(document);
        reported_release(&reported);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(writes_the_promised_document),
        CASE(tells_all_of_a_process),
        CASE(gives_reasons_with_evidence),
        CASE(shows_the_excused_when_asked),
        CASE(says_what_it_does_not_know),
        CASE(makes_hostile_bytes_printable),
        CASE(writes_one_whole_object_a_line),
        cmocka_unit_test(gives_the_counts_of_a_complete_snapshot_without_a_list),
        cmocka_unit_test(an_error_is_harmless),
        cmocka_unit_test(masks_secrets_when_told_to),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
