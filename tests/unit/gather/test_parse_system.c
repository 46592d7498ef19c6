/* SPDX-License-Identifier: MIT */
/* Socket tables, mounts, files about the machine, and exe.stat of a recording. */
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "gather/parse.h"

#define TCP_LINE                                                                        \
    "   1: 0100007F:8240 0200007F:115C 01 00000000:00000000 00:00000000 00000000  1000" \
    "        0 54321 1 0000000000000000 20 4 30 10 -1"

static const char tcp6_line[] =
    "   0: 00000000000000000000000001000000:0016 B80D0120000000000000000001000000:01BB 0A "
    "00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 100 0 0 10 0";

static void net_socket_reads_ipv4(void **state)
{
    struct socket socket;
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];
    (void)state;

    assert_true(parse_net_socket(span_of_string(TCP_LINE), AF_INET, IPPROTO_TCP, &socket));
    assert_int_equal(socket.inode, 54321);
    assert_int_equal(socket.uid, 1000);
    assert_int_equal(socket.state, SOCKET_ESTABLISHED);
    assert_int_equal(socket.local_port, 33344);
    assert_int_equal(socket.remote_port, 4444);
    socket_format_local(&socket, &local);
    socket_format_remote(&socket, &remote);
    assert_string_equal(local, "127.0.0.1:33344");
    assert_string_equal(remote, "127.0.0.2:4444");
}

static void net_socket_reads_ipv6(void **state)
{
    struct socket socket;
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];
    (void)state;

    assert_true(parse_net_socket(span_of_string(tcp6_line), AF_INET6, IPPROTO_TCP, &socket));
    assert_int_equal(socket.state, SOCKET_LISTEN);
    socket_format_local(&socket, &local);
    socket_format_remote(&socket, &remote);
    assert_string_equal(local, "[::1]:22");
    assert_string_equal(remote, "[2001:db8::1]:443");
    /* A line of the one family is not one of the other. */
    assert_false(parse_net_socket(span_of_string(tcp6_line), AF_INET, IPPROTO_TCP, &socket));
    assert_false(parse_net_socket(span_of_string(TCP_LINE), AF_INET6, IPPROTO_TCP, &socket));
}

static void net_socket_refuses_every_truncation_up_to_its_inode(void **state)
{
    static const char line[] = TCP_LINE;
    size_t needed = (size_t)(strstr(line, "54321 ") - line) + strlen("54321 ");
    struct socket socket = {.inode = 77};
    (void)state;

    for (size_t length = 0; length < needed; length++)
        assert_false(parse_net_socket(span_of(line, length), AF_INET, IPPROTO_TCP, &socket));
    assert_int_equal(socket.inode, 77);
    assert_true(parse_net_socket(span_of(line, needed), AF_INET, IPPROTO_TCP, &socket));
    assert_int_equal(socket.inode, 54321);
}

static void net_socket_refuses_the_heading(void **state)
{
    struct socket socket;
    (void)state;

    assert_false(parse_net_socket(
        span_of_string("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when"),
        AF_INET, IPPROTO_TCP, &socket));
    assert_false(parse_net_socket(span_of_string(""), AF_INET, IPPROTO_TCP, &socket));
}

static void packet_socket_reads_its_row(void **state)
{
    static const char line[] =
        "0000000000000000 3      3    0003   2     1 0      0      8123  ";
    static const char heading[] = "sk       RefCnt Type Proto  Iface R Rmem   User   Inode";
    struct socket socket = {.inode = 77};
    (void)state;

    assert_false(parse_packet_socket(span_of_string(heading), &socket));
    for (size_t length = 0; length < (size_t)(strstr(line, "8123") - line); length++)
        assert_false(parse_packet_socket(span_of(line, length), &socket));
    assert_int_equal(socket.inode, 77);
    assert_true(parse_packet_socket(span_of_string(line), &socket));
    assert_int_equal(socket.inode, 8123);
    assert_int_equal(socket.family, AF_PACKET);
}

static void mount_finds_type_and_device(void **state)
{
    static const struct {
        const char *line, *mount_point, *type, *options;
        uint32_t dev_minor;
    } cases[] = {
        {"22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=2",              "/proc",      "proc",
         "rw,hidepid=2",                                                                                                     21},
        {"36 35 98:0 /mnt1 /mnt\\0402 rw shared:1 master:2 - ext3 /dev/root rw", "/mnt\\0402",
         "ext3",                                                                                             "rw",           0 },
        {"36 35 0:44 / /a rw - fuse.sshfs  rw,user_id=0",                        "/a",         "fuse.sshfs", "rw,user_id=0",
         44                                                                                                                    },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mount_line mount;

        assert_true(parse_mount(span_of_string(cases[i].line), &mount));
        assert_true(span_equals(mount.mount_point, cases[i].mount_point));
        assert_true(span_equals(mount.type, cases[i].type));
        assert_true(span_equals(mount.super_options, cases[i].options));
        assert_int_equal(mount.dev_minor, cases[i].dev_minor);
    }
}

static void mount_refuses_every_truncation(void **state)
{
    static const char line[] = "22 27 0:21 / /proc rw,relatime shared:5 - proc proc r";
    struct mount_line mount = {.mount_id = 77};
    (void)state;

    for (size_t length = 0; length < strlen(line) - 1; length++)
        assert_false(parse_mount(span_of(line, length), &mount));
    assert_int_equal(mount.mount_id, 77);
}

static void hidepid_counts_when_it_hides(void **state)
{
    static const struct {
        const char *options;
        bool hides;
    } cases[] = {
        {"rw",                   false},
        {"rw,hidepid=0",         false},
        {"rw,hidepid=off",       false},
        {"rw,gid=5,hidepid=2",   true },
        {"hidepid=invisible,rw", true },
        {"rw,xhidepid=2",        false},
        {"",                     false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(parse_hides_pids(span_of_string(cases[i].options)), cases[i].hides);
}

static void seconds_take_a_fraction_or_none(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        uint64_t ns;
    } cases[] = {
        {"5000.25 19000.00\n",        true,  UINT64_C(5000250000000)      },
        {"7\n",                       true,  UINT64_C(7000000000)         },
        {"1763971200.123456789999\n", true,  UINT64_C(1763971200123456789)},
        {"7",                         false, 0                            },
        {"7.\n",                      false, 0                            },
        {".5\n",                      false, 0                            },
        {"-1\n",                      false, 0                            },
        {"18446744073709551615\n",    false, 0                            },
        {"",                          false, 0                            },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t ns = 77;

        assert_int_equal(parse_seconds(span_of_string(cases[i].text), &ns), cases[i].is_good);
        assert_int_equal(ns, cases[i].is_good ? cases[i].ns : 77);
    }
}

static void load_and_memory_refuse_truncation(void **state)
{
    static const char loadavg[] = "0.50 1.25 10.00 3/104 7819\n";
    static const char meminfo[] =
        "MemTotal:       2048 kB\nMemFree:  1 kB\nMemAvailable:   1024 kB\n";
    float load[3] = {77, 77, 77};
    uint64_t total = 77, available = 77;
    (void)state;

    for (size_t length = 0; length <= strlen("0.50 1.25 10.00"); length++)
        assert_false(parse_loadavg(span_of(loadavg, length), &load));
    assert_true(load[0] == 77);
    assert_true(parse_loadavg(span_of_string(loadavg), &load));
    assert_true(load[0] == 0.5f && load[1] == 1.25f && load[2] == 10.0f);

    int32_t last_pid = 77;
    for (size_t length = 0; length < strlen(loadavg); length++)
        assert_false(parse_last_pid(span_of(loadavg, length), &last_pid));
    assert_int_equal(last_pid, 77);
    assert_true(parse_last_pid(span_of_string(loadavg), &last_pid));
    assert_int_equal(last_pid, 7819);
    uint64_t tasks = 77;
    assert_true(parse_task_count(span_of_string(loadavg), &tasks));
    assert_true(tasks != 77);
    assert_false(parse_task_count(span_of_string("0.52 0.58 0.59 1"), &tasks));

    for (size_t length = 0; length < strlen(meminfo) - 1; length++)
        assert_false(parse_meminfo(span_of(meminfo, length), &total, &available));
    assert_int_equal(total, 77);
    assert_true(parse_meminfo(span_of_string(meminfo), &total, &available));
    assert_int_equal(total, 2048 * 1024);
    assert_int_equal(available, 1024 * 1024);
}

static void cpus_are_counted_by_line(void **state)
{
    (void)state;

    assert_int_equal(parse_cpu_count(span_of_string("cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 1\n")),
                     2);
    assert_int_equal(parse_cpu_count(span_of_string("")), 0);
}

static void passwd_names_a_uid(void **state)
{
    static const struct {
        const char *line, *name;
        uint64_t uid;
    } cases[] = {
        {"root:x:0:0:root:/root:/bin/bash", "root",      0   },
        {"a\x1b[2Jb:x:1000:1000::/home/a:", "a\x1b[2Jb", 1000},
        {"root:x:0",                        NULL,        0   },
        {":x:0:0:::",                       NULL,        0   },
        {"root:x::0:::",                    NULL,        0   },
        {"root:x:4294967296:0:::",          NULL,        0   },
        {"# comment",                       NULL,        0   },
        {"",                                NULL,        0   },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span name = {NULL, NULL};
        uint64_t uid = 77;

        assert_int_equal(parse_passwd(span_of_string(cases[i].line), &uid, &name),
                         cases[i].name != NULL);
        assert_int_equal(uid, cases[i].name ? cases[i].uid : 77);
        if (cases[i].name)
            assert_true(span_equals(name, cases[i].name));
    }
}

static const char exe_stat[] = "dev=254:1 ino=123 nlink=0 size=4096 mtime_ns=-5 ctime_ns=7 "
                               "mode=0104755 uid=0 gid=1000 flags=local,path-exists\n";

static void exe_stat_reads_back_a_file(void **state)
{
    struct exe_file file;
    (void)state;

    assert_true(parse_exe_stat(span_of_string(exe_stat), &file));
    assert_int_equal(file.dev, makedev(254, 1));
    assert_int_equal(file.ino, 123);
    assert_int_equal(file.nlink, 0);
    assert_int_equal(file.size, 4096);
    assert_int_equal(file.mtime_ns, -5);
    assert_int_equal(file.ctime_ns, 7);
    assert_int_equal(file.mode, 0104755);
    assert_int_equal(file.gid, 1000);
    assert_int_equal(file.flags, EXE_ON_LOCAL_FS | EXE_PATH_EXISTS);
}

static void exe_stat_refuses_every_truncation_and_what_it_does_not_know(void **state)
{
    static const char *const changes[][2] = {
        {"nlink=0",           "nlinks=0"       },
        {"nlink=0",           "nlink="         },
        {"nlink=0",           "nlink=0 nlink=1"},
        {"=0104755",          "=0108755"       },
        {"254:1",             "254"            },
        {"uid=0",             "uid=4294967296" },
        {"local,",            "local,new,"     },
        {"local,path-exists", ""               },
        {"mtime_ns=-5",       "mtime_ns=--5"   },
    };
    struct exe_file file = {.ino = 77};
    (void)state;

    for (size_t length = 0; length < strlen(exe_stat); length++)
        assert_false(parse_exe_stat(span_of(exe_stat, length), &file));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char text[512];
        const char *at = strstr(exe_stat, changes[i][0]);

        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - exe_stat), exe_stat, changes[i][1],
                 at + strlen(changes[i][0]));
        assert_false(parse_exe_stat(span_of_string(text), &file));
    }
    assert_int_equal(file.ino, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(net_socket_reads_ipv4),
        cmocka_unit_test(net_socket_reads_ipv6),
        cmocka_unit_test(net_socket_refuses_every_truncation_up_to_its_inode),
        cmocka_unit_test(net_socket_refuses_the_heading),
        cmocka_unit_test(packet_socket_reads_its_row),
        cmocka_unit_test(mount_finds_type_and_device),
        cmocka_unit_test(mount_refuses_every_truncation),
        cmocka_unit_test(hidepid_counts_when_it_hides),
        cmocka_unit_test(seconds_take_a_fraction_or_none),
        cmocka_unit_test(load_and_memory_refuse_truncation),
        cmocka_unit_test(cpus_are_counted_by_line),
        cmocka_unit_test(passwd_names_a_uid),
        cmocka_unit_test(exe_stat_reads_back_a_file),
        cmocka_unit_test(exe_stat_refuses_every_truncation_and_what_it_does_not_know),
    };
    return cmocka_run_group_tests_name("parse_system", tests, NULL, NULL);
}
