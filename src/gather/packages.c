/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gather/packages.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/md5.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "gather/packages_backend.h"

static const struct packages_backend *const backends[] = {
    &packages_dpkg,
#ifdef HAVE_RPM
    &packages_rpm,
#endif
};

struct packages {
    int root; /* O_PATH; -1: there is no such directory */
    const struct packages_backend *backend;
    void *database;
    uint64_t checked_ms;
    bool is_checked;
    uint64_t load_us;
    uint32_t loads;
};

struct packages *packages_new(const char *root)
{
    struct packages *packages = memory_new(1, sizeof *packages);

    packages->root = open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return packages;
}

static void unload(struct packages *packages)
{
    if (packages->backend)
        packages->backend->free(packages->database);
    packages->backend = NULL;
    packages->database = NULL;
}

void packages_free(struct packages *packages)
{
    if (!packages)
        return;
    unload(packages);
    if (packages->root >= 0)
        close(packages->root);
    free(packages);
}

static bool load(struct packages *packages, const struct packages_backend *backend)
{
    uint64_t start_ns = clock_now_ns(CLOCK_MONOTONIC);
    void *database = backend->load(packages->root);

    if (!database)
        return false;
    packages->backend = backend;
    packages->database = database;
    packages->load_us = (clock_now_ns(CLOCK_MONOTONIC) - start_ns) / NS_PER_US;
    packages->loads++;
    return true;
}

bool packages_refresh(struct packages *packages, uint64_t now_ms)
{
    bool had_database = packages->database != NULL;

    if (packages->root < 0 ||
        (packages->is_checked && now_ms - packages->checked_ms < PACKAGES_CHECK_INTERVAL_MS))
        return false;
    packages->is_checked = true;
    packages->checked_ms = now_ms;
    if (had_database && !packages->backend->has_changed(packages->database, packages->root))
        return false;

    unload(packages);
    for (size_t i = 0; i < sizeof backends / sizeof *backends; i++)
        if (backends[i]->has_changed(NULL, packages->root) && load(packages, backends[i]))
            return true;
    return had_database;
}

enum package_owner packages_owner(struct packages *packages, struct span path,
                                  char (*ret_name)[PACKAGE_NAME_SIZE])
{
    (*ret_name)[0] = '\0';
    if (!packages->database || !span_starts_with(path, "/"))
        return PACKAGE_UNKNOWN;
    return packages->backend->owner(packages->database, path, ret_name);
}

enum package_integrity packages_compare(struct packages *packages, struct span path,
                                        const struct md5 *md5, const struct sha256 *sha256)
{
    struct package_digest expected;

    if (!packages->database || !span_starts_with(path, "/") ||
        !packages->backend->digest(packages->database, path, &expected))
        return PACKAGE_NOT_COMPARED;
    bool is_equal = expected.kind == PACKAGE_DIGEST_MD5
                        ? memcmp(expected.bytes, md5->bytes, sizeof md5->bytes) == 0
                        : memcmp(expected.bytes, sha256->bytes, sizeof sha256->bytes) == 0;
    return is_equal ? PACKAGE_INTACT : PACKAGE_MODIFIED;
}

void packages_stats(const struct packages *packages, struct packages_stats *ret_stats)
{
    *ret_stats = (struct packages_stats){
        .load_us = packages->load_us,
        .loads = packages->loads,
    };
    if (packages->database) {
        ret_stats->backend = packages->backend->name;
        packages->backend->stats(packages->database, ret_stats);
    }
}
