/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "tests/support/scored.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"
#include "view/history.h"
#include "view/view.h"

/* clang-format off */
static const struct scored_process machine[] = {
    {.pid = 2, .comm = "kthreadd", .user = "root", .flags = PROCESS_PF_KTHREAD},
    {.pid = 10, .comm = "alpha", .user = "root", .exe = "/opt/Daemon", .cmdline = "alpha|-x|On",
     .starttime = 50, .cpu_percent = 5, .total_score = 4, .reasons = {{"tmp_exe", 4, 4, ""}}},
    {.pid = 11, .comm = "beta", .user = "www-data", .uid = 33, .exe = "/usr/sbin/nginx",
     .starttime = 40, .cpu_percent = -1, .total_score = 4, .reasons = {{"tmp_exe", 4, 4, ""}}},
    {.pid = 12, .comm = "gamma", .user = "1000", .uid = 1000, .starttime = 30,
     .cpu_percent = 80, .total_score = 4,
     .reasons = {{"ptraced", 3, 3, ""}, {"high_cpu", 1, 1, ""}}},
    {.pid = 13, .comm = "delta", .user = "root", .starttime = 60, .cpu_percent = 1,
     .total_score = 1, .reasons = {{"high_cpu", 1, 1, ""}}},
};
/* clang-format on */

static int set_up(void **state)
{
    struct scored *scored = memory_new(1, sizeof *scored);

    scored_init(scored, machine, sizeof machine / sizeof *machine);
    *state = scored;
    return 0;
}

static int tear_down(void **state)
{
    scored_release(*state);
    free(*state);
    return 0;
}

static void build(struct view *view, const struct scored *scored,
                  const struct view_options *options)
{
    view_build(view, &scored->snapshot, scored->relations, &scored->scores, options);
}

static void assert_order(const struct scored *scored, const struct view_options *options,
                         const char *expected)
{
    struct view view = {0};
    struct strbuf pids = {0};

    build(&view, scored, options);
    for (size_t i = 0; i < view.count; i++)
        strbuf_add_format(&pids, "%s%d", i > 0 ? " " : "",
                          scored->snapshot.processes[view.rows[i]].pid);
    assert_string_equal(strbuf_string(&pids), expected);
    strbuf_release(&pids);
    view_release(&view);
}

static void breaks_ties_by_reason_then_start_then_pid(void **state)
{
    assert_order(*state, &(struct view_options){0}, "11 10 12 13 2");
    assert_order(*state, &(struct view_options){.is_reversed = true}, "2 13 11 10 12");
}

static void sorts_numbers_down_and_text_up(void **state)
{
    assert_order(*state, &(struct view_options){.sort = column_find("pid")}, "13 12 11 10 2");
    assert_order(*state, &(struct view_options){.sort = column_find("name")}, "10 11 13 12 2");
    assert_order(*state,
                 &(struct view_options){.sort = column_find("name"), .is_reversed = true},
                 "2 12 13 11 10");
}

static void puts_the_unknown_last_either_way(void **state)
{
    assert_order(*state, &(struct view_options){.sort = column_find("cpu")}, "12 10 13 2 11");
    assert_order(*state,
                 &(struct view_options){.sort = column_find("cpu"), .is_reversed = true},
                 "2 13 10 12 11");
}

static void chooses_by_every_option(void **state)
{
    static const int32_t pids[] = {13, 10, 99};

    assert_order(*state, &(struct view_options){.flagged_only = true}, "11 10 12");
    assert_order(*state, &(struct view_options){.hide_kernel_threads = true}, "11 10 12 13");
    assert_order(*state, &(struct view_options){.pids = pids, .pid_count = 3}, "10 13");
    assert_order(*state, &(struct view_options){.pids = pids, .pid_count = 0}, "");
    assert_order(*state, &(struct view_options){.user = "www-data"}, "11");
    assert_order(*state, &(struct view_options){.user = "33"}, "11");
    assert_order(*state, &(struct view_options){.user = "!root"}, "11 12");
    assert_order(*state, &(struct view_options){.search = "NGINX"}, "11");
    assert_order(*state, &(struct view_options){.search = "-x on"}, "10");
    assert_order(*state, &(struct view_options){.search = "daemon"}, "10");
    assert_order(*state, &(struct view_options){.search = "nothing"}, "");
    assert_order(*state, &(struct view_options){.search = ""}, "11 10 12 13 2");
}

static void applies_a_filter(void **state)
{
    struct filter_error error;
    struct filter *filter = filter_new("score>3 and user!=root", &error);

    assert_non_null(filter);
    assert_order(*state, &(struct view_options){.filter = filter}, "11 12");
    filter_free(filter);
}

static void hides_who_is_in_a_container(void **state)
{
    struct verdict verdicts[2] = {0};
    struct scores scores = {.verdicts = verdicts, .count = 2};
    struct strbuf cell = {0};
    struct view view = {0};
    struct given given;

    (void)state;
    given_init(&given);
    given_process(&given, 10, 1, "/usr/sbin/sshd")->cgroup =
        given_text(&given, "/system.slice/ssh.service");
    given_process(&given, 20, 1, "/usr/bin/app")->cgroup = given_text(
        &given, "/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    given_seal(&given);
    view_build(&view, &given.snapshot, given.relations, &scores,
               &(struct view_options){.hide_containers = true});
    assert_int_equal(view.count, 1);
    assert_int_equal(given.snapshot.processes[view.rows[0]].pid, 10);
    struct row row = view_row(&given.snapshot, given.relations, &scores, 1, TEXT_UTF8);
    column_format(column_find("container"), &row, &cell);
    assert_string_equal(strbuf_string(&cell), "docker:0123456789ab");
    strbuf_release(&cell);
    view_release(&view);
    given_release(&given);
}

static bool is_in(const struct view *view, const struct snapshot *snapshot, int32_t pid)
{
    for (size_t i = 0; i < view->count; i++)
        if (snapshot->processes[view->rows[i]].pid == pid)
            return true;
    return false;
}

/* All of them, and the same that a view of the living has. */
static void assert_same_chosen(struct history *history, const struct scored *scored,
                               const struct view_options *options)
{
    struct view view = {0};

    build(&view, scored, options);
    view_choose_ended(history, options);
    assert_int_equal(history->ended_count, scored->snapshot.process_count);
    for (size_t i = 0; i < history->ended_count; i++)
        assert_int_equal(history->ended[i].is_chosen,
                         is_in(&view, &scored->snapshot, history->ended[i].pid));
    view_release(&view);
}

static void those_that_ended_are_chosen_as_when_they_lived(void **state)
{
    static const int32_t pids[] = {13, 10, 99};
    static const char *const users[] = {"www-data", "33", "!root", "nobody"};
    static const char *const searches[] = {"NGINX", "-x on", "daemon", "nothing", ""};
    static const char *const filters[] = {"cpu>=0", "cpu!=1",          "cpu<10 or name=beta",
                                          "!alpha", "reason!=ptraced", "reason~cpu user=root",
                                          "exe~^/", "score=4.0",       "trend=0"};
    const struct scored *scored = *state;
    const struct snapshot nobody = {.header = scored->snapshot.header};
    struct row row =
        view_row(&scored->snapshot, scored->relations, &scored->scores, 0, TEXT_UTF8);
    struct history history = {0};
    struct filter_error error;

    history_note_ended(&history, &row, &nobody);
    assert_same_chosen(&history, scored, &(struct view_options){.flagged_only = true});
    assert_same_chosen(&history, scored, &(struct view_options){.hide_kernel_threads = true});
    assert_same_chosen(&history, scored, &(struct view_options){.least_score = 2});
    assert_same_chosen(&history, scored, &(struct view_options){.pids = pids, .pid_count = 3});
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        assert_same_chosen(&history, scored, &(struct view_options){.user = users[i]});
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
        assert_same_chosen(&history, scored, &(struct view_options){.search = searches[i]});
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct filter *filter = filter_new(filters[i], &error);

        assert_non_null(filter);
        assert_same_chosen(&history, scored, &(struct view_options){.filter = filter});
        filter_free(filter);
    }
    history_release(&history);
}

static void limits_after_it_ordered(void **state)
{
    struct view view = {0};

    assert_order(*state, &(struct view_options){.limit = 1}, "11");
    assert_order(*state, &(struct view_options){.limit = 3}, "11 10 12");
    build(&view, *state, &(struct view_options){.limit = 2, .flagged_only = true});
    assert_int_equal(view.count, 2);
    assert_int_equal(view.matched, 3);
    build(&view, *state, &(struct view_options){.limit = 100});
    assert_int_equal(view.count, 5);
    view_release(&view);
}

/* Whatever the values, the first k of a limited view are those of the whole. */
static void takes_the_same_first_rows_as_a_full_sort(void **state)
{
    (void)state;
    enum { COUNT = 400 };
    struct scored_process *processes = memory_new(COUNT, sizeof *processes);
    uint32_t random = 1;

    for (int i = 0; i < COUNT; i++) {
        random = random * 1664525 + 1013904223;
        processes[i] = (struct scored_process){.pid = i + 1,
                                               .comm = "x",
                                               .user = "u",
                                               .starttime = random >> 29,
                                               .total_score = random >> 28 & 3};
    }
    struct scored scored;
    struct view whole = {0}, part = {0};

    scored_init(&scored, processes, COUNT);
    /* At random, along the list, and against it. */
    const struct view_options orders[] = {
        {0},
        {                          .sort = column_find("pid")},
        { .sort = column_find("pid"), .is_reversed = true},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct view_options options = orders[i];

        build(&whole, &scored, &options);
        assert_int_equal(whole.count, COUNT);
        for (options.limit = 1; options.limit < COUNT; options.limit += 7) {
            build(&part, &scored, &options);
            assert_int_equal(part.count, options.limit);
            assert_memory_equal(part.rows, whole.rows, options.limit * sizeof *part.rows);
        }
    }
    view_release(&whole);
    view_release(&part);
    scored_release(&scored);
    free(processes);
}

static bool is_second(const void *context, size_t index)
{
    (void)context;
    return index == 1;
}

static void puts_threads_behind_their_process(void **state)
{
    static const struct thread threads[] = {
        {.pid = 10, .tid = 100},
        {.pid = 10, .tid = 101},
        {.pid = 11, .tid = 110}
    };
    static const int32_t pids[] = {10, 11, 12};
    const struct scored *scored = *state;
    const struct view_options options = {
        .sort = column_find("pid"), .is_reversed = true, .pids = pids, .pid_count = 3};
    struct snapshot snapshot = scored->snapshot;
    struct view view = {0};

    snapshot.threads = threads;
    snapshot.thread_count = sizeof threads / sizeof *threads;
    build(&view, scored, &options);
    assert_int_equal(view.count, 3);
    assert_null(view_thread(&view, &snapshot, 0));
    view_add_threads(&view, &snapshot, NULL, NULL);
    assert_int_equal(view.count, 6);
    assert_int_equal(view.thread_count, 3);
    static const int32_t tids[] = {0, 100, 101, 0, 110, 0};
    for (size_t i = 0; i < view.count; i++) {
        const struct thread *thread = view_thread(&view, &snapshot, i);

        assert_int_equal(thread ? thread->tid : 0, tids[i]);
    }
    assert_int_equal(snapshot.processes[view.rows[4]].pid, 11);

    build(&view, scored, &options);
    view_add_threads(&view, &snapshot, is_second, NULL);
    assert_int_equal(view.count, 5);
    view_release(&view);
}

static void a_thread_has_cells_of_its_own_only(void **state)
{
    const struct scored *scored = *state;
    const struct snapshot *snapshot = &scored->snapshot;
    const struct thread thread = {.pid = 10,
                                  .tid = 100,
                                  .state = 'R',
                                  .cpu_percent = 12.5f,
                                  .start_ticks = 6500,
                                  .comm = snapshot->processes[2].comm};
    struct row row = view_row(snapshot, scored->relations, &scored->scores, 1, TEXT_UTF8);
    static const struct {
        const char *column, *cell;
    } cases[] = {
        {"pid",   "100"     },
        {"name",  "beta"    },
        {"state", "R"       },
        {"cpu",   "12.5"    },
        {"age",   "15m35"   },
        {"start", "15:44:25"},
        {"user",  ""        },
        {"score", ""        },
        {"exe",   ""        }
    };

    row.thread = &thread;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf text = {0};

        column_format(column_find(cases[i].column), &row, &text);
        assert_string_equal(strbuf_string(&text), cases[i].cell);
        strbuf_release(&text);
    }
    assert_int_equal(row_pid(&row), 100);
    assert_true(row_contains(&row, "BET"));
    assert_false(row_contains(&row, "alpha"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(breaks_ties_by_reason_then_start_then_pid, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(puts_threads_behind_their_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thread_has_cells_of_its_own_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sorts_numbers_down_and_text_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(puts_the_unknown_last_either_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(chooses_by_every_option, set_up, tear_down),
        cmocka_unit_test_setup_teardown(applies_a_filter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_that_ended_are_chosen_as_when_they_lived, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(limits_after_it_ordered, set_up, tear_down),
        cmocka_unit_test(hides_who_is_in_a_container),
        cmocka_unit_test(takes_the_same_first_rows_as_a_full_sort),
    };

    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("view/view", tests, NULL, NULL);
}
