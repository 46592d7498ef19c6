/* SPDX-License-Identifier: MIT */
/* stat, status, environ, cgroup: with every truncation and with what a hostile process
 * can put into them. */
#include "tests/support/test.h"

#include "gather/parse.h"

#define STAT_TAIL                                                                   \
    " S 7 8 9 34816 10 4194560 11 12 13 14 150 160 17 18 20 0 3 0 5550 1024000 64 " \
    "18446744073709551615\n"

static const char status_text[] = "Name:\tsshd\n"
                                  "Umask:\t0022\n"
                                  "State:\tS (sleeping)\n"
                                  "Tgid:\t42\n"
                                  "Pid:\t42\n"
                                  "PPid:\t7\n"
                                  "TracerPid:\t99\n"
                                  "Uid:\t1000\t0\t1000\t1000\n"
                                  "Gid:\t1\t2\t3\t4\n"
                                  "Groups:\t1 2 3 \n"
                                  "NSpid:\t42\t1\n"
                                  "Kthread:\t0\n"
                                  "VmSize:\t    1024 kB\n"
                                  "VmRSS:\t     512 kB\n"
                                  "Threads:\t3\n"
                                  "CapPrm:\t000001ffffffffff\n"
                                  "CapEff:\t0000000000200000\n"
                                  "CapAmb:\t0000000000000001\n"
                                  "NoNewPrivs:\t1\n"
                                  "Seccomp:\t2\n"
                                  "voluntary_ctxt_switches:\t150\n"
                                  "nonvoluntary_ctxt_switches:\t27\n";

static void stat_takes_the_fields_by_number(void **state)
{
    struct process_stat stat;
    (void)state;

    assert_true(parse_stat(span_of_string("42 (sshd)" STAT_TAIL), &stat));
    assert_int_equal(stat.pid, 42);
    assert_true(span_equals(stat.comm, "sshd"));
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.ppid, 7);
    assert_int_equal(stat.pgrp, 8);
    assert_int_equal(stat.session, 9);
    assert_int_equal(stat.tty_nr, 34816);
    assert_int_equal(stat.flags, 4194560);
    assert_int_equal(stat.cminflt, 12);
    assert_int_equal(stat.utime, 150);
    assert_int_equal(stat.stime, 160);
    assert_int_equal(stat.threads, 3);
    assert_int_equal(stat.starttime, 5550);
    assert_int_equal(stat.vsize, 1024000);
    assert_int_equal(stat.rss, 64);
}

static void stat_survives_any_name(void **state)
{
    static const char *const names[] = {
        "",           ")",           "a) R 1 1 (b", ") S 1 2 3 4 5", "a b\tc",
        "two\nlines", "\xff\x1b[2J", "((((",        "%n%s%n",
    };
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[256];
        struct process_stat stat;

        snprintf(text, sizeof text, "42 (%s)%s", names[i], STAT_TAIL);
        assert_true(parse_stat(span_of_string(text), &stat));
        assert_true(span_equals(stat.comm, names[i]));
        assert_int_equal(stat.ppid, 7);
        assert_int_equal(stat.starttime, 5550);
    }
}

static void schedstat_is_three_numbers(void **state)
{
    static const char *const wrong[] = {"",          "1 2\n",   "1 2 3",
                                        "1 2 3 4\n", "1 2 x\n", "1 -2 3\n"};
    uint64_t runtime_ns = 7, arrivals = 7;
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(parse_schedstat(span_of_string(wrong[i]), &runtime_ns, &arrivals));
    assert_int_equal(runtime_ns, 7);
    assert_int_equal(arrivals, 7);
    assert_true(parse_schedstat(span_of_string("217084 50 2\n"), &runtime_ns, &arrivals));
    assert_int_equal(runtime_ns, 217084);
    assert_int_equal(arrivals, 2);
}

static void stat_refuses_every_truncation(void **state)
{
    static const char text[] = "42 (sshd)" STAT_TAIL;
    size_t last_field = strlen(text) - strlen("18446744073709551615\n") - 1;
    struct process_stat stat = {.ppid = 77};
    (void)state;

    for (size_t length = 0; length <= last_field; length++)
        assert_false(parse_stat(span_of(text, length), &stat));
    assert_int_equal(stat.ppid, 77);
    assert_true(parse_stat(span_of(text, last_field + 1), &stat));
}

static void stat_refuses_what_is_no_number(void **state)
{
    static const char *const texts[] = {
        "",
        "x (a)" STAT_TAIL,
        "42 a" STAT_TAIL,
        "42 (a) SS 7 8 9 34816 10 0 11 12 13 14 1 1 17 18 20 0 3 0 5550 1 64 \n",
        "42 (a) S 7x 8 9 34816 10 0 11 12 13 14 1 1 17 18 20 0 3 0 5550 1 64 \n",
        "42 (a) S 7 8 9 34816 10 0 11 12 13 14 1 1 17 18 20 0 3 0 99999999999999999999 1 64 \n",
    };
    struct process_stat stat;
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(parse_stat(span_of_string(texts[i]), &stat));
}

static void status_takes_what_is_kept(void **state)
{
    struct process_status status;
    (void)state;

    assert_true(parse_status(span_of_string(status_text), &status));
    assert_string_equal(status.comm, "sshd");
    assert_int_equal(status.state, 'S');
    assert_int_equal(status.ppid, 7);
    assert_int_equal(status.tracer_pid, 99);
    assert_int_equal(status.uid[0], 1000);
    assert_int_equal(status.uid[1], 0);
    assert_int_equal(status.gid[3], 4);
    assert_int_equal(status.ns_depth, 2);
    assert_false(status.is_kernel_thread);
    assert_int_equal(status.vsize, 1024 * 1024);
    assert_int_equal(status.rss, 512 * 1024);
    assert_int_equal(status.threads, 3);
    assert_int_equal(status.cap_permitted, UINT64_C(0x1ffffffffff));
    assert_int_equal(status.cap_effective, 0x200000);
    assert_int_equal(status.cap_ambient, 1);
    assert_int_equal(status.no_new_privs, 1);
    assert_int_equal(status.seccomp, 2);
    assert_int_equal(status.switches, 177);
}

static void status_refuses_every_truncation(void **state)
{
    struct process_status status = {.ppid = 77};
    (void)state;

    for (size_t length = 0; length < sizeof status_text - 1; length++)
        assert_false(parse_status(span_of(status_text, length), &status));
    assert_int_equal(status.ppid, 77);
}

static void status_unescapes_the_name_and_trusts_no_line_in_it(void **state)
{
    static const struct {
        const char *shown, *comm;
    } cases[] = {
        {"sshd ",                                                                    "sshd "        }, /* the space is a signal */
        {"",                                                                         ""             },
        {"a\\nUid:\\t0",                                                             "a\nUid:\t0"   },
        {"back\\\\slash",                                                            "back\\slash"  },
        {"octal\\040\\033[2J",                                                       "octal \033[2J"},
        {"end\\",                                                                    "end\\"        },
        {"\\9",                                                                      "\\9"          },
        {"kworker/u8:1-ext4-rsv-conversion-and-more-and-more-and-more-and-more-yes",
         "kworker/u8:1-ext4-rsv-conversion-and-more-and-more-and-more-and"                          },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        struct process_status status;

        snprintf(text, sizeof text, "Name:\t%s%s", cases[i].shown,
                 status_text + strlen("Name:\tsshd"));
        assert_true(parse_status(span_of_string(text), &status));
        assert_string_equal(status.comm, cases[i].comm);
        assert_int_equal(status.comm_length, strlen(cases[i].comm));
        assert_int_equal(status.uid[0], 1000);
    }
}

/* Of another kernel than ours, which has other lines in another order: all that are
 * there are taken, whatever the search has passed, and the first of two. */
static void status_takes_lines_in_any_order(void **state)
{
    static const char text[] = "Name:\tkworker/0:1\n"
                               "Seccomp:\t2\n"
                               "NoNewPrivs:\t1\n"
                               "voluntary_ctxt_switches:\t5\n"
                               "Threads:\t3\n"
                               "Threads:\t4\n"
                               "Uid\n"
                               "\n"
                               "Kthread:\t1\n"
                               "TracerPid:\t99\n"
                               "PPid:\t7\n"
                               "State:\tI (idle)\n"
                               "nonvoluntary_ctxt_switches:\t2\n";
    struct process_status status;
    (void)state;

    assert_true(parse_status(span_of_string(text), &status));
    assert_int_equal(status.state, 'I');
    assert_true(status.is_kernel_thread);
    assert_int_equal(status.ppid, 7);
    assert_int_equal(status.tracer_pid, 99);
    assert_int_equal(status.threads, 3);
    assert_int_equal(status.no_new_privs, 1);
    assert_int_equal(status.seccomp, 2);
    assert_int_equal(status.switches, 7);
    assert_int_equal(status.vsize, 0);
}

static void status_refuses_numbers_out_of_range(void **state)
{
    static const struct {
        const char *line;
        bool is_good;
    } cases[] = {
        {"PPid:\t2147483647\n",               true },
        {"PPid:\t2147483648\n",               false},
        {"PPid:\t-1\n",                       false},
        {"Uid:\t4294967295\t0\t0\t0\n",       true },
        {"Uid:\t4294967296\t0\t0\t0\n",       false},
        {"Uid:\t0\t0\t0\n",                   false},
        {"Seccomp:\t256\n",                   false},
        {"VmRSS:\t18446744073709551615 kB\n", false},
        {"VmRSS:\t12\n",                      false},
        {"CapEff:\t1ffffffffffffffff\n",      false},
        {"NSpid:\t\n",                        false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct process_status status;

        snprintf(text, sizeof text,
                 "Name:\ta\nState:\tR (running)\n%snonvoluntary_ctxt_switches:\t1\n",
                 cases[i].line);
        assert_int_equal(parse_status(span_of_string(text), &status), cases[i].is_good);
    }
}

static void thread_group_wants_its_whole_line(void **state)
{
    size_t needed = (size_t)(strstr(status_text, "Tgid:\t42\n") - status_text) + 9;
    uint64_t pid = 77;
    (void)state;

    for (size_t length = 0; length < needed; length++)
        assert_false(parse_thread_group(span_of(status_text, length), &pid));
    assert_int_equal(pid, 77);
    assert_true(parse_thread_group(span_of_string(status_text), &pid));
    assert_int_equal(pid, 42);
    assert_false(parse_thread_group(span_of_string("Tgid:\t42x\n"), &pid));
}

static void environ_keeps_only_what_the_linker_obeys(void **state)
{
    static const char text[] = "PATH=/bin\0LD_PRELOAD=/a.so\0XLD_AUDIT=no\0LD_PRELOAD_2=no\0"
                               "LD_LIBRARY_PATH=\0LD_PRELOAD=/b.so\0SECRET=LD_AUDIT=x";
    struct environ_values values;
    (void)state;

    parse_environ(span_of(text, sizeof text), &values);
    assert_true(span_equals(values.ld_preload, "/b.so")); /* the last one counts */
    assert_int_equal(span_length(values.ld_audit), 0);
    assert_int_equal(span_length(values.ld_library_path), 0);
    assert_int_equal(values.flags, ENVIRON_HAS_LD_PRELOAD | ENVIRON_HAS_LD_LIBRARY_PATH);

    for (size_t length = 0; length < sizeof text; length++) {
        parse_environ(span_of(text, length), &values);
        assert_true(span_length(values.ld_preload) <= strlen("/b.so"));
        assert_false(values.flags & ENVIRON_HAS_LD_AUDIT);
    }
}

static void cgroup_prefers_the_unified_hierarchy(void **state)
{
    static const struct {
        const char *text, *path;
    } cases[] = {
        {"0::/system.slice/ssh.service\n",             "/system.slice/ssh.service"},
        {"0::/\n",                                     "/"                        },
        {"12:pids:/a\n1:name=systemd:/longer\n0::/\n", "/longer"                  },
        {"1:name=systemd:/much/longer\n0::/x\n",       "/x"                       },
        {"0::/with:colon\x1b[2J\n",                    "/with:colon\x1b[2J"       },
        {"",                                           NULL                       },
        {"0::/a",                                      NULL                       },
        {"0:/a\n",                                     NULL                       },
        {"x::/a\n",                                    NULL                       },
        {"0::relative\n",                              NULL                       },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span path = {NULL, NULL};

        assert_int_equal(parse_cgroup(span_of_string(cases[i].text), &path),
                         cases[i].path != NULL);
        if (cases[i].path)
            assert_true(span_equals(path, cases[i].path));
        else
            assert_null(path.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stat_takes_the_fields_by_number),
        cmocka_unit_test(stat_survives_any_name),
        cmocka_unit_test(stat_refuses_every_truncation),
        cmocka_unit_test(schedstat_is_three_numbers),
        cmocka_unit_test(stat_refuses_what_is_no_number),
        cmocka_unit_test(status_takes_what_is_kept),
        cmocka_unit_test(status_refuses_every_truncation),
        cmocka_unit_test(status_unescapes_the_name_and_trusts_no_line_in_it),
        cmocka_unit_test(status_takes_lines_in_any_order),
        cmocka_unit_test(status_refuses_numbers_out_of_range),
        cmocka_unit_test(thread_group_wants_its_whole_line),
        cmocka_unit_test(environ_keeps_only_what_the_linker_obeys),
        cmocka_unit_test(cgroup_prefers_the_unified_hierarchy),
    };
    return cmocka_run_group_tests_name("parse_process", tests, NULL, NULL);
}
