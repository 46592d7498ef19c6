/* SPDX-License-Identifier: MIT */
/* Files below a tree: read up to a cap, listed by number, never outside of it. */
#include "gather/procfs.h"

#include <errno.h>
#include <unistd.h>

#include "tests/support/scratch.h"

enum { MARGIN = 2 };

static int open_tree(void **state)
{
    static struct procfs procfs;
    const char *reason;

    if (scratch_setup(state) != 0)
        return -1;
    scratch_run("mkdir 42");
    *state = &procfs;
    return procfs_open(&procfs, scratch, &reason);
}

static int close_tree(void **state)
{
    procfs_close(*state);
    return scratch_remove();
}

/* Around a cap, and around where the buffer grows. */
static void what_is_beyond_the_cap_is_told(void **state)
{
    static const size_t caps[] = {1, 100, 4096, 5000, 70000};
    const struct procfs *procfs = *state;
    struct strbuf text = {0};

    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
        for (size_t size = caps[i] > MARGIN ? caps[i] - MARGIN : 0; size <= caps[i] + MARGIN;
             size++) {
            char command[64];
            bool is_more = size > caps[i];

            snprintf(command, sizeof command, "head -c %zu /dev/zero >42/maps", size);
            scratch_run(command);
            assert_int_equal(procfs_read(procfs, procfs->root, "42/maps", caps[i], &text),
                             is_more ? PROCFS_TRUNCATED : 0);
            assert_int_equal(text.length, is_more ? caps[i] : size);
            assert_int_equal(procfs_read_piece(procfs, procfs->root, "42/maps", caps[i], &text),
                             is_more ? PROCFS_TRUNCATED : 0);
            assert_int_equal(text.length, is_more ? caps[i] : size);
        }
    strbuf_release(&text);
}

static void only_plain_numbers_are_listed(void **state)
{
    static const int32_t expected[] = {0, 7, 42, 2147483647};
    const struct procfs *procfs = *state;
    struct procfs_numbers numbers = {0};

    scratch_run("mkdir 7 07 +1 1x self 2147483647 2147483648 99999999999999999999 .hidden && "
                ": >stat && : >0");
    int directory = procfs_open_directory(procfs, procfs->root, ".");
    assert_int_equal(procfs_list(directory, &numbers), 0);
    close(directory);
    assert_int_equal(numbers.count, sizeof expected / sizeof *expected);
    assert_memory_equal(numbers.items, expected, sizeof expected);
    assert_int_equal(numbers.directories, 6);
    assert_true(procfs_numbers_have(&numbers, 42));
    assert_false(procfs_numbers_have(&numbers, 8));
    procfs_numbers_release(&numbers);
}

static void names_are_plain_digits(void **state)
{
    static const struct {
        int32_t number;
        const char *name;
    } cases[] = {
        {0,         "0"         },
        {7,         "7"         },
        {10,        "10"        },
        {4194304,   "4194304"   },
        {INT32_MAX, "2147483647"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[PROCFS_NAME_SIZE];

        assert_string_equal(procfs_name(cases[i].number, &buffer), cases[i].name);
    }
}

static void nothing_outside_a_recording_is_opened(void **state)
{
    static const char *const paths[] = {"42/link",          "42/file/x",     "42/fifo",
                                        "42/above/42/file", "../etc/passwd", "/etc/passwd"};
    const struct procfs *procfs = *state;
    struct strbuf text = {0};

    scratch_run("cd 42 && ln -s /etc/passwd link && : >file && mkfifo fifo && ln -s .. above");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (procfs_read(procfs, procfs->root, paths[i], 4096, &text) >= 0)
            fail_msg("%s was read", paths[i]);
    assert_int_equal(procfs_read(procfs, procfs->root, "42/file", 4096, &text), 0);
    assert_true(procfs_open_directory(procfs, procfs->root, "42/above") < 0);
    assert_int_equal(procfs_read_link(procfs->root, "42/link", &text), 0);
    assert_string_equal(strbuf_string(&text), "/etc/passwd");
    assert_int_equal(procfs_read_link(procfs->root, "42/file", &text), -EINVAL);
    strbuf_release(&text);
}

static void a_tree_without_processes_is_no_recording(void **state)
{
    const char *empty = NULL, *missing = NULL;
    struct procfs other;
    (void)state;

    scratch_run("mkdir -p 42/fd");
    assert_int_equal(procfs_open(&other, scratch_path("42"), &empty), -ENODATA);
    assert_int_equal(procfs_open(&other, scratch_path("43"), &missing), -ENOENT);
    assert_non_null(empty);
    assert_non_null(missing);
}

#define IN_A_TREE(test) cmocka_unit_test_setup_teardown(test, open_tree, close_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TREE(what_is_beyond_the_cap_is_told),
        IN_A_TREE(only_plain_numbers_are_listed),
        cmocka_unit_test(names_are_plain_digits),
        IN_A_TREE(nothing_outside_a_recording_is_opened),
        IN_A_TREE(a_tree_without_processes_is_no_recording),
    };

    return cmocka_run_group_tests_name("procfs", tests, NULL, NULL);
}
