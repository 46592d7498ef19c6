/* SPDX-License-Identifier: MIT */
/* What a process has mapped and open: maps, smaps, the links of its descriptors and their
 * fdinfo; with every truncation and with what a hostile process can put into them. */
#include "tests/support/test.h"

#include "gather/parse.h"

static void map_reads_columns_and_not_the_name(void **state)
{
    static const struct {
        const char *line;
        uint32_t permissions;
        uint64_t inode;
        const char *name;
    } cases[] = {
        {"00400000-00401000 r-xp 00001000 fe:02 123                        /usr/bin/a b",
         MAP_READ | MAP_EXECUTE,                                                                                              123, "/usr/bin/a b"         },
        {"7f0000000000-7f0000001000 rwxp 00000000 00:00 0 ",                              MAP_READ | MAP_WRITE | MAP_EXECUTE,
         0,                                                                                                                        ""                     },
        {"7f0000000000-7f0000001000 rw-s 00000000 00:01 9  /memfd:rwxp (deleted)",
         MAP_READ | MAP_WRITE | MAP_IS_SHARED,                                                                                9,   "/memfd:rwxp (deleted)"},
        {"7f0000000000-7f0000001000 ---p 00000000 00:00 0   [anon:r-xp]",                 0,                                  0,   "[anon:r-xp]"          },
        {"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]",           MAP_EXECUTE,                        0,
         "[vsyscall]"                                                                                                                                     },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct map map;
        struct span name;

        assert_true(parse_map(span_of_string(cases[i].line), &map, &name));
        assert_int_equal(map.permissions, cases[i].permissions);
        assert_int_equal(map.inode, cases[i].inode);
        assert_true(span_equals(name, cases[i].name));
        assert_true(map.start < map.end);
    }
}

static void map_refuses_every_truncation_up_to_its_name(void **state)
{
    static const char line[] = "00400000-00401000 r-xp 00001000 fe:02 123 ";
    struct map map = {.inode = 77};
    struct span name;
    (void)state;

    for (size_t length = 0; length < strlen(line); length++)
        assert_false(parse_map(span_of(line, length), &map, &name));
    assert_int_equal(map.inode, 77);
    assert_true(parse_map(span_of_string(line), &map, &name));
    assert_int_equal(map.dev_major, 0xfe);
    assert_int_equal(map.dev_minor, 2);
    assert_int_equal(map.offset, 0x1000);
}

static void map_refuses_nonsense(void **state)
{
    static const char *const lines[] = {
        "00401000-00400000 r-xp 00001000 fe:02 123 /a", /* backwards */
        "00400000-00401000 rwxq 00001000 fe:02 123 /a",
        "00400000-00401000 xwrp 00001000 fe:02 123 /a",
        "10000000000000000-20000000000000000 r-xp 0 fe:02 123 /a",
        "00400000-00401000 r-xp 00001000 fe:02 x /a",
    };
    struct map map;
    struct span name;
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_false(parse_map(span_of_string(lines[i]), &map, &name));
}

static void descriptor_kinds_follow_the_link(void **state)
{
    static const struct {
        const char *link;
        enum descriptor_kind kind;
        uint64_t inode;
    } cases[] = {
        {"socket:[123]",                  DESCRIPTOR_SOCKET,    123},
        {"pipe:[7]",                      DESCRIPTOR_PIPE,      7  },
        {"/dev/pts/3",                    DESCRIPTOR_TERMINAL,  0  },
        {"/dev/tty1",                     DESCRIPTOR_TERMINAL,  0  },
        {"/dev/ptmx",                     DESCRIPTOR_PTMX,      0  },
        {"/dev/pts/ptmx",                 DESCRIPTOR_PTMX,      0  },
        {"/dev/null",                     DESCRIPTOR_NULL,      0  },
        {"/dev/null (deleted)",           DESCRIPTOR_FILE,      0  },
        {"/memfd:x (deleted)",            DESCRIPTOR_MEMFD,     0  },
        {"anon_inode:[io_uring]",         DESCRIPTOR_ANONYMOUS, 0  },
        {"anon_inode:bpf-prog",           DESCRIPTOR_ANONYMOUS, 0  },
        {"/tmp/socket:[123]",             DESCRIPTOR_FILE,      0  },
        {"socket:[123]x",                 DESCRIPTOR_FILE,      0  },
        {"socket:[123",                   DESCRIPTOR_FILE,      0  },
        {"socket:[]",                     DESCRIPTOR_FILE,      0  },
        {"socket:[99999999999999999999]", DESCRIPTOR_FILE,      0  },
        {"",                              DESCRIPTOR_FILE,      0  },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t inode = 77;

        assert_int_equal(parse_descriptor_link(span_of_string(cases[i].link), &inode),
                         cases[i].kind);
        assert_int_equal(inode, cases[i].inode);
    }
}

static void tty_index_wants_its_whole_line(void **state)
{
    static const char text[] = "pos:\t0\nflags:\t02\nmnt_id:\t29\ntty-index:\t17\n";
    uint64_t index = 77;
    (void)state;

    for (size_t length = 0; length < strlen(text); length++)
        assert_false(parse_tty_index(span_of(text, length), &index));
    assert_int_equal(index, 77);
    assert_true(parse_tty_index(span_of_string(text), &index));
    assert_int_equal(index, 17);
}

static void written_code_counts_private_code_of_files(void **state)
{
    static const char smaps[] =
        "55a000000000-55a000010000 r--p 00000000 fe:01 11 /usr/bin/x\n"
        "Anonymous:            64 kB\n"
        "55a000010000-55a000020000 r-xp 00010000 fe:01 11 /usr/bin/x\n"
        "Size:                 64 kB\n"
        "Anonymous:             4 kB\n"
        "VmFlags: rd ex mr mw me sd\n"
        "7f0000000000-7f0000010000 r-xp 00000000 fe:01 12 /usr/lib/y.so\n"
        "Anonymous:            12 kB\n"
        "AnonHugePages:        99 kB\n"
        "7f0000020000-7f0000030000 r-xp 00000000 fe:01 13 /usr/lib/z.so\n"
        "Anonymous:             0 kB\n"
        "7f0000030000-7f0000040000 r-xp 00000000 00:00 0 \n"
        "Anonymous:            64 kB\n"
        "7f0000040000-7f0000050000 rwxp 00000000 fe:01 14 /usr/lib/w.so\n"
        "Anonymous:            64 kB\n"
        "7f0000050000-7f0000060000 r-xs 00000000 fe:01 15 /usr/lib/s.so\n"
        "Anonymous:            64 kB\n";
    struct written_code code = written_code_of(span_of_string(smaps));
    uint32_t kib = 77;
    (void)state;

    assert_int_equal(code.mappings, 2);
    assert_int_equal(code.kib, 16);
    assert_int_equal(code.start, 0x7f0000000000);
    assert_int_equal(code.end, 0x7f0000010000);
    assert_int_equal(code.inode, 12);
    assert_int_equal(written_code_of(span_of_string("")).mappings, 0);
    assert_false(parse_anonymous(span_of_string("Anonymous:  4 MB"), &kib));
    assert_false(parse_anonymous(span_of_string("AnonHugePages:  4 kB"), &kib));
    assert_int_equal(kib, 77);
}

static void bpf_type_is_one_line_of_many(void **state)
{
    static const char text[] = "pos:\t0\nprog_type:\t15\nprog_jited:\t1\nprog_id:\t42\n";
    uint64_t type = 77;
    (void)state;

    assert_false(parse_bpf_type(span_of_string("pos:\t0\nlink_type:\tperf_event\n"), &type));
    assert_false(parse_bpf_type(span_of_string("prog_type:\t15"), &type));
    assert_false(parse_bpf_type(span_of_string("prog_type:\tkprobe\n"), &type));
    assert_int_equal(type, 77);
    assert_true(parse_bpf_type(span_of_string(text), &type));
    assert_int_equal(type, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_reads_columns_and_not_the_name),
        cmocka_unit_test(map_refuses_every_truncation_up_to_its_name),
        cmocka_unit_test(map_refuses_nonsense),
        cmocka_unit_test(descriptor_kinds_follow_the_link),
        cmocka_unit_test(tty_index_wants_its_whole_line),
        cmocka_unit_test(written_code_counts_private_code_of_files),
        cmocka_unit_test(bpf_type_is_one_line_of_many),
    };
    return cmocka_run_group_tests_name("parse_maps", tests, NULL, NULL);
}
