/* SPDX-License-Identifier: MIT */
/* fixture - stories of tests/fixtures, unpacked for one test; gatherers and their passes. */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "tests/support/test.h"

#include "gather/gather.h"
#include "tests/support/block.h"

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

static inline struct gather *fixture_gatherer(const struct gather_options *options)
{
    const char *reason = "";
    struct gather *gather;

    if (gather_new(options, &gather, &reason) != 0)
        fail_msg("%s", reason);
    return gather;
}

/* One pass. The block is the caller's to free. */
static inline void *fixture_gather(struct gather *gather, const struct gather_request *request,
                                   struct snapshot *ret_snapshot)
{
    struct snapshot_builder *builder = snapshot_builder_new();

    assert_int_equal(gather_pass(gather, request, builder), 0);
    return block_open(builder, ret_snapshot);
}

/* The only pass of a gatherer, over a recorded tree or (NULL) this machine. */
static inline void *fixture_look(const char *proc_root, const struct gather_request *request,
                                 struct snapshot *ret_snapshot)
{
    struct gather *gather = fixture_gatherer(&(struct gather_options){.proc_root = proc_root});
    void *block = fixture_gather(gather, request, ret_snapshot);

    gather_free(gather);
    return block;
}

#endif
