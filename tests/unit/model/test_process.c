/* SPDX-License-Identifier: MIT */
/* What follows from the record of a process, and of what belongs to it. */
#include <netinet/in.h>

#include "model/process.h"
#include "tests/support/test.h"

static void half_read_is_what_the_next_pass_reads(void **state)
{
    const fact_mask late = FACT_BIT(FACT_CPU) | FACT_BIT(FACT_SHA256) | FACT_CLOSER;
    (void)state;

    for (unsigned state_at = 0; state_at < FACT_STATE_COUNT; state_at++)
        for (unsigned fact = 0; fact < FACT_COUNT; fact++) {
            struct process process = {0};

            process.facts[fact] = (uint8_t)state_at;
            assert_int_equal(process_is_half_read(&process),
                             state_at == FACT_PENDING && !(late & FACT_BIT(fact)));
        }
}

static void runs_the_same_file_by_device_and_inode(void **state)
{
    static const struct {
        struct exe_file file;
        enum fact_state known;
        bool is_same;
    } cases[] = {
        {{.dev = 8, .ino = 5}, FACT_KNOWN,  true },
        {{.dev = 9, .ino = 5}, FACT_KNOWN,  false},
        {{.dev = 8, .ino = 6}, FACT_KNOWN,  false},
        {{.dev = 8, .ino = 5}, FACT_DENIED, false},
    };
    struct process one = {
        .exe_file = {.dev = 8, .ino = 5}
    };
    (void)state;

    one.facts[FACT_EXE_FILE] = FACT_KNOWN;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct process other = {.exe_file = cases[i].file};

        other.facts[FACT_EXE_FILE] = (uint8_t)cases[i].known;
        assert_int_equal(process_runs_same_file(&one, &other), cases[i].is_same);
        assert_int_equal(process_runs_same_file(&other, &one), cases[i].is_same);
    }
}

static void a_linked_file_may_be_called_deleted(void **state)
{
    static const struct {
        const char *exe;
        enum fact_state known;
        uint32_t nlink;
        uint32_t length;
    } cases[] = {
        {"/x (deleted)", FACT_KNOWN,  0, 2 },
        {"/x (deleted)", FACT_KNOWN,  1, 12},
        {"/x (deleted)", FACT_DENIED, 0, 2 },
        {"/x",           FACT_KNOWN,  0, 2 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct process process = {.exe_file.nlink = cases[i].nlink};

        process.facts[FACT_EXE_FILE] = (uint8_t)cases[i].known;
        assert_int_equal(process_exe_bare_length(&process, cases[i].exe), cases[i].length);
    }
}

static void knows_pseudoterminals_by_their_device(void **state)
{
    static const struct {
        uint32_t tty_nr;
        bool is_pts;
        uint32_t number;
    } cases[] = {
        {0,                      false, 0   },
        {4 << 8 | 1,             false, 0   }, /* /dev/tty1 */
        {135 << 8,               false, 0   },
        {136 << 8,               true,  0   },
        {136 << 8 | 255,         true,  255 },
        {136 << 8 | 1 << 20 | 2, true,  258 },
        {137 << 8 | 1,           true,  257 },
        {143 << 8 | 255,         true,  2047},
        {144 << 8,               false, 0   },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t number = 7;

        assert_int_equal(tty_is_pts((int32_t)cases[i].tty_nr, &number), cases[i].is_pts);
        assert_int_equal(number, cases[i].is_pts ? cases[i].number : 7);
    }
}

static void formats_permissions_as_the_kernel_does(void **state)
{
    static const struct {
        uint32_t permissions;
        const char *text;
    } cases[] = {
        {0,                                  "---p"},
        {MAP_READ | MAP_EXECUTE,             "r-xp"},
        {MAP_WRITE | MAP_IS_SHARED,          "-w-s"},
        {MAP_READ | MAP_WRITE | MAP_EXECUTE, "rwxp"},
        {MAP_READ | MAP_PATH_EXISTS,         "r--p"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct map map = {.permissions = cases[i].permissions};
        char text[MAP_PERMISSIONS_SIZE];

        map_format_permissions(&map, &text);
        assert_string_equal(text, cases[i].text);
    }
}

static void formats_addresses(void **state)
{
    (void)state;
    struct socket four = {
        .family = AF_INET, .local_port = 80, .local = {10, 1, 2, 3}
    };
    struct socket six = {.family = AF_INET6, .remote_port = 443, .remote = {[15] = 1}};
    struct socket mapped = {
        .family = AF_INET6, .local_port = 22, .local = {[10] = 0xff, 0xff, 192, 0, 2, 9}
    };
    char text[SOCKET_ADDRESS_SIZE];

    socket_format_local(&four, &text);
    assert_string_equal(text, "10.1.2.3:80");
    socket_format_remote(&six, &text);
    assert_string_equal(text, "[::1]:443");
    socket_format_local(&mapped, &text);
    assert_string_equal(text, "192.0.2.9:22");
}

static void knows_what_no_path_can_be(void **state)
{
    (void)state;
    assert_true(exe_is_memfd("/memfd:x (deleted)"));
    assert_false(exe_is_memfd("/opt/memfd:x"));
    assert_true(map_is_of_kernel(span_of_string("[vdso]")));
    assert_true(map_is_of_kernel(span_of_string("[vectors]")));
    assert_false(map_is_of_kernel(span_of_string("[heap]")));
    assert_false(map_is_of_kernel(span_of_string("[anon:[vdso]]")));
    assert_true(socket_is_internet(&(struct socket){.family = AF_INET}));
    assert_true(socket_is_internet(&(struct socket){.family = AF_INET6}));
    assert_false(socket_is_internet(&(struct socket){.family = AF_UNIX}));
}

/* Who writes a block chooses the numbers in it. */
static void has_a_name_for_any_number(void **state)
{
    (void)state;
    assert_string_equal(socket_state_name(SOCKET_CLOSE), "UNCONNECTED");
    assert_string_equal(socket_state_name(SOCKET_CLOSING), "CLOSING");
    assert_string_equal(socket_state_name(0), "?");
    assert_string_equal(socket_state_name(SOCKET_CLOSING + 1), "?");
    assert_string_equal(socket_protocol_name(&(struct socket){.protocol = IPPROTO_UDP}), "udp");
    assert_string_equal(socket_protocol_name(&(struct socket){.protocol = 255}), "raw");
    assert_string_equal(socket_protocol_name(&(struct socket){.protocol = 254}), "ip");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_read_is_what_the_next_pass_reads),
        cmocka_unit_test(runs_the_same_file_by_device_and_inode),
        cmocka_unit_test(a_linked_file_may_be_called_deleted),
        cmocka_unit_test(knows_pseudoterminals_by_their_device),
        cmocka_unit_test(formats_permissions_as_the_kernel_does),
        cmocka_unit_test(formats_addresses),
        cmocka_unit_test(knows_what_no_path_can_be),
        cmocka_unit_test(has_a_name_for_any_number),
    };

    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
