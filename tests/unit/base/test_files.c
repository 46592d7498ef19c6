/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/output_file.h"
#include "base/user_name.h"
#include "tests/support/test.h"

static void what_is_written_at_an_offset_is_read_there(void **state)
{
    (void)state;
    char bytes[4];
    int fd = memfd_create("test_files", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(output_file_write_at(fd, 5, span_of("abcd", 4)), 0);
    assert_int_equal(input_file_read_at(fd, 5, bytes, sizeof bytes), 0);
    assert_memory_equal(bytes, "abcd", sizeof bytes);
    close(fd);
}

/* Half of it would look like all of it. */
static void bytes_that_are_not_all_there_are_not_read(void **state)
{
    (void)state;
    char bytes[4];
    int fd = memfd_create("test_files", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(output_file_write(fd, span_of("abc", 3)), 0);
    assert_int_equal(input_file_read_at(fd, 0, bytes, sizeof bytes), -ENODATA);
    assert_int_equal(input_file_read_at(-1, 0, bytes, sizeof bytes), -EBADF);
    close(fd);
}

static void a_full_device_is_an_error_of_both_writers(void **state)
{
    (void)state;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(output_file_write(fd, span_of("abc", 3)), -ENOSPC);
    assert_int_equal(output_file_write_at(fd, 0, span_of("abc", 3)), -ENOSPC);
    close(fd);
}

static void only_relative_paths_are_made_absolute(void **state)
{
    (void)state;
    struct strbuf path = {0};

    assert_int_equal(chdir("/usr"), 0);
    assert_int_equal(input_file_add_absolute("lib/x", &path), 0);
    assert_string_equal(strbuf_string(&path), "/usr/lib/x");
    strbuf_clear(&path);
    assert_int_equal(input_file_add_absolute("/lib/x", &path), 0);
    assert_string_equal(strbuf_string(&path), "/lib/x");
    strbuf_release(&path);
}

static void uids_have_the_names_of_the_user_database(void **state)
{
    (void)state;
    char *root = user_name_find(0);

    assert_string_equal(root, "root");
    free(root);
    assert_null(user_name_find(UINT32_MAX - 7));
}

static void a_time_becomes_one_number(void **state)
{
    (void)state;
    uint64_t before = clock_now_ns(CLOCK_MONOTONIC);

    assert_int_equal(clock_ns_of((struct timespec){.tv_sec = 5000000000, .tv_nsec = 7}),
                     INT64_C(5000000000000000007));
    assert_true(before > 0 && clock_now_ns(CLOCK_MONOTONIC) >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_at_an_offset_is_read_there),
        cmocka_unit_test(bytes_that_are_not_all_there_are_not_read),
        cmocka_unit_test(a_full_device_is_an_error_of_both_writers),
        cmocka_unit_test(only_relative_paths_are_made_absolute),
        cmocka_unit_test(uids_have_the_names_of_the_user_database),
        cmocka_unit_test(a_time_becomes_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
