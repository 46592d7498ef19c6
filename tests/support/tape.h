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
    struct snapshot snapshot;

    fixture_unpack(story, &root);
    struct gather *gather = fixture_gatherer(&(struct gather_options){.proc_root = root});
    assert_int_equal(gather_pass(gather, &request, builder), 0);
    header->realtime_ns += after_s * 1000000000;
    header->uptime_ms += (uint64_t)after_s * 1000;
    header->serial = (uint64_t)after_s + 1;
    void *block = block_open(builder, &snapshot);
    assert_int_equal(recorder_add(recorder, &snapshot), 0);
    free(block);
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
