/* SPDX-License-Identifier: MIT */
/* A recording of two recorded machines, one after the other: at 08:00:00 and ten seconds
 * later nothing is wrong, then a shell comes. */
#ifndef TESTS_SUPPORT_TAPE_H
#define TESTS_SUPPORT_TAPE_H

#include "tests/support/fixture.h"

#include "recording/recorder.h"

static inline void tape_pass(struct recorder *recorder, const char *story, int64_t after_s)
{
    const struct gather_request request = {.wanted = FACT_ALL};
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    char root[FIXTURE_PATH_SIZE];
    const struct gather_options options = {.proc_root = root};
    struct gather *gather;
    struct snapshot snapshot;
    const char *reason = "";

    fixture_unpack(story, &root);
    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    assert_int_equal(gather_pass(gather, &request, builder), 0);
    header->realtime_ns += after_s * 1000000000;
    header->uptime_ms += (uint64_t)after_s * 1000;
    header->serial = (uint64_t)after_s + 1;
    size_t size = snapshot_builder_size(builder);
    void *block = malloc(size);
    assert_non_null(block);
    snapshot_builder_seal(builder, block);
    assert_true(snapshot_open(block, size, &snapshot, &reason));
    assert_int_equal(recorder_add(recorder, &snapshot), 0);
    free(block);
    snapshot_builder_free(builder);
    gather_free(gather);
    fixture_remove(root);
}

static inline void tape_write(const char *path)
{
    struct recorder *recorder;

    assert_int_equal(recorder_new(path, &recorder), 0);
    for (int i = 0; i < 4; i++)
        tape_pass(recorder, i < 2 ? "clean_server.proc" : "reverse_shell.proc", 10 * i);
    recorder_free(recorder);
}

#endif
