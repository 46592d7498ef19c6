/* SPDX-License-Identifier: MIT */
/* What was cut, damaged or made up is refused. */
#include <fcntl.h>
#include <unistd.h>

#include "recording/format.h"
#include "tests/unit/recording/recorded.h"

static void a_file_cut_anywhere_is_good_up_to_there(void **state)
{
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "", *path = scratch_path("file");
    (void)state;

    make_file(path, 6, &stats);
    for (uint64_t size = stats.bytes; size-- > 0;) {
        assert_int_equal(truncate(path, (off_t)size), 0);
        if (!recording_open(path, &recording, &reason))
            continue;
        assert_true(recording_count(recording) < 6);
        if (size % 97 == 0)
            assert_frame(recording, (int)recording_count(recording) - 1);
        recording_free(recording);
    }
}

static void change_byte(int file, uint64_t at, unsigned char mask)
{
    unsigned char byte;

    assert_int_equal(pread(file, &byte, 1, (off_t)at), 1);
    byte ^= mask;
    assert_int_equal(pwrite(file, &byte, 1, (off_t)at), 1);
}

/* Whatever byte is another one: a snapshot reads back as it was recorded, or not at all. */
static void damage_is_noticed(void **state)
{
    enum { COUNT = 3 };
    struct strbuf expected[COUNT] = {0};
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "", *path = scratch_path("file");
    size_t refused = 0;
    (void)state;

    make_file(path, COUNT, &stats);
    for (int frame = 0; frame < COUNT; frame++)
        tell_frame(frame, &expected[frame]);
    int file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    for (uint64_t at = 0; at < stats.bytes; at++) {
        change_byte(file, at, 0x55);
        size_t count = 0;
        if (recording_open(path, &recording, &reason)) {
            count = recording_count(recording);
            for (size_t i = 0; i < count; i++)
                refused += !reads_back(recording, i, strbuf_string(&expected[i]));
            recording_free(recording);
        }
        refused += COUNT - count;
        change_byte(file, at, 0x55);
    }
    assert_true(refused >= stats.bytes);
    for (int frame = 0; frame < COUNT; frame++)
        strbuf_release(&expected[frame]);
    close(file);
}

static void refuses_what_it_cannot_read(void **state)
{
    static const struct {
        size_t offset;
        const char *reason;
    } cases[] = {
        {offsetof(struct recording_head, magic),            "not a recording"},
        {offsetof(struct recording_head, version),
         "a recording of another version of procwatch"                       },
        {offsetof(struct recording_head, snapshot_version),
         "a recording of another version of procwatch"                       },
        {offsetof(struct recording_head, byte_order),
         "a recording of another build of procwatch"                         },
        {offsetof(struct recording_head, item_sizes),
         "a recording of another build of procwatch"                         },
    };
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "", *path = scratch_path("file");
    (void)state;

    make_file(path, 1, &stats);
    int file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        change_byte(file, cases[i].offset, 1);
        assert_false(recording_open(path, &recording, &reason));
        assert_string_equal(reason, cases[i].reason);
        change_byte(file, cases[i].offset, 1);
    }
    close(file);
    assert_false(recording_open("/dev/null", &recording, &reason));
    assert_string_equal(reason, "not a file");
    assert_false(recording_open("/nowhere/at/all", &recording, &reason));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_cut_anywhere_is_good_up_to_there),
        CASE(damage_is_noticed),
        CASE(refuses_what_it_cannot_read),
    };

    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
