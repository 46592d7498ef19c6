/* SPDX-License-Identifier: MIT */
/* What is read of processes that do not run: next to nothing, and nothing is missed that
 * others do to them. */
#include "tests/unit/gather/watched.h"

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/stat.h>

#include "tests/support/scratch.h"

enum { IDLE_COUNT = 30, WAKING_COUNT = 10 };

static bool is_alone;

static void an_idle_process_is_not_read_again(void **state)
{
    struct watched watched;
    int reads = 0;

    pid_t pid = child_start(child_rest, NULL);
    watch_begin(&watched, pid, state);
    for (unsigned i = 0; i < KEPT_STATUS_PASSES; i++) {
        watch_pass(&watched);
        reads += watched.read & FACT_BIT(FACT_MAPS) ? 1 : 0;
        assert_int_equal(watch_see(&watched)->facts[FACT_MAPS], FACT_KNOWN);
        assert_true(watch_see(&watched)->cmdline.length > 0);
        assert_true(watch_see(&watched)->descriptor_count > 0);
    }
    assert_true(reads <= 1); /* the sweep's turn */
    watch_end(&watched);
    child_end(pid);
}

static void a_fact_wanted_later_is_added_alone(void **state)
{
    struct watched watched;

    pid_t pid = child_start(child_rest, NULL);
    watch_begin(&watched, pid, state);
    watched.unwanted = FACT_BIT(FACT_CWD);
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++)
        watch_pass(&watched); /* the sweep forgets it */
    assert_int_equal(watch_see(&watched)->facts[FACT_CWD], FACT_NOT_ASKED);
    watch_settle(&watched);
    watch_until_turn_is_far(&watched, KEPT_SWEEP_PASSES, KEPT_PLACE_PASSES);
    watched.unwanted = 0;
    watch_pass(&watched);
    assert_int_equal(watch_see(&watched)->facts[FACT_CWD], FACT_KNOWN);
    assert_true(watch_see(&watched)->cwd.length > 0);
    assert_true(watched.read & FACT_BIT(FACT_CWD));
    assert_false(watched.read & FACT_BIT(FACT_MAPS));
    watched.unwanted = FACT_BIT(FACT_CWD);
    watch_pass(&watched);
    assert_false(watched.read & FACT_BIT(FACT_MAPS));
    watch_end(&watched);
    child_end(pid);
}

static void changes_of_the_program_file_are_seen(void **state)
{
    const char *path = scratch_path("program");
    struct watched watched;

    scratch_run("cp \"$(command -v sleep)\" program");
    pid_t first = child_start(child_sleep, path), second = child_start(child_sleep, path);
    watch_begin(&watched, second, state); /* who is not the first to run it */
    assert_int_equal(see(&watched.live, first)->exe_file.mode & 0777, 0755);

    assert_int_equal(chmod(path, 0777), 0);
    watch_pass(&watched);
    assert_int_equal(see(&watched.live, first)->exe_file.mode & 0777, 0777);
    assert_int_equal(watch_see(&watched)->exe_file.mode & 0777, 0777);

    watch_settle(&watched);
    assert_int_equal(unlink(path), 0);
    watch_pass(&watched);
    assert_int_equal(see(&watched.live, first)->exe_file.nlink, 0);
    assert_int_equal(watch_see(&watched)->exe_file.nlink, 0);
    assert_non_null(strstr(snapshot_string(&watched.live.snapshot, watch_see(&watched)->exe),
                           " (deleted)"));
    watch_end(&watched);
    child_end(first);
    child_end(second);
}

static void a_tracer_is_seen(void **state)
{
    struct watched watched;

    pid_t pid = child_start(child_rest, NULL);
    watch_begin(&watched, pid, state);
    assert_int_equal(ptrace(PTRACE_ATTACH, pid, NULL, NULL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    watch_pass(&watched);
    assert_int_equal(watch_see(&watched)->tracer_pid, getpid());
    assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
    watch_end(&watched);
    child_end(pid);
}

/* It does not make the process run: see kept_reuse.c. */
static void a_tracer_that_stops_nothing_is_seen_in_turn(void **state)
{
    struct watched watched;

    pid_t pid = child_start(child_rest, NULL);
    watch_begin(&watched, pid, state);
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
    for (unsigned i = 0; i < KEPT_STATUS_PASSES; i++)
        watch_pass(&watched);
    assert_int_equal(watch_see(&watched)->tracer_pid, getpid());
    watch_end(&watched);
    child_end(pid);
}

static int grandchild_pipe[2];

static void have_child(const void *argument, int ready)
{
    pid_t pid = fork();
    (void)argument;

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, 0);
        pid = getpid();
        if (write(grandchild_pipe[1], &pid, sizeof pid) != sizeof pid)
            _exit(1);
        for (;;)
            pause();
    }
    child_ready(ready);
}

static void another_parent_is_seen(void **state)
{
    struct watched watched;
    pid_t grandchild;

    assert_int_equal(pipe2(grandchild_pipe, O_CLOEXEC), 0);
    pid_t pid = child_start(have_child, NULL);
    assert_int_equal(read(grandchild_pipe[0], &grandchild, sizeof grandchild),
                     sizeof grandchild);
    watch_begin(&watched, grandchild, state);
    assert_int_equal(watch_see(&watched)->ppid, pid);
    child_end(pid);
    watch_pass(&watched);
    assert_int_not_equal(watch_see(&watched)->ppid, pid);
    watch_end(&watched);
    kill(grandchild, SIGKILL); /* our own, not waited for by us */
}

static void wake(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
    for (;;)
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
}

static void the_sweep_finds_nothing_wrong_in_a_crowd(void **state)
{
    pid_t pids[IDLE_COUNT + WAKING_COUNT];
    struct watched watched;
    uint32_t reads = 0, disagreements = 0;

    if (!is_alone) /* others' may change while they sleep: a shell, when its directory goes */
        skip();
    for (int i = 0; i < IDLE_COUNT + WAKING_COUNT; i++)
        pids[i] = i < IDLE_COUNT ? child_start(child_rest, NULL) : child_start(wake, NULL);
    watch_begin(&watched, pids[0], state);
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++) {
        watch_pass(&watched);
        reads += watched.live.snapshot.header->counts.sweep_reads;
        disagreements += watched.live.snapshot.header->counts.sweep_disagreements;
    }
    assert_true(reads >= IDLE_COUNT);
    assert_int_equal(disagreements, 0);
    watch_end(&watched);
    for (int i = 0; i < IDLE_COUNT + WAKING_COUNT; i++)
        child_end(pids[i]);
}

/* It reads those that run, and those whose turn it is. */
static void a_successor_reads_next_to_nothing(void **state)
{
    pid_t pids[IDLE_COUNT];
    struct watched watched;

    for (int i = 0; i < IDLE_COUNT; i++)
        pids[i] = child_start(child_rest, NULL);
    watch_begin(&watched, pids[0], state);
    watched.crowd = pids;
    watched.crowd_count = IDLE_COUNT;
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++) {
        watch_pass(&watched);
        assert_int_equal(watch_see(&watched)->facts[FACT_MAPS], FACT_KNOWN);
        assert_false(watch_see(&watched)->is_new);
    }
    assert_true(watched.crowd_reads < 2 * IDLE_COUNT);
    watch_end(&watched);
    for (int i = 0; i < IDLE_COUNT; i++)
        child_end(pids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHED(an_idle_process_is_not_read_again),
        WATCHED(a_fact_wanted_later_is_added_alone),
        WATCHED(changes_of_the_program_file_are_seen),
        WATCHED(a_tracer_is_seen),
        WATCHED(a_tracer_that_stops_nothing_is_seen_in_turn),
        WATCHED(another_parent_is_seen),
        WATCHED(the_sweep_finds_nothing_wrong_in_a_crowd),
        cmocka_unit_test_prestate(a_successor_reads_next_to_nothing, "each pass"),
    };

    is_alone = alone_begin();
    return cmocka_run_group_tests_name("kept_passes", tests, scratch_setup, scratch_teardown);
}
