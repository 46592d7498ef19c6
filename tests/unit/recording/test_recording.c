/* SPDX-License-Identifier: MIT */
/* What is recorded is what is read back; what was damaged or made up is refused. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording/format.h"
#include "recording/pack.h"
#include "recording/recorder.h"
#include "recording/recording.h"
#include "tests/support/test.h"

enum { FRAMES = 150, PROCESSES = 40 };

static struct text_ref text(struct snapshot_builder *builder, const char *format, int number)
{
    char bytes[64];

    snprintf(bytes, sizeof bytes, format, number);
    return snapshot_builder_text(builder, span_of_string(bytes));
}

static void add_process(struct snapshot_builder *builder, int pid, int frame)
{
    struct process process = {
        .pid = pid,
        /* Some pids are given to another process meanwhile. */
        .starttime = (uint64_t)(pid * 10 + (pid % 7 == 0 ? frame / 20 : 0)),
        .comm = text(builder, "program-%d", pid),
        .user = text(builder, "root", 0),
        .cmdline = text(builder, "program --work %d", pid % 5 == 0 ? frame : pid),
        .utime = (uint64_t)(pid % 3 == 0 ? frame * 7 : 1),
        .cpu_percent = pid % 3 == 0 ? (float)(frame % 100) : 0,
    };

    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    for (int i = 0; i < pid % 4; i++) {
        struct map map = {
            .start = 0x1000, .end = 0x2000, .name = text(builder, "/lib/%d.so", i)};
        uint32_t at = snapshot_builder_add_map(builder, &map);

        if (process.maps.count++ == 0)
            process.maps.first = at;
    }
    for (int i = 0; i < (pid + frame) % 3; i++) {
        struct descriptor descriptor = {
            .fd = i, .kind = DESCRIPTOR_SOCKET, .inode = (uint64_t)(100 + i)};
        uint32_t at = snapshot_builder_add_descriptor(builder, &descriptor);

        if (process.descriptors.count++ == 0)
            process.descriptors.first = at;
    }
    snapshot_builder_add_process(builder, &process);
}

/* Processes come, go, change, and have more or fewer things. */
static void *make_block(int frame, size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->uptime_ms = 1000u + (unsigned)frame * 2000u;
    header->realtime_ns = INT64_C(1763971200000000000) + frame * INT64_C(2000000000);
    header->serial = (uint64_t)frame;
    header->host = text(builder, "web%d", 1);
    for (int pid = 1; pid <= PROCESSES; pid++)
        if (pid == 1 || (pid + frame / 10) % 9 != 0)
            add_process(builder, pid, frame);
    for (int i = 0; i < 5 + frame % 3; i++)
        snapshot_builder_add_socket(builder, &(struct socket){.inode = (uint64_t)(100 + i),
                                                              .family = AF_INET,
                                                              .remote_port = (uint16_t)frame});
    if (frame % 2)
        snapshot_builder_add_note(builder, 1, "something to know");
    if (frame % 3 == 0)
        snapshot_builder_add_hidden(
            builder, &(struct hidden_process){.pid = 99, .evidence = text(builder, "x%d", 1)});
    *ret_size = snapshot_builder_size(builder);
    void *block = malloc(*ret_size);
    assert_non_null(block);
    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    return block;
}

/* All of a snapshot that a reader can see. */
static void tell(const struct snapshot *snapshot, struct strbuf *out)
{
    strbuf_add_format(out, "%s %llu %lld\n", snapshot_string(snapshot, snapshot->header->host),
                      (unsigned long long)snapshot->header->uptime_ms,
                      (long long)snapshot->header->realtime_ns);
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];

        strbuf_add_format(out, "%d %llu %s [%s] %s %llu %g\n", process->pid,
                          (unsigned long long)process->starttime,
                          snapshot_string(snapshot, process->comm),
                          snapshot_string(snapshot, process->cmdline),
                          snapshot_string(snapshot, process->user),
                          (unsigned long long)process->utime, (double)process->cpu_percent);
        for (uint32_t j = 0; j < process->maps.count; j++)
            strbuf_add_format(
                out, "  map %s\n",
                snapshot_string(snapshot, snapshot->maps[process->maps.first + j].name));
        for (uint32_t j = 0; j < process->descriptors.count; j++)
            strbuf_add_format(out, "  fd %d\n",
                              snapshot->descriptors[process->descriptors.first + j].fd);
    }
    for (size_t i = 0; i < snapshot->socket_count; i++)
        strbuf_add_format(out, "socket %llu %u\n",
                          (unsigned long long)snapshot->sockets[i].inode,
                          snapshot->sockets[i].remote_port);
    for (size_t i = 0; i < snapshot->note_count; i++)
        strbuf_add_format(out, "note %s\n", snapshot_string(snapshot, snapshot->notes[i].text));
    for (size_t i = 0; i < snapshot->hidden_count; i++)
        strbuf_add_format(out, "hidden %d %s\n", snapshot->hidden[i].pid,
                          snapshot_string(snapshot, snapshot->hidden[i].evidence));
}

static void tell_block(const void *block, size_t size, struct strbuf *out)
{
    struct snapshot snapshot;
    const char *reason = "";

    if (!snapshot_open(block, size, &snapshot, &reason))
        fail_msg("%s", reason);
    tell(&snapshot, out);
}

static void assert_frame(struct recording *recording, int frame)
{
    struct strbuf expected = {0}, seen = {0};
    const char *reason = "";
    void *block;
    size_t size;

    void *made = make_block(frame, &size);
    tell_block(made, size, &expected);
    free(made);
    if (!recording_read(recording, (size_t)frame, &block, &size, &reason))
        fail_msg("frame %d: %s", frame, reason);
    tell_block(block, size, &seen);
    assert_string_equal(strbuf_string(&seen), strbuf_string(&expected));
    free(block);
    strbuf_release(&expected);
    strbuf_release(&seen);
}

static void record(struct recorder *recorder, int frame)
{
    struct snapshot snapshot;
    const char *reason;
    size_t size;
    void *block = make_block(frame, &size);

    assert_true(snapshot_open(block, size, &snapshot, &reason));
    assert_int_equal(recorder_add(recorder, &snapshot), 0);
    free(block);
}

/* A recording of so many frames, in a new directory. */
static void make_file(char (*ret_path)[64], int frames, struct recorder_stats *ret_stats)
{
    struct recorder *recorder;

    strcpy(*ret_path, "/tmp/procwatch-recording-XXXXXX");
    assert_non_null(mkdtemp(*ret_path));
    strcat(*ret_path, "/file");
    assert_int_equal(recorder_new(*ret_path, &recorder), 0);
    for (int frame = 0; frame < frames; frame++)
        record(recorder, frame);
    recorder_stats(recorder, ret_stats);
    recorder_free(recorder);
}

static void remove_file(char *path)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    assert_int_equal(rmdir(path), 0);
}

static void reads_back_what_was_recorded(void **state)
{
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "";
    struct stat status;
    char path[64];
    (void)state;

    make_file(&path, FRAMES, &stats);
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
    remove_file(path);
}

static void jumps_to_any_snapshot(void **state)
{
    static const int places[] = {149, 0, 127, 128, 129, 3, 140, 64, 64, 1};
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "";
    char path[64];
    (void)state;

    make_file(&path, FRAMES, &stats);
    assert_true(recording_open(path, &recording, &reason));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_frame(recording, places[i]);
    int64_t first = recording_time_ns(recording, 0);
    assert_int_equal(recording_find(recording, first - 1), 0);
    assert_int_equal(recording_find(recording, first + INT64_C(20000000000)), 10);
    assert_int_equal(recording_find(recording, first + INT64_C(21999999999)), 10);
    assert_int_equal(recording_find(recording, INT64_MAX), FRAMES - 1);
    recording_free(recording);
    remove_file(path);
}

static void what_does_not_change_costs_little(void **state)
{
    struct recorder *recorder;
    struct recorder_stats before, after;
    char path[64];
    (void)state;

    strcpy(path, "/tmp/procwatch-recording-XXXXXX");
    assert_non_null(mkdtemp(path));
    strcat(path, "/file");
    assert_int_equal(recorder_new(path, &recorder), 0);
    record(recorder, 1);
    recorder_stats(recorder, &before);
    record(recorder, 1);
    recorder_stats(recorder, &after);
    assert_true(after.bytes - before.bytes <
                sizeof(struct recording_frame_head) + 6 * PROCESSES + 100);
    recorder_free(recorder);
    remove_file(path);
}

static void a_file_cut_anywhere_is_good_up_to_there(void **state)
{
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "";
    char path[64];
    (void)state;

    make_file(&path, 6, &stats);
    for (uint64_t size = stats.bytes; size-- > 0;) {
        assert_int_equal(truncate(path, (off_t)size), 0);
        if (!recording_open(path, &recording, &reason))
            continue;
        assert_true(recording_count(recording) < 6);
        if (size % 97 == 0)
            assert_frame(recording, (int)recording_count(recording) - 1);
        recording_free(recording);
    }
    remove_file(path);
}

/* Every byte is covered: by the head, by a frame's head or by its digest. What still
 * opens reads back as a verified snapshot or not at all. */
static void damage_is_noticed(void **state)
{
    struct recorder_stats stats;
    struct recording *recording;
    const char *reason = "";
    char path[64];
    (void)state;

    make_file(&path, 3, &stats);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    for (uint64_t at = 0; at < stats.bytes; at += 3) {
        unsigned char byte, changed;
        size_t size;
        void *block;

        assert_int_equal(pread(file, &byte, 1, (off_t)at), 1);
        changed = byte ^ 0x55;
        assert_int_equal(pwrite(file, &changed, 1, (off_t)at), 1);
        if (recording_open(path, &recording, &reason)) {
            for (size_t i = 0; i < recording_count(recording); i++)
                if (recording_read(recording, i, &block, &size, &reason))
                    free(block);
            recording_free(recording);
        }
        assert_int_equal(pwrite(file, &byte, 1, (off_t)at), 1);
    }
    close(file);
    remove_file(path);
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
    const char *reason = "";
    char path[64];
    (void)state;

    make_file(&path, 1, &stats);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char byte, changed;

        assert_int_equal(pread(file, &byte, 1, (off_t)cases[i].offset), 1);
        changed = byte ^ 1;
        assert_int_equal(pwrite(file, &changed, 1, (off_t)cases[i].offset), 1);
        assert_false(recording_open(path, &recording, &reason));
        assert_string_equal(reason, cases[i].reason);
        assert_int_equal(pwrite(file, &byte, 1, (off_t)cases[i].offset), 1);
    }
    close(file);
    assert_false(recording_open("/dev/null", &recording, &reason));
    assert_string_equal(reason, "not a file");
    assert_false(recording_open("/nowhere/at/all", &recording, &reason));
    remove_file(path);
}

static void leaves_a_file_alone_that_is_there(void **state)
{
    struct recorder *recorder;
    char path[] = "/tmp/procwatch-recording-XXXXXX";
    int file = mkstemp(path);
    (void)state;

    assert_true(file >= 0);
    assert_int_equal(recorder_new(path, &recorder), -EEXIST);
    unlink(path);
    assert_int_equal(symlink("elsewhere", path), 0);
    assert_int_equal(recorder_new(path, &recorder), -EEXIST);
    unlink(path);
    close(file);
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
        cmocka_unit_test(reads_back_what_was_recorded),
        cmocka_unit_test(jumps_to_any_snapshot),
        cmocka_unit_test(what_does_not_change_costs_little),
        cmocka_unit_test(a_file_cut_anywhere_is_good_up_to_there),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(refuses_what_it_cannot_read),
        cmocka_unit_test(leaves_a_file_alone_that_is_there),
    };

    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
