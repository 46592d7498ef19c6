/* SPDX-License-Identifier: MIT */
#include "tests/support/scored.h"
#include "tests/support/test.h"
#include "view/history.h"
#include "view/view.h"

#define SECONDS(s) ((int64_t)(s)*1000000000)

static const struct scored_process one = {.pid = 1, .comm = "init", .starttime = 10};
static const struct scored_process shell = {.pid = 20,
                                            .comm = "sh",
                                            .user = "alice",
                                            .starttime = 500,
                                            .total_score = 4.2,
                                            .severity = SEVERITY_HIGH};
static const struct scored_process reused = {.pid = 20, .comm = "ls", .starttime = 900};

/* A machine of these processes at that time. */
static void look(struct scored *scored, const struct scored_process *processes, size_t count,
                 int64_t at_s)
{
    scored_init(scored, processes, count);
    ((struct snapshot_header *)scored->snapshot.header)->realtime_ns = SECONDS(at_s);
}

/* As the screen does it: what ended is noted while the old snapshot is still there. */
static void follow(struct history *history, const struct scored *before,
                   const struct scored *after)
{
    if (before) {
        struct row row =
            view_row(&before->snapshot, before->relations, &before->scores, 0, TEXT_UTF8);
        history_note_ended(history, &row, &after->snapshot);
    }
    history_add(history, &after->snapshot, &after->scores);
}

static void a_process_is_new_for_a_while_and_not_at_the_first_look(void **state)
{
    const struct scored_process two[] = {one, shell};
    struct history history = {0};
    struct scored first, second, third;

    (void)state;
    look(&first, &one, 1, 100);
    look(&second, two, 2, 102);
    look(&third, two, 2, 112);
    follow(&history, NULL, &first);
    assert_false(history_is_new(&history, &first.snapshot.processes[0]));
    follow(&history, &first, &second);
    assert_false(history_is_new(&history, &second.snapshot.processes[0]));
    assert_true(history_is_new(&history, &second.snapshot.processes[1]));
    follow(&history, &second, &third);
    assert_false(history_is_new(&history, &third.snapshot.processes[1]));
    history_release(&history);
    scored_release(&first);
    scored_release(&second);
    scored_release(&third);
}

static void keeps_the_cells_of_one_that_ended_for_a_minute(void **state)
{
    const struct scored_process two[] = {one, shell};
    struct history history = {0};
    struct scored first, second, late;

    (void)state;
    look(&first, two, 2, 100);
    look(&second, &one, 1, 102);
    look(&late, &one, 1, 163);
    follow(&history, NULL, &first);
    follow(&history, &first, &second);
    assert_int_equal(history.ended_count, 1);
    const struct history_ended *ended = &history.ended[0];
    assert_int_equal(ended->pid, 20);
    assert_int_equal(ended->at_ms, 102000);
    assert_int_equal(ended->severity, SEVERITY_HIGH);
    assert_true(ended->was_flagged);
    assert_string_equal(strbuf_string(&history_cell(ended, column_find("user"))->text),
                        "alice");
    assert_string_equal(strbuf_string(&history_cell(ended, column_find("score"))->text), "4.2");
    assert_true(history_cell(ended, column_find("score"))->number == 4.2);
    follow(&history, &second, &late);
    assert_int_equal(history.ended_count, 0);
    history_release(&history);
    scored_release(&first);
    scored_release(&second);
    scored_release(&late);
}

/* The same pid, another start time: one ended, one is new, and shares no scores. */
static void a_reused_pid_is_another_process(void **state)
{
    struct history history = {0};
    struct scored first, second;

    (void)state;
    look(&first, &shell, 1, 100);
    look(&second, &reused, 1, 102);
    follow(&history, NULL, &first);
    follow(&history, &first, &second);
    assert_int_equal(history.ended_count, 1);
    assert_int_equal(history.ended[0].starttime, 500);
    assert_true(history_is_new(&history, &second.snapshot.processes[0]));
    assert_int_equal(history_find(&history, &second.snapshot.processes[0])->score_count, 1);
    assert_null(history_find(&history, &first.snapshot.processes[0]));
    history_release(&history);
    scored_release(&first);
    scored_release(&second);
}

static void remembers_no_more_than_the_latest_of_a_burst(void **state)
{
    enum { BURST = HISTORY_ENDED_MAX + 50 };
    static struct scored_process many[BURST];
    struct history history = {0};
    struct scored first, second;

    (void)state;
    for (int i = 0; i < BURST; i++)
        many[i] = (struct scored_process){.pid = 100 + i, .comm = "x", .starttime = 5};
    look(&first, many, BURST, 100);
    look(&second, &one, 1, 102);
    follow(&history, NULL, &first);
    follow(&history, &first, &second);
    assert_int_equal(history.ended_count, HISTORY_ENDED_MAX);
    assert_int_equal(history.ended[0].pid, 100 + BURST - 1);
    history_release(&history);
    scored_release(&first);
    scored_release(&second);
}

static void draws_the_last_scores_as_bars(void **state)
{
    static const double scores[] = {0, 0, 1.4, 1.6, 3, 6, 10.4, 10.5, 99};
    struct history history = {0};
    struct strbuf bars = {0}, ascii = {0};
    struct scored scored;

    (void)state;
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        struct scored_process process = shell;

        process.total_score = scores[i];
        look(&scored, &process, 1, 100 + (int64_t)i);
        history_add(&history, &scored.snapshot, &scored.scores);
        if (i + 1 < sizeof scores / sizeof *scores)
            scored_release(&scored);
    }
    const struct history_entry *entry = history_find(&history, &scored.snapshot.processes[0]);
    assert_int_equal(entry->score_count, HISTORY_SCORES);
    history_add_trend(entry, TEXT_UTF8, &bars);
    assert_string_equal(strbuf_string(&bars), "▁▁▂▃▅▇██");
    history_add_trend(entry, TEXT_ASCII, &ascii);
    assert_string_equal(strbuf_string(&ascii), "..:-+%##");

    /* The column, and its order: from the eighth last score to the last. */
    struct row row =
        view_row(&scored.snapshot, scored.relations, &scored.scores, 0, TEXT_ASCII);
    assert_true(column_find("trend")->number(&row) == 0);
    row.history = &history;
    assert_true(column_find("trend")->number(&row) == 25.5);
    scored_release(&scored);
    history_release(&history);
    strbuf_release(&bars);
    strbuf_release(&ascii);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_is_new_for_a_while_and_not_at_the_first_look),
        cmocka_unit_test(keeps_the_cells_of_one_that_ended_for_a_minute),
        cmocka_unit_test(a_reused_pid_is_another_process),
        cmocka_unit_test(remembers_no_more_than_the_latest_of_a_burst),
        cmocka_unit_test(draws_the_last_scores_as_bars),
    };

    return cmocka_run_group_tests_name("view/history", tests, NULL, NULL);
}
