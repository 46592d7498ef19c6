/* SPDX-License-Identifier: MIT */
/* What is recorded is what is read back. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording/format.h"
#include "recording/pack.h"
#include "tests/unit/recording/recorded.h"

enum { FRAMES = 150 };

static void reads_back_what_was_recorded(void **state)
{
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "", *path = scratch_path("file");
    struct stat status;
    (void)state;

    make_file(path, FRAMES, &stats);
    assert_int_equal(stats.frames, FRAMES);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, stats.bytes);
    assert_true(recording_open(path, &recording, &reason));
    assert_int_equal(recording_count(recording), FRAMES);
    assert_false(recording_is_cut_short(recording));
    for (int frame = 0; frame < FRAMES; frame++)
        assert_frame(recording, frame);
    recording_free(recording);
}

static void jumps_to_any_snapshot(void **state)
{
    static const int places[] = {149, 0, 127, 128, 129, 3, 140, 64, 64, 1};
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "", *path = scratch_path("file");
    (void)state;

    make_file(path, FRAMES, &stats);
    assert_true(recording_open(path, &recording, &reason));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_frame(recording, places[i]);
    int64_t first = recording_time_ns(recording, 0);
    assert_int_equal(recording_find(recording, first - 1), 0);
    assert_int_equal(recording_find(recording, first + INT64_C(20000000000)), 10);
    assert_int_equal(recording_find(recording, first + INT64_C(21999999999)), 10);
    assert_int_equal(recording_find(recording, INT64_MAX), FRAMES - 1);
    recording_free(recording);
}

static void what_does_not_change_costs_little(void **state)
{
    struct recorder *recorder;
    struct recorder_stats before, after;
    (void)state;

    assert_int_equal(recorder_new(scratch_path("file"), &recorder), 0);
    record(recorder, 1);
    recorder_stats(recorder, &before);
    record(recorder, 1);
    recorder_stats(recorder, &after);
    assert_true(after.bytes - before.bytes <
                sizeof(struct recording_frame_head) + 6 * PROCESSES + 100);
    recorder_free(recorder);
}

static void leaves_a_file_alone_that_is_there(void **state)
{
    struct recorder *recorder;
    (void)state;

    scratch_write("file", "mine", 0600);
    assert_int_equal(recorder_new(scratch_path("file"), &recorder), -EEXIST);
    assert_int_equal(symlink("elsewhere", scratch_path("link")), 0);
    assert_int_equal(recorder_new(scratch_path("link"), &recorder), -EEXIST);
}

/* As a full disk: the last snapshot has no room. What was there before can be read. */
static void a_snapshot_without_room_is_not_there_in_part(void **state)
{
    const char *reason = "", *path = scratch_path("file");
    struct recorder_stats stats;
    struct recording *recording;
    struct recorder *recorder;
    struct rlimit limit, low;
    struct stat status;
    (void)state;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(recorder_new(path, &recorder), 0);
    record(recorder, 0);
    recorder_stats(recorder, &stats);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    low =
        (struct rlimit){stats.bytes + sizeof(struct recording_frame_head) + 1, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    int first = add(recorder, 1), again = add(recorder, 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(first, -EFBIG);
    assert_int_equal(again, -EFBIG);
    assert_true(add(recorder, 1) < 0);
    recorder_free(recorder);

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, stats.bytes);
    assert_true(recording_open(path, &recording, &reason));
    assert_int_equal(recording_count(recording), 1);
    assert_false(recording_is_cut_short(recording));
    assert_frame(recording, 0);
    recording_free(recording);
}

static void packs_any_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"",                         0 },
        {"\0",                       1 },
        {"\0\0\0\0\0\0\0\0",         8 },
        {"abc",                      3 },
        {"a\0b\0\0c\0\0\0d\0\0\0\0", 14},
        {"\0\0\0\0x",                5 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf packed = {0}, out = {0};

        pack_add(&packed, span_of(cases[i].bytes, cases[i].size));
        assert_true(unpack(&out, strbuf_span(&packed), cases[i].size));
        assert_int_equal(out.length, cases[i].size);
        assert_memory_equal(strbuf_string(&out), cases[i].bytes, cases[i].size);
        /* Never more, and never less. */
        if (cases[i].size > 0) {
            strbuf_clear(&out);
            assert_false(unpack(&out, strbuf_span(&packed), cases[i].size - 1));
        }
        strbuf_clear(&out);
        assert_false(unpack(&out, strbuf_span(&packed), cases[i].size + 1));
        strbuf_release(&packed);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_any_bytes),
        CASE(reads_back_what_was_recorded),
        CASE(jumps_to_any_snapshot),
        CASE(what_does_not_change_costs_little),
        CASE(leaves_a_file_alone_that_is_there),
        CASE(a_snapshot_without_room_is_not_there_in_part),
    };

    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
