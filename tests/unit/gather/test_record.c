/* SPDX-License-Identifier: MIT */
/* What is recorded reads back as what it was, without secrets. */
#include "tests/support/child.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

static void run_sleep(const void *argument, int ready)
{
    char *const arguments[] = {"sleep", "1000", NULL};
    char *const variables[] = {"PASSWORD=hunter2", "LD_PRELOAD=libc.so.6", "odd", NULL};
    (void)argument;
    (void)ready;

    execve("/bin/sleep", arguments, variables);
    _exit(1);
}

static size_t read_back(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(scratch_path(path), "re");

    assert_non_null(file);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

static void assert_same_process(const struct snapshot *live, const struct snapshot *recorded,
                                int32_t pid)
{
    const struct process *before = snapshot_find(live, pid),
                         *after = snapshot_find(recorded, pid);

    assert_non_null(before);
    assert_non_null(after);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (fact != FACT_CPU)
            assert_int_equal(after->facts[fact], before->facts[fact]);
    assert_int_equal(after->starttime, before->starttime);
    assert_int_equal(after->ppid, before->ppid);
    assert_int_equal(after->uid[1], before->uid[1]);
    assert_int_equal(after->cap_effective, before->cap_effective);
    assert_int_equal(after->ns_net, before->ns_net);
    assert_int_equal(after->environ_flags, before->environ_flags);
    assert_int_equal(after->maps_flags, before->maps_flags);
    assert_int_equal(after->descriptor_count, before->descriptor_count);
    assert_int_equal(after->descriptors.count, before->descriptors.count);
    assert_memory_equal(&after->exe_file, &before->exe_file, sizeof after->exe_file);
    assert_memory_equal(&after->sha256, &before->sha256, sizeof after->sha256);
    assert_string_equal(snapshot_string(recorded, after->exe),
                        snapshot_string(live, before->exe));
    assert_string_equal(snapshot_string(recorded, after->user),
                        snapshot_string(live, before->user));
    assert_string_equal(snapshot_string(recorded, after->cgroup),
                        snapshot_string(live, before->cgroup));
    assert_string_equal(snapshot_string(recorded, after->ld_preload),
                        snapshot_string(live, before->ld_preload));
    assert_int_equal(after->cmdline.length, before->cmdline.length);
    assert_memory_equal(snapshot_string(recorded, after->cmdline),
                        snapshot_string(live, before->cmdline), after->cmdline.length);
}

static const struct gather_request everything = {.wanted = FACT_ALL};

static void a_recording_reads_back_as_it_was(void **state)
{
    struct snapshot live, recorded;
    const char *reason = "";
    (void)state;

    pid_t pid = child_start(run_sleep, NULL);
    if (gather_record(scratch_path("tree"), &pid, 1, &reason) != 0)
        fail_msg("%s", reason);
    void *live_block = fixture_look(NULL, &everything, &live);
    void *block = fixture_look(scratch_path("tree"), &everything, &recorded);
    assert_int_equal(recorded.process_count, 1);
    assert_same_process(&live, &recorded, pid);
    assert_int_equal(recorded.processes[0].facts[FACT_CPU], FACT_KNOWN);
    assert_string_equal(snapshot_string(&recorded, recorded.header->host),
                        snapshot_string(&live, live.header->host));
    assert_int_equal(recorded.header->cpus, live.header->cpus);
    assert_int_equal(recorded.header->ns_mnt, live.header->ns_mnt);
    free(live_block);
    free(block);
    child_end(pid);
}

static void values_of_variables_are_blanked(void **state)
{
    static const char expected[] = "PASSWORD=\0LD_PRELOAD=libc.so.6\0";
    char path[64], bytes[4096];
    const char *reason = "";
    (void)state;

    pid_t pid = child_start(run_sleep, NULL);
    assert_int_equal(gather_record(scratch_path("tree"), &pid, 1, &reason), 0);
    snprintf(path, sizeof path, "tree/%d/environ", pid);
    size_t length = read_back(path, bytes, sizeof bytes);
    /* What is no variable at all is dropped, too. */
    assert_int_equal(length, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected - 1);
    child_end(pid);
}

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(scratch_path(path), &status), 0);
    return status.st_mode & 07777;
}

static void nobody_else_can_read_it(void **state)
{
    char path[64];
    const char *reason = "";
    pid_t pid = getpid();
    (void)state;

    assert_int_equal(gather_record(scratch_path("tree"), &pid, 1, &reason), 0);
    assert_int_equal(mode_of("tree"), 0700);
    snprintf(path, sizeof path, "tree/%d", pid);
    assert_int_equal(mode_of(path), 0700);
    strcat(path, "/status");
    assert_int_equal(mode_of(path), 0600);
}

static void what_exists_is_not_written_into(void **state)
{
    const char *reason = NULL;
    pid_t pid = getpid();
    (void)state;

    assert_int_equal(mkdir(scratch_path("tree"), 0700), 0);
    assert_int_equal(gather_record(scratch_path("tree"), &pid, 1, &reason), -EEXIST);
    assert_non_null(reason);
}

static void the_whole_machine_can_be_recorded(void **state)
{
    struct snapshot recorded;
    const char *reason = "";
    (void)state;

    if (gather_record(scratch_path("tree"), NULL, 0, &reason) != 0)
        fail_msg("%s", reason);
    void *block = fixture_look(scratch_path("tree"), &everything, &recorded);
    assert_true(recorded.process_count > 1);
    assert_non_null(snapshot_find(&recorded, getpid()));
    assert_int_equal(recorded.header->counts.failed, 0);
    free(block);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_recording_reads_back_as_it_was),
        IN_SCRATCH(values_of_variables_are_blanked),
        IN_SCRATCH(nobody_else_can_read_it),
        IN_SCRATCH(what_exists_is_not_written_into),
        IN_SCRATCH(the_whole_machine_can_be_recorded),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
