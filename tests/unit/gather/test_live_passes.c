/* SPDX-License-Identifier: MIT */
/* The live kernel over several passes, and as a whole: CPU shares, who is new,
 * counts, caps. */
#include "gather/kept.h"
#include "tests/support/child.h"
#include "tests/support/live.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>

enum { KTHREADD = 2 };

static void cpu_share_needs_two_samples(void **state)
{
    struct live live;
    float share = 0;
    (void)state;

    pid_t pid = child_start(child_burn, NULL);
    open_eyes(&live);
    assert_int_equal(see(&live, pid)->facts[FACT_CPU], FACT_PENDING);
    assert_false(see(&live, pid)->is_new); /* there is no snapshot before */
    for (int tries = 0; tries < 200 && share == 0; tries++) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        look(&live);
        assert_int_equal(see(&live, pid)->facts[FACT_CPU], FACT_KNOWN);
        share = see(&live, pid)->cpu_percent;
    }
    assert_true(share > 0 && share < 150);

    pid_t newer = child_start(child_burn, NULL);
    look(&live);
    assert_true(see(&live, newer)->is_new);
    assert_false(see(&live, pid)->is_new);
    close_eyes(&live);
    child_end(newer);
    child_end(pid);
}

/* Starts a process ten times a second. */
static void spawn(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
    for (;;) {
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        waitpid(child, NULL, 0);
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
}

static void what_a_process_starts_and_ends_is_seen_in_its_rate(void **state)
{
    struct live live;
    float rate = 0;
    (void)state;

    pid_t burner = child_start(child_burn, NULL), spawner = child_start(spawn, NULL);
    open_eyes(&live);
    for (int tries = 0; tries < 200 && rate == 0; tries++) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        look(&live);
        rate = see(&live, spawner)->child_fault_rate;
    }
    assert_true(rate > 0);
    assert_true(see(&live, burner)->child_fault_rate == 0);
    close_eyes(&live);
    child_end(spawner);
    child_end(burner);
}

static int64_t missing_of(const struct snapshot_header *header)
{
    return (int64_t)header->counts.expected - (int64_t)header->counts.processes;
}

static void every_process_of_the_machine_is_counted(void **state)
{
    struct live live;
    (void)state;

    open_eyes(&live);
    const struct snapshot_header *header = live.snapshot.header;
    assert_true(header->counts.processes > 0);
    assert_int_equal(header->counts.processes, live.snapshot.process_count);
    assert_int_equal(header->collector_pid, getpid());
    assert_true(header->memory_total > header->memory_available);
    assert_true(header->uptime_ms > 0 && header->ticks_per_second > 0 && header->cpus > 0);
    /* Others come and go during a pass: one will be quiet. */
    for (int tries = 0; header->counts.expected > 0 && llabs(missing_of(header)) > 10;
         tries++) {
        assert_true(tries < 100);
        look(&live);
        header = live.snapshot.header;
    }
    close_eyes(&live);
}

static void sleep_with_a_long_word(const void *word, int ready)
{
    (void)ready;
    execl("/bin/sleep", "sleep", "1000", word, (char *)NULL);
    _exit(1);
}

static void a_long_command_line_is_cut_and_said_to_be(void **state)
{
    struct gather_request request = {.wanted = FACT_BIT(FACT_CMDLINE)};
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    struct snapshot snapshot;
    char word[6001] = "";
    (void)state;

    memset(word, '0', sizeof word - 1);
    pid_t pid = child_start(sleep_with_a_long_word, word);
    void *block = fixture_gather(gather, &request, &snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_int_equal(process->facts[FACT_CMDLINE], FACT_TRUNCATED);
    assert_int_equal(process->cmdline.length, 4096);
    assert_true(snapshot.header->counts.truncated > 0);
    free(block);

    request.focus_pid = pid;
    block = fixture_gather(gather, &request, &snapshot);
    process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_int_equal(process->facts[FACT_CMDLINE], FACT_KNOWN);
    assert_int_equal(process->cmdline.length, sizeof "sleep" + sizeof "1000" + sizeof word);
    free(block);
    gather_free(gather);
    child_end(pid);
}

static void count_reads(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    unsigned *reads = context;
    (void)starttime;

    *reads += pid == KTHREADD && fact == FACT_STAT;
}

static void a_kernel_thread_is_not_read_again(void **state)
{
    unsigned reads = 0;
    struct live live;
    (void)state;

    open_eyes_as(&live, &(struct gather_options){
                            .watch = {.before = count_reads, .context = &reads}
    });
    look(&live);
    const struct process *process = snapshot_find(&live.snapshot, KTHREADD);
    bool is_there = process && process_is_kernel_thread(process);
    unsigned first_reads = reads;
    for (unsigned i = 0; is_there && i < KEPT_STATUS_PASSES; i++)
        look(&live);
    close_eyes(&live);
    if (!is_there) /* not the first pid namespace */
        skip();
    assert_true(first_reads > 0);
    assert_true(reads - first_reads < KEPT_STATUS_PASSES / 2);
}

static bool count_down(void *context)
{
    int *left = context;

    return (*left)-- <= 0;
}

static void a_pass_that_nobody_wants_ends(void **state)
{
    enum { PATIENCE = 5 };
    const struct gather_request request = {.wanted = FACT_BIT(FACT_CMDLINE)};
    struct snapshot_builder *builder = snapshot_builder_new();
    int left = PATIENCE;
    struct gather *gather = fixture_gatherer(&(struct gather_options){
        .watch = {.is_given_up = count_down, .context = &left}
    });
    pid_t pids[PATIENCE];
    (void)state;

    for (int i = 0; i < PATIENCE; i++)
        pids[i] = child_start(child_rest, NULL);
    assert_int_equal(gather_pass(gather, &request, builder), -ECANCELED);
    assert_true(snapshot_builder_header(builder)->counts.reads <= PATIENCE);
    gather_free(gather);
    snapshot_builder_free(builder);
    for (int i = 0; i < PATIENCE; i++)
        child_end(pids[i]);
}

static size_t count_descriptors(void)
{
    size_t count = 0;

    for (int fd = 0; fd < 4096; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* A gatherer that hangs holds one for each process; the next one has what is left. */
static void descriptors_are_left_for_others(void **state)
{
    enum { IDLE_COUNT = 40, TAKEN_COUNT = 100, SPARE_COUNT = 20, RESERVED = 512 };
    pid_t pids[IDLE_COUNT];
    int taken[TAKEN_COUNT];
    struct rlimit before, low;
    struct live live;
    (void)state;

    for (int i = 0; i < IDLE_COUNT; i++)
        pids[i] = child_start(child_rest, NULL);
    for (int i = 0; i < TAKEN_COUNT; i++)
        assert_true((taken[i] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    size_t open_before = count_descriptors();
    low = before;
    low.rlim_cur = open_before + RESERVED + SPARE_COUNT;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    open_eyes(&live);
    size_t kept = count_descriptors() - open_before;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(kept > 0);
    assert_true(kept <= SPARE_COUNT + 5); /* and what a gatherer has besides */
    close_eyes(&live);
    for (int i = 0; i < TAKEN_COUNT; i++)
        close(taken[i]);
    for (int i = 0; i < IDLE_COUNT; i++)
        child_end(pids[i]);
}

static bool has_target(const struct snapshot *snapshot, int fd, const char *path)
{
    const struct process *process = snapshot_find(snapshot, getpid());

    assert_non_null(process);
    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        const struct descriptor *descriptor =
            &snapshot->descriptors[process->descriptors.first + i];

        if (descriptor->fd == fd)
            return strcmp(snapshot_string(snapshot, descriptor->target), path) == 0;
    }
    return false;
}

enum { FAR_FD = 300 };

/* Also of a process that did not run meanwhile, and is not read again otherwise. */
static void a_path_that_is_asked_for_is_found_among_open_files(void **state)
{
    struct gather_request request = {.wanted =
                                         FACT_BIT(FACT_SOCKETS) | FACT_BIT(FACT_DESCRIPTORS)};
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    const char *path = scratch_path("asked"), *const nowhere[] = {scratch_path("ask"),
                                                                  scratch_path("other")};
    char deleted[64];
    struct snapshot snapshot;
    (void)state;

    /* Not one that is kept for its number. */
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    assert_int_equal(dup3(fd, FAR_FD, O_CLOEXEC), FAR_FD);
    close(fd);
    fd = FAR_FD;
    for (int pass = 0; pass < 5; pass++) {
        request.path = pass < 2 ? NULL : pass < 4 ? path : scratch;
        void *block = fixture_gather(gather, &request, &snapshot);
        assert_int_equal(has_target(&snapshot, fd, path), pass >= 2);
        free(block);
    }
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        request.path = nowhere[i];
        void *block = fixture_gather(gather, &request, &snapshot);
        assert_false(has_target(&snapshot, fd, path));
        free(block);
    }
    unlink(path);
    snprintf(deleted, sizeof deleted, "%s (deleted)", path);
    request.path = path;
    void *block = fixture_gather(gather, &request, &snapshot);
    assert_true(has_target(&snapshot, fd, deleted));
    free(block);
    close(fd);
    gather_free(gather);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_share_needs_two_samples),
        cmocka_unit_test(what_a_process_starts_and_ends_is_seen_in_its_rate),
        cmocka_unit_test(every_process_of_the_machine_is_counted),
        cmocka_unit_test(a_long_command_line_is_cut_and_said_to_be),
        cmocka_unit_test(descriptors_are_left_for_others),
        cmocka_unit_test(a_kernel_thread_is_not_read_again),
        cmocka_unit_test(a_pass_that_nobody_wants_ends),
        cmocka_unit_test(a_path_that_is_asked_for_is_found_among_open_files),
    };
    return cmocka_run_group_tests_name("live_passes", tests, scratch_setup, scratch_teardown);
}
