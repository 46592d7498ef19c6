/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

static void only_a_file_is_added_to(void **state)
{
    (void)state;
    char directory[] = "/tmp/procwatch-files.XXXXXX";

    assert_non_null(mkdtemp(directory));
    assert_int_equal(chdir(directory), 0);
    for (int i = 0; i < 2; i++) {
        int fd = output_file_open_end("notes");

        assert_true(fd >= 0);
        assert_int_equal(output_file_write(fd, span_of("abc", 3)), 0);
        close(fd);
    }
    struct stat status;
    assert_int_equal(stat("notes", &status), 0);
    assert_int_equal(status.st_size, 6);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(symlink("notes", "link"), 0);
    assert_int_equal(output_file_open_end("link"), -ELOOP);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(output_file_open_end("pipe"), -ENXIO);
    assert_int_equal(output_file_open_end("/dev/null"), -EINVAL);
    assert_int_equal(unlink("notes") | unlink("link") | unlink("pipe") | rmdir(directory), 0);
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
    struct strbuf text = {0};
    clock_add_utc(1795509600, &text);
    assert_string_equal(strbuf_string(&text), "2026-11-24T08:40:00Z");
    strbuf_release(&text);
    assert_true(before > 0 && clock_now_ns(CLOCK_MONOTONIC) >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_at_an_offset_is_read_there),
        cmocka_unit_test(bytes_that_are_not_all_there_are_not_read),
        cmocka_unit_test(a_full_device_is_an_error_of_both_writers),
        cmocka_unit_test(only_a_file_is_added_to),
        cmocka_unit_test(only_relative_paths_are_made_absolute),
        cmocka_unit_test(uids_have_the_names_of_the_user_database),
        cmocka_unit_test(a_time_becomes_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
