/* SPDX-License-Identifier: MIT */
/* scratch - a directory for the files of one test program; gone with all that is in it. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include "tests/support/test.h"

#include <stdbool.h>
#include <sys/stat.h>

static char scratch[] = "/tmp/procwatch-test.XXXXXX";

static inline bool scratch_make(void)
{
    strcpy(scratch + sizeof scratch - sizeof "XXXXXX", "XXXXXX"); /* it may be the next */
    return mkdtemp(scratch) != NULL;
}

/* 0, or not: what a tear-down returns. */
static inline int scratch_remove(void)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    return system(command);
}

/* For tests, or groups of them, that need no more. */
static inline int scratch_setup(void **state)
{
    (void)state;
    return scratch_make() ? 0 : -1;
}

static inline int scratch_teardown(void **state)
{
    (void)state;
    return scratch_remove();
}

/* Good until the fourth path after it. */
static inline const char *scratch_path(const char *name)
{
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

static inline void scratch_write(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(scratch_path(name), "we");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(scratch_path(name), mode), 0);
}

/* A command of the shell, in that directory. */
static inline void scratch_run(const char *command)
{
    char line[1024];

    assert_in_range(snprintf(line, sizeof line, "cd '%s' && %s", scratch, command), 1,
                    sizeof line - 1);
    assert_int_equal(system(line), 0);
}

#endif
