/* SPDX-License-Identifier: MIT */
/*
 * packages - which package a file belongs to, and whether the file still is
 * what the package delivered.
 *
 * Answers from the package database of one root directory. "Unowned" is only
 * said when a whole database was read and does not list the path; without one,
 * or with a damaged one, the answer is unknown. Paths are real paths, as
 * /proc/PID/exe gives them, of our own mount namespace: whether that holds is
 * the caller's business, and so is trust in the database itself, which whoever
 * is root can rewrite.
 *
 * Backends: dpkg, and RPM where librpm was there when this was built. The first that
 * has a database answers.
 *
 * One thread at a time. Loading reads some thousand small files: 20 ms for
 * 124,000 paths, 60 ms for 567,000, 12 bytes each (measured, in the page cache;
 * from a cold disk it can take seconds). A look-up costs one pread(2).
 */
#ifndef GATHER_PACKAGES_H
#define GATHER_PACKAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/md5.h"
#include "base/sha256.h"
#include "base/span.h"

struct packages;

/* The database below root; "" for the live system. Nothing is read yet. */
struct packages *packages_new(const char *root);
void packages_free(struct packages *packages);

enum { PACKAGE_NAME_SIZE = 256, PACKAGES_CHECK_INTERVAL_MS = 3000 };

/*
 * Load the database, or load it again when it changed; to be called once a
 * pass, with CLOCK_MONOTONIC. Looks at most every PACKAGES_CHECK_INTERVAL_MS,
 * with three stat(2). True when something was loaded or went away: owners that
 * were remembered are void then.
 */
bool packages_refresh(struct packages *packages, uint64_t now_ms);

enum package_owner {
    PACKAGE_UNKNOWN, /* no database, or one that cannot be relied on */
    PACKAGE_UNOWNED,
    PACKAGE_OWNED,
};

/* The name is without architecture ("libc6"); empty unless owned. */
enum package_owner packages_owner(struct packages *packages, struct span path,
                                  char (*ret_name)[PACKAGE_NAME_SIZE]);

enum package_integrity {
    PACKAGE_NOT_COMPARED, /* unowned, or the package has no digest of it, as of
                             configuration files, which are made to be changed */
    PACKAGE_INTACT,
    PACKAGE_MODIFIED,
};

/* Compare the digests of a file with what the package delivered at that path. */
enum package_integrity packages_compare(struct packages *packages, struct span path,
                                        const struct md5 *md5, const struct sha256 *sha256);

struct packages_stats {
    const char *backend; /* "dpkg", or NULL: no database */
    size_t packages;
    size_t paths;
    size_t memory; /* bytes held */
    uint64_t load_us;
    uint32_t loads;
    /* Why a path that is not listed is unknown, not unowned: a cap that was
     * hit, a list that could not be read. NULL: the database is whole. */
    const char *incomplete;
};

void packages_stats(const struct packages *packages, struct packages_stats *ret_stats);

#endif
