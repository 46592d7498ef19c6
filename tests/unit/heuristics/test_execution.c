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
    delete_exe(given_process(&a->given, 11, 1, "/opt/x/agent (deleted)"))->exe_file.flags |=
        EXE_PATH_EXISTS;
    assess(a);
    assert_finds(a, 10, "deleted_exe", 1, "/opt/x/agent (deleted)");
    assert_finds(a, 11, "deleted_exe", 1, "another file is at that path");
}

/* Who rebuilds their own program, or has a tool that does; a decoy helps nobody else. */
static void deleted_exe_believes_in_rebuilds_of_ones_own(void **state)
{
    static const struct {
        const char *exe;
        uint32_t user, owner;
        double strength;
    } cases[] = {
        {"/home/u/src/server (deleted)",          1000,  1000,  0.5},
        {"/home/u/.cargo/bin/analyzer (deleted)", 1000,  1000,  0.5},
        {"/srv/homes/u/.cargo/bin/rg (deleted)",  1000,  1000,  0.5},
        {"/home/u/src/server (deleted)",          1000,  1001,  1  },
        {"/home/u/src/server (deleted)",          0,     0,     1  },
        {"/root/server (deleted)",                0,     0,     1  },
        {"/home/u/.cache/x (deleted)",            1000,  1000,  1  },
        {"/tmp/x (deleted)",                      1000,  1000,  1  },
        {"/var/www/.cargo/bin/x (deleted)",       33,    33,    1  },
        {"/home/www/x (deleted)",                 33,    33,    1  },
        {"/home/nobody/x (deleted)",              65534, 65534, 1  },
    };
    struct assessed *a = *state;

    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        struct process *process = delete_exe(given_process(&a->given, 10 + i, 1, cases[i].exe));

        process->exe_file.flags |= EXE_PATH_EXISTS;
        process->exe_file.uid = cases[i].owner;
        process->uid[ID_EFFECTIVE] = cases[i].user;
    }
    assess(a);
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++)
        assert_finds(a, 10 + i, "deleted_exe", cases[i].strength, cases[i].exe);
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
    for (int i = 0; i < 6; i++)
        assert_judges(a, 10 + i, "tmp_exe", cases[i].is_found, cases[i].exe);
}

static void tmp_exe_is_half_for_what_its_user_built(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 5, 1, "/usr/local/go/bin/go");
    given_process(&a->given, 10, 5, "/tmp/go-build1/b001/exe/main");
    given_process(&a->given, 6, 1, "/usr/sbin/sshd");
    given_process(&a->given, 11, 6, "/tmp/a.out")->tty_nr = PTS_0;
    given_process(&a->given, 12, 6, "/tmp/.hidden/a.out")->tty_nr = PTS_0;
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
    given_process(&a->given, 16, 1, "")->facts[FACT_EXE] = FACT_TRUNCATED;
    assess(a);
    assert_finds(a, 10, "no_exe", 1, "/proc/10/exe");
    assert_finds(a, 11, "no_exe", 0, "seen once");
    assert_clean(a, 12);
    assert_clean(a, 13);
    assert_false(is_assessed(a, 14, "no_exe"));
    assert_innocent(a, 15, "no_exe");
    assert_innocent(a, 16, "no_exe");
}

static struct process *give_package(struct assessed *a, struct process *process,
                                    const char *package)
{
    process->facts[FACT_PACKAGE] = FACT_KNOWN;
    process->package = given_text(&a->given, package);
    return process;
}

static void exe_upgraded_wants_a_trusted_file_in_its_place(void **state)
{
    struct assessed *a = *state;

    delete_exe(given_process(&a->given, 10, 1, "/usr/sbin/sshd (deleted)"))->exe_file.flags |=
        EXE_PATH_EXISTS | EXE_PATH_IS_TRUSTED;
    given_process(&a->given, 11, 1, "/usr/sbin/sshd");
    delete_exe(given_process(&a->given, 12, 1, "/usr/sbin/cron (deleted)"));
    assess(a);
    assert_finds(a, 10, "exe_upgraded", 1, "/usr/sbin/sshd (deleted)");
    assert_innocent(a, 11, "exe_upgraded");
    assert_innocent(a, 12, "exe_upgraded");
}

static void unowned_exe_needs_an_answer_about_a_path_of_ours(void **state)
{
    struct assessed *a = *state;

    give_package(a, given_process(&a->given, 10, 1, "/usr/bin/agent"), "");
    give_package(a, given_process(&a->given, 11, 1, "/usr/bin/cat"), "coreutils");
    given_process(&a->given, 12, 1, "/usr/bin/agent"); /* no database */
    give_package(a, given_process(&a->given, 13, 1, "/tmp/x"), "");
    give_package(a, given_process(&a->given, 14, 1, "/usr/bin/agent"), "")->ns_mnt++;
    give_package(a, given_process(&a->given, 15, 1, "/root/.nvm/bin/node"), "");
    delete_exe(give_package(a, given_process(&a->given, 16, 1, "/opt/x (deleted)"), ""));
    assess(a);
    assert_finds(a, 10, "unowned_exe", 1, "/usr/bin/agent");
    assert_innocent(a, 11, "unowned_exe");
    assert_false(is_assessed(a, 12, "unowned_exe"));
    assert_finds(a, 13, "unowned_exe", 0, "/tmp/x");
    assert_innocent(a, 14, "unowned_exe");
    assert_finds(a, 15, "unowned_exe", 0.5, "");
    assert_innocent(a, 16, "unowned_exe");
}

static void hidden_exe_knows_the_tools_of_a_home(void **state)
{
    static const struct {
        const char *exe;
        double strength;
    } cases[] = {
        {"/var/lib/.x/y",              1      },
        {"/usr/lib/.../y",             1      },
        {"/opt/x/.y",                  1      },
        {"/opt/x /y",                  1      },
        {"/home/u/src/.x/y",           1      },
        {"/home/u/.x/.y/z",            1      },
        {"/home/u/.nvm/.x/node",       1      },
        {"/home/u/.x/y",               1.0 / 3},
        {"/home/u/.nvm/v20/bin/node",  0      },
        {"/root/.cargo/bin/rg",        0      },
        {"/srv/homes/u/.nvm/v20/node", 1.0 / 3}, /* root's, and in no home */
        {"/usr/lib/.nvm/node",         1      },
        {"/opt/x.y/z..w",              0      },
        {"/memfd:/.x (deleted)",       0      },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++)
        given_process(&a->given, 10 + i, 1, cases[i].exe);
    struct process *image = given_process(&a->given, 40, 1, "/tmp/.mount_KritaX/usr/bin/krita");
    image->facts[FACT_EXE_FILE] = FACT_DENIED;

    /* Homes are wherever, but a service has no tools of its own. */
    struct process *person = given_process(&a->given, 41, 1, "/srv/homes/u/.nvm/v20/node");
    struct process *service = given_process(&a->given, 42, 1, "/var/www/.local/x");
    struct process *borrower = given_process(&a->given, 43, 1, "/srv/homes/u/.nvm/v20/node");
    person->uid[ID_EFFECTIVE] = person->exe_file.uid = 1000;
    service->uid[ID_EFFECTIVE] = service->exe_file.uid = 33;
    borrower->uid[ID_EFFECTIVE] = 1000;
    borrower->exe_file.uid = 33;
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "hidden_exe", cases[i].strength, cases[i].exe);
    assert_finds(a, 40, "hidden_exe", 0, "FUSE");
    assert_innocent(a, 41, "hidden_exe");
    assert_finds(a, 42, "hidden_exe", 1.0 / 3, "/var/www/.local/x");
    assert_finds(a, 43, "hidden_exe", 1.0 / 3, "/srv/homes/u/.nvm");
}

static void suid_writable_is_a_changed_identity_in_an_open_place(void **state)
{
    struct assessed *a = *state;
    struct process *open = given_process(&a->given, 10, 1, "/tmp/rootsh");
    struct process *sudo = given_process(&a->given, 11, 1, "/usr/bin/sudo");
    struct process *same = given_process(&a->given, 12, 1, "/tmp/own");

    open->exe_file.mode = sudo->exe_file.mode = same->exe_file.mode = 0104755;
    open->uid[ID_REAL] = sudo->uid[ID_REAL] = 1000;
    struct process *group = given_process(&a->given, 13, 1, "/tmp/groupsh");
    group->exe_file.mode = 0102755;
    group->gid[ID_REAL] = 1000;
    assess(a);
    assert_finds(a, 10, "suid_writable", 1, "mode 4755 /tmp/rootsh, real uid 1000");
    assert_innocent(a, 11, "suid_writable");
    assert_innocent(a, 12, "suid_writable");
    assert_finds(a, 13, "suid_writable", 1, "mode 2755 /tmp/groupsh, real gid 1000");
}

static void ldso_exe_is_the_loader_itself(void **state)
{
    struct assessed *a = *state;

    given_child(a, 10, 1, "/usr/lib/ld-linux-x86-64.so.2",
                "/lib64/ld-linux-x86-64.so.2|/mnt/x");
    given_process(&a->given, 11, 1, "/usr/bin/ld.bfd");
    assess(a);
    assert_finds(a, 10, "ldso_exe", 1, "ld-linux-x86-64.so.2 /mnt/x");
    assert_innocent(a, 11, "ldso_exe");
}

static void fd_exec_shows_in_the_name_or_the_first_argument(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/opt/x/y")->comm = given_text(&a->given, "4");
    given_child(a, 11, 1, "/opt/x/y", "/proc/self/fd/4|x");
    given_process(&a->given, 12, 1, "/usr/games/2048");
    given_child(a, 13, 1, "/usr/bin/cat", "cat|/dev/fd/3");
    assess(a);
    assert_finds(a, 10, "fd_exec", 1, "named 4, runs /opt/x/y");
    assert_finds(a, 11, "fd_exec", 1, "argv[0] /proc/self/fd/4");
    assert_innocent(a, 12, "fd_exec");
    assert_innocent(a, 13, "fd_exec");
}

static void script_memfd_is_not_a_substituted_process(void **state)
{
    struct assessed *a = *state;
    struct process *memfd =
        given_child(a, 11, 1, "/usr/bin/python3.11", "python3|/proc/self/fd/5");
    struct process *pipe = given_child(a, 10, 1, "/usr/bin/bash", "bash|/dev/fd/63");

    given_memfd(&a->given, memfd, 5, "/memfd:script (deleted)");
    given_pipe(&a->given, pipe, 63, 700);
    assess(a);
    assert_finds(a, 11, "script_memfd", 1, "/proc/self/fd/5 -> /memfd:script");
    assert_innocent(a, 10, "script_memfd");
}

static void modified_exe_is_a_digest_that_differs(void **state)
{
    struct assessed *a = *state;

    for (int pid = 10; pid <= 13; pid++) {
        struct process *process = given_process(&a->given, pid, 1, "/usr/bin/ls");

        process->package = given_text(&a->given, "coreutils");
        process->integrity = INTEGRITY_MODIFIED;
    }
    a->given.processes[1].integrity = INTEGRITY_INTACT;
    a->given.processes[2].integrity = INTEGRITY_NOT_COMPARED;
    a->given.processes[3].facts[FACT_INTEGRITY] = FACT_PENDING;
    assess(a);
    assert_finds(a, 10, "modified_exe", 1,
                 "/usr/bin/ls is not what the package delivered: "
                 "coreutils");
    for (int pid = 11; pid <= 13; pid++)
        assert_innocent(a, pid, "modified_exe");
}

/* Workers of one program: ten thousand sentences would else be kept of one fact. */
static void equal_evidence_of_neighbours_is_kept_once(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/tmp/worker");
    given_process(&a->given, 11, 1, "/tmp/worker");
    given_process(&a->given, 12, 1, "/tmp/worker2");
    given_process(&a->given, 13, 1, "/tmp/worker");
    assess(a);
    assert_ptr_equal(finding_of(a, 10, "tmp_exe")->evidence,
                     finding_of(a, 11, "tmp_exe")->evidence);
    assert_finds(a, 11, "tmp_exe", 1, "/tmp/worker");
    assert_finds(a, 12, "tmp_exe", 1, "/tmp/worker2");
    assert_finds(a, 13, "tmp_exe", 1, "/tmp/worker");
    assert_null(strstr(finding_of(a, 13, "tmp_exe")->evidence, "worker2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(deleted_exe_is_an_unlinked_file),
        CASE(deleted_exe_believes_in_rebuilds_of_ones_own),
        CASE(deleted_exe_spares_an_upgrade_and_a_mere_name),
        CASE(memfd_exe_is_one_fact_and_no_other),
        CASE(memfd_exe_is_small_for_runc_but_not_for_its_payload),
        CASE(tmp_exe_wants_the_slash_and_the_executable),
        CASE(tmp_exe_is_half_for_what_its_user_built),
        CASE(world_writable_exe_shows_the_mode),
        CASE(no_exe_waits_for_the_second_sighting),
        CASE(exe_upgraded_wants_a_trusted_file_in_its_place),
        CASE(unowned_exe_needs_an_answer_about_a_path_of_ours),
        CASE(hidden_exe_knows_the_tools_of_a_home),
        CASE(suid_writable_is_a_changed_identity_in_an_open_place),
        CASE(ldso_exe_is_the_loader_itself),
        CASE(fd_exec_shows_in_the_name_or_the_first_argument),
        CASE(script_memfd_is_not_a_substituted_process),
        CASE(modified_exe_is_a_digest_that_differs),
        CASE(equal_evidence_of_neighbours_is_kept_once),
    };

    return cmocka_run_group_tests_name("execution", tests, NULL, NULL);
}
