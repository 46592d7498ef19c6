/* SPDX-License-Identifier: MIT */
/* Files, clocks and users: what the system tells. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/output_file.h"
#include "base/user_name.h"
#include "tests/support/scratch.h"

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
    struct stat status;
    (void)state;

    for (int i = 0; i < 2; i++) {
        int fd = output_file_open_end(scratch_path("notes"));

        assert_true(fd >= 0);
        assert_int_equal(output_file_write(fd, span_of("abc", 3)), 0);
        close(fd);
    }
    assert_int_equal(stat(scratch_path("notes"), &status), 0);
    assert_int_equal(status.st_size, 6);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(symlink("notes", scratch_path("link")), 0);
    assert_int_equal(output_file_open_end(scratch_path("link")), -ELOOP);
    assert_int_equal(mkfifo(scratch_path("pipe"), 0600), 0);
    assert_int_equal(output_file_open_end(scratch_path("pipe")), -ENXIO);
    assert_int_equal(output_file_open_end("/dev/null"), -EINVAL);
}

static void reads_a_regular_file_up_to_its_cap(void **state)
{
    static const struct {
        const char *path; /* NULL: of four bytes */
        size_t cap;
        int error;
    } cases[] = {
        {NULL,                4,  0      },
        {NULL,                3,  -EFBIG },
        {"/proc/self/status", 10, -EFBIG }, /* whose size is said to be 0 */
        {"/dev/zero",         10, -EINVAL},
        {"/",                 10, -EISDIR},
        {"/nowhere/at/all",   10, -ENOENT},
    };
    struct strbuf text = {0};
    struct stat status;
    (void)state;

    scratch_write("file", "abcd", 0640);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        strbuf_set_string(&text, "before ");
        assert_int_equal(input_file_read(cases[i].path ? cases[i].path : scratch_path("file"),
                                         cases[i].cap, &text, &status),
                         cases[i].error);
        assert_string_equal(strbuf_string(&text), cases[i].error ? "before " : "before abcd");
    }
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(mkfifo(scratch_path("pipe"), 0600), 0);
    assert_int_equal(input_file_read(scratch_path("pipe"), 10, &text, NULL), -EINVAL);
    assert_string_equal(input_file_error(-EINVAL), "not a regular file");
    assert_string_equal(input_file_error(-EFBIG), "too large");
    assert_string_equal(input_file_error(-ENOENT), strerror(ENOENT));
    strbuf_release(&text);
}

static void assert_distrusts(const char *path, uid_t trusted, const char *why)
{
    char *reason = input_file_distrust(path, trusted);

    if (!reason != !why || (why && !strstr(reason, why)))
        fail_msg("%s: %s instead of %s", path, reason ? reason : "trusted",
                 why ? why : "trusted");
    free(reason);
}

static void distrusts_what_a_lesser_user_could_have_written(void **state)
{
    static const struct {
        mode_t directory, file;
        const char *why;
    } cases[] = {
        {0700,  0644, NULL                              },
        {0700,  0664, "file can be written by its group"},
        {0700,  0646, "file can be written by everybody"},
        {0770,  0600, "can be written by its group"     },
        {0777,  0600, "can be written by everybody"     },
        {01777, 0600, NULL                              },
    };
    /* Root is trusted anyway: there the file is given to somebody. */
    uid_t owner = geteuid() == 0 ? 1234 : geteuid();
    char wanted[64];
    (void)state;

    scratch_write("file", "", 0600);
    assert_int_equal(symlink("file", scratch_path("link")), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(chmod(scratch, cases[i].directory), 0);
        assert_int_equal(chmod(scratch_path("file"), cases[i].file), 0);
        assert_distrusts(scratch_path("file"), geteuid(), cases[i].why);
        assert_distrusts(scratch_path("link"), geteuid(), cases[i].why);
    }
    assert_int_equal(chown(scratch_path("file"), owner, (gid_t)-1), 0);
    snprintf(wanted, sizeof wanted, "belongs to uid %u", (unsigned)owner);
    assert_distrusts(scratch_path("file"), owner + 1, wanted);
    assert_distrusts(scratch_path("file"), owner, NULL);
    assert_distrusts(scratch_path("nothing"), owner, strerror(ENOENT));
}

static void trusts_who_called_sudo(void **state)
{
    static const char *const odd[] = {"", "x", "-1", "4294967295"};
    (void)state;

    setenv("SUDO_UID", "1234", 1);
    assert_int_equal(input_file_trusted_uid(), geteuid() == 0 ? 1234 : geteuid());
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        setenv("SUDO_UID", odd[i], 1);
        assert_int_equal(input_file_trusted_uid(), geteuid());
    }
    unsetenv("SUDO_UID");
    assert_int_equal(input_file_trusted_uid(), geteuid());
}

static size_t count_files(void)
{
    DIR *directory = opendir(scratch);
    size_t count = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void replaces_a_file_whole_or_not_at_all(void **state)
{
    struct strbuf text = {0};
    struct stat status;
    (void)state;

    scratch_write("file", "old", 0600);
    assert_int_equal(output_file_replace(scratch_path("file"), span_of("new", 3), 0640), 0);
    assert_int_equal(input_file_read(scratch_path("file"), 10, &text, &status), 0);
    assert_string_equal(strbuf_string(&text), "new");
    assert_int_equal(status.st_mode & 0777, 0640);

    /* What cannot be renamed over leaves nothing beside. */
    assert_int_equal(mkdir(scratch_path("directory"), 0700), 0);
    assert_int_equal(output_file_replace(scratch_path("directory"), span_of("new", 3), 0640),
                     -EISDIR);
    assert_int_equal(output_file_replace(scratch_path("no/file"), span_of("new", 3), 0640),
                     -ENOENT);
    assert_int_equal(count_files(), 2);
    strbuf_release(&text);
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

#define CASE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_at_an_offset_is_read_there),
        cmocka_unit_test(bytes_that_are_not_all_there_are_not_read),
        cmocka_unit_test(a_full_device_is_an_error_of_both_writers),
        CASE(only_a_file_is_added_to),
        CASE(reads_a_regular_file_up_to_its_cap),
        CASE(distrusts_what_a_lesser_user_could_have_written),
        cmocka_unit_test(trusts_who_called_sudo),
        CASE(replaces_a_file_whole_or_not_at_all),
        cmocka_unit_test(only_relative_paths_are_made_absolute),
        cmocka_unit_test(uids_have_the_names_of_the_user_database),
        cmocka_unit_test(a_time_becomes_one_number),
    };

    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
