/* SPDX-License-Identifier: MIT */
/* Stories of tests/fixtures, unpacked for one test; and a snapshot of them. */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "tests/support/test.h"

#include "gather/gather.h"

enum { FIXTURE_PATH_SIZE = 256 };

/* A new directory with the story's tree. */
static inline void fixture_unpack(const char *story, char (*ret_path)[FIXTURE_PATH_SIZE])
{
    char command[1024];
    const char *source = getenv("srcdir");

    strcpy(*ret_path, "/tmp/procwatch-fixture-XXXXXX");
    assert_non_null(mkdtemp(*ret_path));
    snprintf(command, sizeof command,
             "sh '%s/tests/support/unpack.sh' '%s/tests/fixtures/%s' '%s'",
             source ? source : ".", source ? source : ".", story, *ret_path);
    assert_int_equal(system(command), 0);
}

static inline void fixture_remove(const char *path)
{
    char command[FIXTURE_PATH_SIZE + 16];

    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

/* One pass, sealed and opened. The block is the
 * caller's to free. */
static inline void *fixture_gather(struct gather *gather, const struct gather_request *request,
                                   struct snapshot *ret_snapshot)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    const char *reason = "";

    assert_int_equal(gather_pass(gather, request, builder), 0);
    size_t size = snapshot_builder_size(builder);
    void *block = malloc(size);
    assert_non_null(block);
    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    if (!snapshot_open(block, size, ret_snapshot, &reason))
        fail_msg("%s", reason);
    return block;
}

#endif
