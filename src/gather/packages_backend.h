/* SPDX-License-Identifier: MIT */
/*
 * packages_backend - what a package manager must tell. One table of operations
 * each; private to packages.
 */
#ifndef GATHER_PACKAGES_BACKEND_H
#define GATHER_PACKAGES_BACKEND_H

#include "gather/packages.h"

enum package_digest_kind { PACKAGE_DIGEST_MD5, PACKAGE_DIGEST_SHA256 };

struct package_digest {
    enum package_digest_kind kind;
    uint8_t bytes[32]; /* unused ones are zero */
};

struct packages_backend {
    const char *name;

    /* Read the database below the directory; NULL when there is none. */
    void *(*load)(int root);
    void (*free)(void *database);

    /* The database on disk is not the one that was loaded. NULL: is there one? */
    bool (*has_changed)(const void *database, int root);

    enum package_owner (*owner)(const void *database, struct span path,
                                char (*ret_name)[PACKAGE_NAME_SIZE]);

    /* What the owner's delivered file digests to. */
    bool (*digest)(const void *database, struct span path, struct package_digest *ret_digest);

    /* Fills packages, paths, memory and incomplete. */
    void (*stats)(const void *database, struct packages_stats *stats);
};

extern const struct packages_backend packages_dpkg;
extern const struct packages_backend packages_rpm; /* where librpm was found */

#endif
