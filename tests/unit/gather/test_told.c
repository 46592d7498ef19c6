/* SPDX-License-Identifier: MIT */
/* What becomes of an answer of the census: it is true, or /proc is read. */
#include "gather/census.h"
#include "gather/reading.h"
#include "tests/unit/gather/census_crowd.h"

static const fact_mask told_facts = FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_NAMESPACES) |
                                    FACT_BIT(FACT_LOGINUID) | FACT_BIT(FACT_ROOT) |
                                    FACT_BIT(FACT_CWD);

static void *pass_with(struct gather_census census, struct snapshot *ret_snapshot)
{
    const struct gather_options options = {.census = census};
    const struct gather_request request = {.wanted = told_facts};
    struct gather *gather;
    const char *reason;

    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    void *block = fixture_gather(gather, &request, ret_snapshot);
    gather_free(gather);
    return block;
}

struct answer {
    struct census_task task;
    struct census_descriptor descriptor;
    char link[32];
};

static struct answer answer_of(pid_t pid)
{
    wait_until_asleep(pid);
    const struct said said = files_of(pid);
    const struct census_head head = {
        .pid = pid,
        .start_ns = (uint64_t)said.stat.starttime *
                        ((uint64_t)NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK)) +
                    5,
        .switches = said.status.switches,
    };
    struct answer answer = {
        .task =
            {
                   .head = head,
                   .runtime_ns = said.times.runtime_ns,
                   .arrivals = said.times.arrivals,
                   .uid = {SOMEBODY, SOMEBODY, SOMEBODY, SOMEBODY},
                   .state = 1,
                   .levels = 1,
                   .loginuid = SOMEBODY,
                   .ns_net = 1,
                   .ns_mnt = 2,
                   .ns_user = 3,
                   },
        .descriptor = {.head = head, .fd = 2                         },
        .link = "/told/by/nobody",
    };
    answer.task.head.size = sizeof answer.task;
    answer.descriptor.head.size =
        (uint32_t)(sizeof answer.descriptor + strlen(answer.link) + 1);
    return answer;
}

static struct gather_census census_of(const struct answer *answer)
{
    int tasks[2], files[2];

    assert_int_equal(pipe2(tasks, O_CLOEXEC), 0);
    assert_int_equal(pipe2(files, O_CLOEXEC), 0);
    assert_int_equal(write(tasks[1], &answer->task, sizeof answer->task), sizeof answer->task);
    assert_int_equal(write(files[1], &answer->descriptor, sizeof answer->descriptor),
                     sizeof answer->descriptor);
    assert_true(write(files[1], answer->link,
                      answer->descriptor.head.size - sizeof answer->descriptor) >= 0);
    close(tasks[1]);
    close(files[1]);
    return (struct gather_census){tasks[0], files[0]};
}

static bool is_believed(const struct answer *answer, pid_t pid)
{
    struct snapshot snapshot;
    void *block = pass_with(census_of(answer), &snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);

    assert_non_null(process);
    const struct descriptor *descriptor = &snapshot.descriptors[process->descriptors.first];
    bool has_told_link =
        process->descriptors.count == 1 &&
        strcmp(snapshot_string(&snapshot, descriptor->target), answer->link) == 0;
    assert_int_equal(has_told_link, process->loginuid == SOMEBODY);
    assert_int_equal(has_told_link, process->ns_net == 1);
    assert_int_equal(has_told_link, process->descriptor_count == 1);
    assert_int_equal(has_told_link, process->uid[0] == SOMEBODY);
    assert_string_equal(snapshot_string(&snapshot, process->comm), "test_told");
    assert_true(process->threads == 1 && process->ppid == getpid() && process->vsize > 0);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (told_facts & FACT_BIT(fact))
            assert_int_equal(process->facts[fact], FACT_KNOWN);
    free(block);
    return has_told_link;
}

static void who_slept_since_is_believed(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    assert_true(is_believed(&answer, pid));
    child_end(pid);
}

static void who_ran_since_is_read(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    answer.task.head.switches--;
    answer.task.arrivals--;
    answer.descriptor.head.switches--;
    assert_false(is_believed(&answer, pid));
    child_end(pid);
}

/* Of its status. Where it is and what it has open does not depend on that. */
static void who_is_traced_on_a_cpu_or_not_counted_is_read(void **state)
{
    static const struct {
        uint32_t ptrace, state, seccomp;
        int more_runtime;
    } cases[] = {
        {0, 1, 0,    0},
        {1, 1, 0,    0},
        {0, 0, 0,    0},
        {0, 2, 0,    0},
        {0, 1, 1000, 0},
        {0, 1, 0,    1},
    };
    struct snapshot snapshot;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer answer = answer_of(pid);

        answer.task.ptrace = cases[i].ptrace;
        answer.task.state = cases[i].state;
        answer.task.seccomp = cases[i].seccomp;
        answer.task.runtime_ns += (uint64_t)cases[i].more_runtime;
        void *block = pass_with(census_of(&answer), &snapshot);
        const struct process *process = snapshot_find(&snapshot, pid);
        assert_int_equal(process->uid[0], i == 0 ? SOMEBODY : getuid());
        assert_int_equal(process->facts[FACT_STATUS], FACT_KNOWN);
        free(block);
    }
    child_end(pid);
}

static void who_has_the_pid_of_another_is_read(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    answer.task.head.start_ns -= NS_PER_S;
    answer.descriptor.head.start_ns -= NS_PER_S;
    assert_false(is_believed(&answer, pid));
    child_end(pid);
}

static void who_was_told_of_and_is_gone_is_no_row(void **state)
{
    struct snapshot snapshot;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    child_end(pid);
    void *block = pass_with(census_of(&answer), &snapshot);
    assert_null(snapshot_find(&snapshot, pid));
    free(block);
}

/* Of a screen on so many that it would be. */
static void with_a_census_nothing_is_put_off(void **state)
{
    const struct gather_request request = {
        .wanted = told_facts | FACT_BIT(FACT_MAPS),
        .may_put_off = true,
    };
    struct snapshot snapshot;
    struct gather *gather;
    const char *reason;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    const struct gather_options options = {.census = census_of(&answer)};
    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    gather->allowance_least_us = 0;
    void *block = fixture_gather(gather, &request, &snapshot);
    assert_int_equal(snapshot.header->unfinished, 0);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_int_equal(process->descriptor_count, 1);
    assert_int_equal(process->facts[FACT_MAPS], FACT_KNOWN);
    free(block);
    gather_free(gather);
    child_end(pid);
}

static bool is_open_pipe(int fd, ino_t inode)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_ino == inode;
}

/* Its number may be another file's by then. */
static void it_is_closed_after_the_first_pass(void **state)
{
    const struct gather_request request = {.wanted = told_facts};
    struct snapshot snapshot;
    struct gather *gather;
    const char *reason;
    struct stat tasks, files;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    const struct gather_options options = {.census = census_of(&answer)};
    assert_int_equal(fstat(options.census.tasks, &tasks), 0);
    assert_int_equal(fstat(options.census.descriptors, &files), 0);
    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    free(fixture_gather(gather, &request, &snapshot));
    assert_false(is_open_pipe(options.census.tasks, tasks.st_ino));
    assert_false(is_open_pipe(options.census.descriptors, files.st_ino));
    gather_free(gather);
    child_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_slept_since_is_believed),
        cmocka_unit_test(who_ran_since_is_read),
        cmocka_unit_test(who_is_traced_on_a_cpu_or_not_counted_is_read),
        cmocka_unit_test(who_has_the_pid_of_another_is_read),
        cmocka_unit_test(who_was_told_of_and_is_gone_is_no_row),
        cmocka_unit_test(with_a_census_nothing_is_put_off),
        cmocka_unit_test(it_is_closed_after_the_first_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
