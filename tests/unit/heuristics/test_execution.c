/* SPDX-License-Identifier: MIT */
#include "tests/unit/heuristics/assessed.h"

static struct process *delete_exe(struct process *process)
{
    process->exe_file.nlink = 0;
    process->exe_file.flags = EXE_ON_LOCAL_FS;
    return process;
}

static void deleted_exe_is_an_unlinked_file(void **state)
{
    struct assessed *a = *state;

    delete_exe(given_process(&a->given, 10, 1, "/opt/x/agent (deleted)"));
    delete_exe(given_process(&a->given, 11, 1, "/home/u/server (deleted)"))->exe_file.flags |=
        EXE_PATH_EXISTS;
    assess(a);
    assert_finds(a, 10, "deleted_exe", 1, "/opt/x/agent (deleted)");
    assert_finds(a, 11, "deleted_exe", 0.5, "another file is at that path");
}

static void deleted_exe_spares_an_upgrade_and_a_mere_name(void **state)
{
    struct assessed *a = *state;
    struct process *upgraded = given_process(&a->given, 10, 1, "/usr/sbin/sshd (deleted)");

    upgraded->exe_file.nlink = 0;
    upgraded->exe_file.flags = EXE_PATH_EXISTS | EXE_PATH_IS_TRUSTED | EXE_ON_LOCAL_FS;
    given_process(&a->given, 11, 1, "/opt/x/agent (deleted)"); /* is linked */
    delete_exe(given_process(&a->given, 12, 1, "/opt/x/y (deleted)"))->facts[FACT_EXE_FILE] =
        FACT_PENDING;
    assess(a);
    assert_innocent(a, 10, "deleted_exe");
    assert_innocent(a, 11, "deleted_exe");
    assert_false(is_assessed(a, 12, "deleted_exe"));
}

static void memfd_exe_is_one_fact_and_no_other(void **state)
{
    struct assessed *a = *state;
    struct process *memfd =
        delete_exe(given_process(&a->given, 10, 1, "/memfd:/usr/bin/top (deleted)"));

    memfd->exe_file.mode = 0100777;
    given_process(&a->given, 11, 1, "/opt/memfd:x");
    assess(a);
    assert_finds(a, 10, "memfd_exe", 1, "/memfd:/usr/bin/top");
    assert_innocent(a, 10, "deleted_exe");
    assert_innocent(a, 10, "world_writable_exe");
    assert_innocent(a, 11, "memfd_exe");
}

static void memfd_exe_is_small_for_runc_but_not_for_its_payload(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 5, 1, "/usr/bin/containerd-shim-runc-v2");
    delete_exe(given_process(&a->given, 10, 5, "/memfd:runc_cloned:/proc/self/exe (deleted)"));
    delete_exe(given_process(&a->given, 11, 5, "/memfd:runc_cloned:/proc/self/exe (deleted)"))
        ->ns_depth = 2;
    given_process(&a->given, 6, 1, "/tmp/containerd-shim");
    delete_exe(given_process(&a->given, 12, 6, "/memfd:x (deleted)"));
    assess(a);
    assert_finds(a, 10, "memfd_exe", 0.2, "pid 5 /usr/bin/containerd-shim-runc-v2");
    assert_finds(a, 11, "memfd_exe", 1, "");
    assert_finds(a, 12, "memfd_exe", 1, "");
}

static void tmp_exe_wants_the_slash_and_the_executable(void **state)
{
    static const struct {
        const char *exe;
        bool is_found;
    } cases[] = {
        {"/tmp/x",                  true },
        {"/var/tmp/.a/x",           true },
        {"/dev/shm/x",              true },
        {"/tmpfoo/x",               false},
        {"/home/u/tmp/x",           false},
        {"/memfd:/tmp/x (deleted)", false},
    };
    struct assessed *a = *state;

    for (int i = 0; i < 6; i++)
        given_process(&a->given, 10 + i, 1, cases[i].exe)->cwd = given_text(&a->given, "/tmp");
    assess(a);
    for (int i = 0; i < 6; i++) {
        if (cases[i].is_found)
            assert_finds(a, 10 + i, "tmp_exe", 1, cases[i].exe);
        else
            assert_innocent(a, 10 + i, "tmp_exe");
    }
}

static void tmp_exe_is_half_for_what_its_user_built(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 5, 1, "/usr/local/go/bin/go");
    given_process(&a->given, 10, 5, "/tmp/go-build1/b001/exe/main");
    given_process(&a->given, 6, 1, "/usr/sbin/sshd");
    given_process(&a->given, 11, 6, "/tmp/a.out")->tty_nr = 0x8800;
    given_process(&a->given, 12, 6, "/tmp/.hidden/a.out")->tty_nr = 0x8800;
    given_process(&a->given, 13, 6, "/tmp/a.out");
    struct process *image = given_process(&a->given, 14, 1, "/tmp/.mount_KritaX/usr/bin/krita");
    image->facts[FACT_EXE_FILE] = FACT_DENIED;
    given_process(&a->given, 15, 1, "/tmp/.mount_x/evil");
    assess(a);
    assert_finds(a, 10, "tmp_exe", 0.5, "build");
    assert_finds(a, 11, "tmp_exe", 0.5, "");
    assert_finds(a, 12, "tmp_exe", 1, "");
    assert_finds(a, 13, "tmp_exe", 1, "");
    assert_finds(a, 14, "tmp_exe", 0.25, "FUSE");
    assert_finds(a, 15, "tmp_exe", 1, "");
}

static void world_writable_exe_shows_the_mode(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/opt/x/y")->exe_file.mode = 0100757;
    given_process(&a->given, 11, 1, "/opt/w/y")->exe_file.flags |= EXE_DIRECTORY_WRITABLE;
    given_process(&a->given, 12, 1, "/opt/g/y")->exe_file.mode = 0100775;
    assess(a);
    assert_finds(a, 10, "world_writable_exe", 1, "mode 0757 /opt/x/y");
    assert_finds(a, 11, "world_writable_exe", 1, "/opt/w/y");
    assert_innocent(a, 12, "world_writable_exe");
}

static void no_exe_waits_for_the_second_sighting(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "");
    given_process(&a->given, 11, 1, "")->is_new = 1;
    given_process(&a->given, 12, 1, "")->flags = PROCESS_PF_KTHREAD;
    given_process(&a->given, 13, 1, "")->state = 'Z';
    given_process(&a->given, 14, 1, "")->facts[FACT_EXE] = FACT_DENIED;
    given_process(&a->given, 15, 1, "")->flags = PROCESS_PF_EXITING;
    assess(a);
    assert_finds(a, 10, "no_exe", 1, "/proc/10/exe");
    assert_finds(a, 11, "no_exe", 0, "seen once");
    assert_clean(a, 12);
    assert_clean(a, 13);
    assert_false(is_assessed(a, 14, "no_exe"));
    assert_innocent(a, 15, "no_exe");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, assessed_setup, assessed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(deleted_exe_is_an_unlinked_file),
        CASE(deleted_exe_spares_an_upgrade_and_a_mere_name),
        CASE(memfd_exe_is_one_fact_and_no_other),
        CASE(memfd_exe_is_small_for_runc_but_not_for_its_payload),
        CASE(tmp_exe_wants_the_slash_and_the_executable),
        CASE(tmp_exe_is_half_for_what_its_user_built),
        CASE(world_writable_exe_shows_the_mode),
        CASE(no_exe_waits_for_the_second_sighting),
    };

    return cmocka_run_group_tests_name("execution", tests, NULL, NULL);
}
