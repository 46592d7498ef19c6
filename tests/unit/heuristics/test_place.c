/* SPDX-License-Identifier: MIT */
/* Where a process stands, where its script is, and what it calls itself. */
#include <linux/bpf.h>

#include "tests/unit/heuristics/assessed.h"

static struct process *given_script(struct assessed *a, int32_t pid, const char *exe,
                                    const char *command)
{
    struct process *process = given_child(a, pid, 1, exe, command);

    process->cwd = given_text(&a->given, "/srv");
    return process;
}

static void script_deleted_is_the_script_and_no_other_file(void **state)
{
    struct assessed *a = *state;

    given_file(&a->given, given_script(a, 10, "/usr/bin/bash", "bash|/srv/x.sh"), 255,
               "/srv/x.sh (deleted)");
    given_file(&a->given, given_script(a, 11, "/usr/bin/dash", "sh|-e|./x.sh"), 10,
               "/srv/x.sh (deleted)");
    given_file(&a->given, given_script(a, 12, "/usr/bin/bash", "bash|/srv/x.sh"), 255,
               "/srv/x.sh");
    /* A lock file that it made, a file by that name, and no script at all. */
    given_file(&a->given, given_script(a, 13, "/usr/bin/bash", "bash|/srv/x.sh"), 10,
               "/run/lock (deleted)");
    given_file(&a->given, given_script(a, 14, "/usr/bin/bash", "bash|/srv/x (deleted)"), 255,
               "/srv/x (deleted)");
    given_file(&a->given, given_script(a, 15, "/usr/bin/sleep", "sleep|9"), 10,
               "/srv/9 (deleted)");
    assess(a);
    assert_finds(a, 10, "script_deleted", 1, "/srv/x.sh (deleted)");
    assert_finds(a, 11, "script_deleted", 1, "/srv/x.sh (deleted)");
    for (int pid = 12; pid <= 15; pid++)
        assert_innocent(a, pid, "script_deleted");
}

static void script_tmp_resolves_what_the_arguments_say(void **state)
{
    static const struct {
        const char *exe, *command, *cwd, *found;
    } cases[] = {
        {"/usr/bin/bash",       "bash|/tmp/x.sh",                  "/",          "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|x.sh",                       "/tmp",       "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|-x|./x.sh",                  "/var/tmp/a", "/var/tmp/a/x.sh"},
        {"/usr/bin/bash",       "bash|././x.sh",                   "/tmp",       "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|/tmp/x.sh",                  "",           "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|-o|pipefail|/tmp/x.sh",      "/",          "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|+O|extglob|/tmp/x.sh",       "/",          "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|--rcfile|/srv/rc|/tmp/x.sh", "/",          "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|--|/tmp/x.sh",               "/",          "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|x.sh",                       "",           NULL             },
        {"/usr/bin/bash",       "bash|../x.sh",                    "/tmp/a",     "/tmp/x.sh"      },
        {"/usr/bin/bash",       "bash|../../srv/x.sh",             "/tmp/a",     NULL             },
        {"/usr/bin/bash",       "bash|/srv/x.sh",                  "/tmp",       NULL             },
        {"/usr/bin/bash",       "bash|-c|/tmp/x.sh",               "/tmp",       NULL             },
        {"/usr/bin/bash",       "bash",                            "/tmp",       NULL             },
        {"/usr/bin/python3.11", "python3|/tmp/x.py",               "/",          "/tmp/x.py"      },
        {"/usr/bin/python3.11", "python3|-m|http.server",          "/tmp",       NULL             },
        {"/usr/bin/python3.11", "python3",                         "/tmp",       NULL             },
        {"/usr/bin/python3.11", "python3|",                        "/tmp",       NULL             },
        {"/usr/bin/cat",        "cat|/tmp/x.sh",                   "/tmp",       NULL             },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++)
        given_script(a, 10 + i, cases[i].exe, cases[i].command)->cwd =
            given_text(&a->given, cases[i].cwd);
    given_process(&a->given, 5, 1, "/usr/bin/make");
    given_script(a, 40, "/usr/bin/dash", "sh|./configure")->ppid = 5;
    a->given.processes[a->given.count - 1].cwd = given_text(&a->given, "/tmp/build");
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "script_tmp", cases[i].found != NULL, cases[i].found);
    assert_finds(a, 40, "script_tmp", 0.5, "in a build");
}

static void tmp_cwd_is_told_once_and_not_of_who_works_there(void **state)
{
    struct assessed *a = *state;
    static const char *const themselves[] = {"/var/tmp", "/dev/shm", "/run/shm"};
    struct process *processes[7];

    for (int i = 0; i < 7; i++) {
        processes[i] = given_script(a, 10 + i, "/home/u/tool", "tool");
        processes[i]->cwd = given_text(&a->given, i == 1 ? "/dev/shm/a" : "/tmp");
    }
    processes[2]->exe = given_text(&a->given, "/usr/sbin/daemon");
    processes[3]->exe = given_text(&a->given, "/tmp/tool");
    given_process(&a->given, 5, 1, "/usr/sbin/sshd");
    processes[4]->ppid = 5;
    processes[4]->tty_nr = PTS_0;
    processes[5]->exe = given_text(&a->given, "/usr/bin/dash");
    given_command(&a->given, processes[5], "sh|x.sh");
    processes[6]->cwd = given_text(&a->given, "/tmp/gone (deleted)");
    given_script(a, 20, "/home/u/tool", "tool")->cwd = given_text(&a->given, "/tmpfoo");
    for (int i = 0; i < 3; i++)
        given_script(a, 21 + i, "/home/u/tool", "tool")->cwd =
            given_text(&a->given, themselves[i]);
    assess(a);
    assert_finds(a, 10, "tmp_cwd", 1, "/tmp");
    assert_finds(a, 11, "tmp_cwd", 1, "/dev/shm/a");
    assert_finds(a, 12, "tmp_cwd", 0.5, "/tmp");
    assert_innocent(a, 13, "tmp_cwd");
    assert_finds(a, 14, "tmp_cwd", 0.5, "on a terminal");
    assert_innocent(a, 15, "tmp_cwd");
    assert_innocent(a, 16, "tmp_cwd");
    assert_finds(a, 16, "cwd_deleted", 1, "/tmp/gone (deleted)");
    assert_innocent(a, 10, "cwd_deleted");
    assert_innocent(a, 20, "tmp_cwd");
    for (int i = 0; i < 3; i++)
        assert_finds(a, 21 + i, "tmp_cwd", 1, themselves[i]);
}

static void sysname_path_is_by_name_and_directory(void **state)
{
    static const struct {
        const char *exe, *comm;
        uint8_t depth;
        bool is_found;
    } cases[] = {
        {"/home/u/sshd",           "sshd",        1, true },
        {"/var/lib/systemd-udevd", "x",           1, true },
        {"/tmp/x",                 "cron",        1, true },
        {"/home/u/sshd-keygen",    "sshd-keygen", 1, false},
        {"/usr/sbin/sshd",         "sshd",        1, false},
        {"/usr/local/sbin/sshd",   "sshd",        1, false},
        {"/usr/bin/python3",       "cron",        1, false},
        {"/home/u/sshd",           "sshd",        2, false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, cases[i].exe);

        process->comm = given_text(&a->given, cases[i].comm);
        process->ns_depth = cases[i].depth;
    }
    given_process(&a->given, 5, 1, "/usr/bin/tmux");
    given_process(&a->given, 40, 5, "/home/u/openssh/sshd")->tty_nr = PTS_0;
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "sysname_path", cases[i].is_found, cases[i].exe);
    assert_finds(a, 40, "sysname_path", 0.5, "terminal");
}

static void wiped_cmdline_is_more_than_an_empty_one(void **state)
{
    static const char nuls[16];
    static const struct {
        size_t length;
        bool is_new, is_found;
    } cases[] = {
        {16, false, true },
        {2,  false, true },
        {1,  false, false},
        {0,  false, false},
        {16, true,  false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, "/opt/x/agent");

        process->cmdline =
            snapshot_builder_text(a->given.builder, span_of(nuls, cases[i].length));
        process->is_new = cases[i].is_new;
    }
    given_child(a, 30, 1, "/opt/x/agent", "||agent");
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "wiped_cmdline", cases[i].is_found, "overwritten");
    assert_innocent(a, 30, "wiped_cmdline");
}

static void ld_audit_is_a_variable_with_a_value(void **state)
{
    struct assessed *a = *state;

    for (int i = 0; i < 3; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, "/usr/bin/sleep");

        if (i < 2)
            process->environ_flags = ENVIRON_HAS_LD_AUDIT;
        process->ld_audit = given_text(&a->given, i == 0 ? "/opt/a.so" : "");
    }
    a->given.processes[2].facts[FACT_ENVIRON] = FACT_DENIED;
    assess(a);
    assert_finds(a, 10, "ld_audit", 1, "LD_AUDIT=/opt/a.so");
    assert_innocent(a, 11, "ld_audit");
    assert_false(is_assessed(a, 12, "ld_audit"));
}

static void preload_untrusted_judges_each_library(void **state)
{
    static const struct {
        const char *list;
        uint8_t flags;
        double strength;
    } cases[] = {
        {"/tmp/x.so",                                          0,                        1  },
        {"/usr/lib/libjemalloc.so.2 /dev/shm/x.so",            0,                        1  },
        {"/home/u/.x/x.so",                                    0,                        1  },
        {"/home/u/gone.so",                                    0,                        1  },
        {"./x.so",                                             0,                        0.6},
        {"/home/u/x.so",                                       0,                        0.6},
        {"/usr/lib/x.so",                                      ENVIRON_PRELOADS_UNOWNED, 0.6},
        {"/usr/lib/libjemalloc.so.2",                          0,                        0  },
        {"libeatmydata.so",                                    0,                        0  },
        {"/opt/dynatrace/oneagent/agent.so",                   ENVIRON_PRELOADS_UNOWNED, 0  },
        {"/usr/local/lib/libtcmalloc.so",                      ENVIRON_PRELOADS_UNOWNED, 0  },
        {"/home/u/.local/share/Steam/gameoverlayrenderer.so:", 0,                        0  },
        {"",                                                   0,                        0  },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, "/usr/bin/sleep");

        process->environ_flags = ENVIRON_HAS_LD_PRELOAD | cases[i].flags;
        process->ld_preload = given_text(&a->given, cases[i].list);
        given_map(&a->given, process, "r-xp", 4096, "/home/u/gone.so (deleted)");
    }
    given_process(&a->given, 40, 1, "/usr/bin/sleep")->facts[FACT_ENVIRON] = FACT_DENIED;
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "preload_untrusted", cases[i].strength, " is ");
    assert_false(is_assessed(a, 40, "preload_untrusted"));
}

static void argv_masq_spares_wrappers_links_and_other_roots(void **state)
{
    static const struct {
        const char *exe, *command, *root;
        bool is_other, is_found;
    } cases[] = {
        {"/usr/bin/python3.11",                        "/usr/sbin/sshd|-D",    "/",         true,  true },
        {"/usr/bin/dash",                              "/bin/sh|x",            "/",         false, false},
        {"/srv/root/bin/busybox",                      "/bin/sh",              "/srv/root", true,  false},
        {"/usr/libexec/valgrind/memcheck-amd64-linux", "/usr/bin/true",        "/",         true,  false},
        {"/tmp/memcheck-amd64-linux",                  "/usr/bin/true",        "/",         true,  true },
        {"/nix/store/x/bin/.foo-wrapped",              "/nix/store/x/bin/foo", "/",         true,  false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_child(a, 10 + i, 1, cases[i].exe, cases[i].command);

        process->root = given_text(&a->given, cases[i].root);
        process->cmdline_flags = cases[i].is_other ? CMDLINE_NAMES_OTHER_FILE : 0;
    }
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "argv_masq", cases[i].is_found, cases[i].exe);
}

static void exe_unreachable_counts_a_sandbox_less(void **state)
{
    struct assessed *a = *state;

    for (int pid = 10; pid <= 13; pid++)
        given_process(&a->given, pid, pid - 5, "/app/x")->exe_file.flags =
            pid < 13 ? EXE_PATH_IS_ELSEWHERE : EXE_ON_LOCAL_FS;
    given_process(&a->given, 6, 1, "/usr/bin/bwrap");
    given_process(&a->given, 7, 1, "/tmp/bwrap");
    assess(a);
    assert_finds(a, 10, "exe_unreachable", 1, "/app/x");
    assert_finds(a, 11, "exe_unreachable", 0.33, "sandbox");
    assert_finds(a, 12, "exe_unreachable", 1, "");
    assert_innocent(a, 13, "exe_unreachable");
}

static void exe_unreachable_is_a_path_that_nobody_can_be_told(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "")->facts[FACT_EXE] = FACT_TRUNCATED;
    struct process *deleted = given_process(&a->given, 11, 1, "");
    deleted->facts[FACT_EXE] = FACT_TRUNCATED;
    deleted->exe_file.nlink = 0;
    given_process(&a->given, 12, 1, "");
    assess(a);
    assert_finds(a, 10, "exe_unreachable", 1, "longer than");
    assert_finds(a, 11, "exe_unreachable", 1, "deleted");
    assert_innocent(a, 12, "exe_unreachable");
}

static void exe_unreachable_knows_a_container_to_look_from(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 1, 0, "/sbin/init")->ns_mnt = 900;
    for (int pid = 10; pid <= 11; pid++) {
        struct process *process = given_process(&a->given, pid, 1, "/app/x");

        process->exe_file.flags = EXE_PATH_IS_ELSEWHERE;
        process->ns_mnt = pid == 10 ? 900 : 901;
    }
    assess(a);
    assert_innocent(a, 10, "exe_unreachable");
    assert_finds(a, 11, "exe_unreachable", 1, "/app/x");
}

static void root_deleted_is_a_root_that_is_gone(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/usr/bin/sleep")->root =
        given_text(&a->given, "/srv/chroot (deleted)");
    given_process(&a->given, 11, 1, "/usr/bin/sleep")->root =
        given_text(&a->given, "/srv/chroot");
    assess(a);
    assert_finds(a, 10, "root_deleted", 1, "/srv/chroot (deleted)");
    assert_innocent(a, 11, "root_deleted");
}

static void bpf_holder_is_by_kind_and_trust(void **state)
{
    static const struct {
        const char *exe, *target;
        unsigned type;
        double strength;
    } cases[] = {
        {"/opt/x/agent",             "anon_inode:bpf-prog",   BPF_PROG_TYPE_KPROBE,         1  },
        {"/opt/x/agent",             "anon_inode:bpf-prog",   BPF_PROG_TYPE_SOCKET_FILTER,  1  },
        {"/opt/x/agent",             "anon_inode:bpf_link",   0,                            1  },
        {"/opt/x/agent",             "anon_inode:bpf-map",    0,                            0  },
        {"/opt/x/agent",             "anon_inode:bpf_iter",   0,                            0  },
        {"/opt/x/agent",             "anon_inode:[io_uring]", 0,                            0  },
        {"/usr/lib/systemd/systemd", "anon_inode:bpf-prog",   BPF_PROG_TYPE_CGROUP_SKB,     0  },
        {"/usr/bin/falco",           "anon_inode:bpf-prog",   BPF_PROG_TYPE_RAW_TRACEPOINT, 0.5},
        {"/usr/bin/falco",           "anon_inode:bpf-prog",   0,                            0.5},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, cases[i].exe);

        if (span_starts_with(span_of_string(cases[i].exe), "/opt/"))
            process->exe_file.uid = 1000;
        given_bpf(&a->given, process, 7, cases[i].target, cases[i].type);
    }
    struct process *mixed = given_process(&a->given, 40, 1, "/usr/lib/systemd/systemd");
    given_bpf(&a->given, mixed, 7, "anon_inode:bpf-prog", BPF_PROG_TYPE_CGROUP_DEVICE);
    given_bpf(&a->given, mixed, 8, "anon_inode:bpf-prog", BPF_PROG_TYPE_KPROBE);
    struct process *turned = given_process(&a->given, 41, 1, "/usr/lib/systemd/systemd");
    given_bpf(&a->given, turned, 7, "anon_inode:bpf-prog", BPF_PROG_TYPE_KPROBE);
    given_bpf(&a->given, turned, 8, "anon_inode:bpf-prog", BPF_PROG_TYPE_CGROUP_DEVICE);
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "bpf_holder", cases[i].strength, "fd 7 -> ");
    assert_null(strstr(finding_of(a, 10, "bpf_holder")->evidence, "more"));
    assert_finds(a, 40, "bpf_holder", 0.5, "fd 8 -> anon_inode:bpf-prog, kprobe, and 1 more");
    assert_finds(a, 41, "bpf_holder", 0.5, "fd 7 -> anon_inode:bpf-prog, kprobe, and 1 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(script_deleted_is_the_script_and_no_other_file),
        CASE(script_tmp_resolves_what_the_arguments_say),
        CASE(tmp_cwd_is_told_once_and_not_of_who_works_there),
        CASE(sysname_path_is_by_name_and_directory),
        CASE(wiped_cmdline_is_more_than_an_empty_one),
        CASE(ld_audit_is_a_variable_with_a_value),
        CASE(preload_untrusted_judges_each_library),
        CASE(argv_masq_spares_wrappers_links_and_other_roots),
        CASE(exe_unreachable_counts_a_sandbox_less),
        CASE(exe_unreachable_is_a_path_that_nobody_can_be_told),
        CASE(exe_unreachable_knows_a_container_to_look_from),
        CASE(root_deleted_is_a_root_that_is_gone),
        CASE(bpf_holder_is_by_kind_and_trust),
    };

    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
