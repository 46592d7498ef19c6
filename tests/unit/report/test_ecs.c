/* SPDX-License-Identifier: MIT */
#include "report/ecs.h"

#include <cjson/cJSON.h>

#include "tests/unit/report/reported.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 10, .comm = "curl", .user = "root", .exe = "/tmp/.x (deleted)",
     .cmdline = "curl|--token|hunter2|http://u:hunter2@x/", .starttime = 6500, .cpu_percent = 12,
     .total_score = 8, .severity = SEVERITY_HIGH,
     .reasons = {{"deleted_exe", 4, 4, "/tmp/.x\n(deleted)"},
                 {"tmp_exe", 4, 1, "/tmp/.x"},
                 {"high_cpu", 1, 0, "one burst", .is_excused = true}}},
    {.pid = 11, .ppid = 10, .starttime = 90000, .comm = "\"\033[2J\xff", .user = "1000",
     .uid = 1000, .cmdline = "\x9b" "31m", .cpu_percent = -1},
};
/* clang-format on */

static const cJSON *at(const cJSON *object, const char *path)
{
    char key[64];

    for (; object && *path; path += *path == '/') {
        size_t length = strcspn(path, "/");

        snprintf(key, sizeof key, "%.*s", (int)length, path);
        object = cJSON_GetObjectItemCaseSensitive(object, key);
        path += length;
    }
    assert_non_null(object);
    return object;
}

static const char *text_at(const cJSON *object, const char *path)
{
    const cJSON *item = at(object, path);

    assert_true(cJSON_IsString(item));
    return item->valuestring;
}

/* The events of the machine, each from a line of its own. */
static void take_events(cJSON *(*ret_events)[2], struct strbuf *ret_text)
{
    struct reported reported;

    reported_init(&reported, machine, 2);
    ecs_add_lines(&reported.report, ret_text);
    struct span text = strbuf_span(ret_text), line;
    for (int i = 0; i < 2; i++) {
        assert_true(span_take_line(&text, &line));
        (*ret_events)[i] = cJSON_ParseWithLength(line.at, span_length(line));
        assert_non_null((*ret_events)[i]);
    }
    assert_int_equal(span_length(text), 0);
    reported_release(&reported);
}

static void speaks_the_schema(void **state)
{
    struct strbuf text = {0};
    cJSON *events[2];
    (void)state;

    take_events(&events, &text);
    assert_string_equal(text_at(events[0], "ecs/version"), "8.11.0");
    assert_string_equal(text_at(events[0], "event/kind"), "alert");
    assert_true(at(events[0], "event/risk_score")->valuedouble == 8);
    assert_string_equal(cJSON_GetArrayItem(at(events[0], "event/category"), 0)->valuestring,
                        "process");
    assert_int_equal(at(events[0], "process/pid")->valueint, 10);
    assert_string_equal(text_at(events[0], "process/executable"), "/tmp/.x (deleted)");
    assert_string_equal(text_at(events[0], "user/id"), "0");
    assert_string_equal(text_at(events[0], "user/name"), "root");
    assert_string_equal(text_at(events[0], "message"), "score 8.0: deleted_exe, tmp_exe");
    assert_int_equal(cJSON_GetArraySize(at(events[0], "procwatch/reasons")), 2);
    assert_string_equal(text_at(events[0], "@timestamp"), "2025-11-24T16:00:00.500Z");

    assert_string_equal(text_at(events[1], "event/kind"), "state");
    assert_int_equal(at(events[1], "process/parent/pid")->valueint, 10);
    assert_string_equal(text_at(events[1], "process/parent/name"), "curl");
    for (int i = 0; i < 2; i++)
        cJSON_Delete(events[i]);
    strbuf_release(&text);
}

static void keeps_secrets_and_what_is_not_printable_to_itself(void **state)
{
    struct strbuf text = {0};
    cJSON *events[2];
    (void)state;

    take_events(&events, &text);
    assert_null(strstr(strbuf_string(&text), "hunter2"));
    assert_null(strpbrk(strbuf_string(&text), "\033\x9b\xff"));
    assert_int_equal(cJSON_GetArraySize(at(events[0], "process/args")), 4);
    assert_non_null(strstr(text_at(events[0], "process/command_line"), "curl --token "));
    for (int i = 0; i < 2; i++)
        cJSON_Delete(events[i]);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_the_schema),
        cmocka_unit_test(keeps_secrets_and_what_is_not_printable_to_itself),
    };

    return cmocka_run_group_tests_name("ecs", tests, NULL, NULL);
}
