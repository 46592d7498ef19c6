/* SPDX-License-Identifier: MIT */
/* What could not be seen is said, and a report with it is not complete. */
#include "tests/unit/report/reported.h"

static const struct scored_process machine[] = {
    {.pid = 10, .comm = "sh", .user = "root"},
};

static void unknown_is_not_clean(void **state)
{
    static const enum problem_level note = PROBLEM_NOTE, warning = PROBLEM_WARNING,
                                    error = PROBLEM_ERROR;
    /* clang-format off */
    static const struct {
        uint32_t flags, unfinished;
        struct gather_counts counts;
        enum fact_state digest;
        const enum problem_level *note; /* one that says "web1" */
        bool is_complete;
        const char *message; /* NULL: none */
    } cases[] = {
        {.is_complete = true},
        {.digest = FACT_KNOWN, .is_complete = true},
        {.digest = FACT_PENDING,
         .message = "the digest of the executable of 1 process is not there yet"},
        {.note = &note, .is_complete = true, .message = "web1"},
        {.note = &warning, .is_complete = true, .message = "web1"},
        {.note = &error, .message = "web1"},
        {.unfinished = 1, .message = "1 process is not read in full yet"},
        {.unfinished = 7, .message = "7 processes are not read in full yet"},
        {.counts.denied = 1,
         .message = "1 process could not be read in full: permission denied"},
        {.counts.failed = 2, .message = "2 processes could not be read in full: read error"},
        {.counts.blocked = 1,
         .message = "1 process could not be read: the read does not return"},
        {.counts.truncated = 3, .is_complete = true,
         .message = "3 processes had more than is read: a cap was reached"},
        {.flags = SNAPSHOT_PROC_HIDES_PIDS, .counts = {.processes = 2, .expected = 5},
         .message = "/proc hides processes of others (hidepid): 2 of 5 are visible"},
        {.flags = SNAPSHOT_PROC_HIDES_PIDS, .counts = {.processes = 2},
         .message = "/proc hides processes of others (hidepid): only 2 are visible"},
        {.flags = SNAPSHOT_IS_INCOMPLETE, .message = "the pass over /proc is incomplete"},
        {.flags = SNAPSHOT_SOCKETS_TRUNCATED,
         .message = "there are more sockets than are read"},
    };
    /* clang-format on */
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reported reported;
        struct problems problems = {0};

        reported_init(&reported, machine, 1);
        /* The block is ours, however it is seen. */
        struct snapshot_header *header = reported.scored.block;
        struct process *process = (struct process *)reported.scored.snapshot.processes;
        header->flags = cases[i].flags;
        header->unfinished = cases[i].unfinished;
        header->counts = cases[i].counts;
        process->facts[FACT_SHA256] = (uint8_t)cases[i].digest;
        const struct note said = {.level = cases[i].note ? *cases[i].note : 0,
                                  .text = header->host};
        reported.scored.snapshot.notes = &said;
        reported.scored.snapshot.note_count = cases[i].note != NULL;

        assert_int_equal(report_is_complete(&reported.report), cases[i].is_complete);
        report_add_problems(&reported.report, &problems);
        assert_int_equal(problems.count, cases[i].message != NULL);
        if (cases[i].message)
            assert_string_equal(problems.items[0].message, cases[i].message);
        problems_release(&problems);
        reported_release(&reported);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_not_clean),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
