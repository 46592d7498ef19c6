/* SPDX-License-Identifier: MIT */
/* delivered - a file of the scratch directory against what its package delivered. */
#ifndef TESTS_UNIT_GATHER_DELIVERED_H
#define TESTS_UNIT_GATHER_DELIVERED_H

#include <fcntl.h>
#include <unistd.h>

#include "gather/packages.h"
#include "tests/support/scratch.h"

enum { DELIVERED_CAP = 1 << 20 };

/* The content of the file, as if it stood at the path. */
static inline enum package_integrity delivered_compare(struct packages *packages,
                                                       const char *path, const char *file)
{
    int fd = open(scratch_path(file), O_RDONLY | O_CLOEXEC);
    struct md5 md5;
    struct sha256 sha256;

    assert_true(fd >= 0);
    assert_int_equal(md5_of_file(fd, DELIVERED_CAP, &md5), 0);
    assert_int_equal(sha256_of_file(fd, DELIVERED_CAP, &sha256), 0);
    close(fd);
    return packages_compare(packages, span_of_string(path), &md5, &sha256);
}

#endif
