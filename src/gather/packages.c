/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gather/packages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/md5.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "gather/packages_backend.h"
#include "gather/path_table.h"

static const struct packages_backend *const backends[] = {
    &packages_dpkg,
#ifdef HAVE_RPM
    &packages_rpm,
#endif
};

/* A file as it was when it was digested. */
struct file_identity {
    uint64_t dev;
    uint64_t ino;
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
};

struct digested {
    struct file_identity file;
    struct package_digest digest;
};

enum { DIGESTED_SLOTS = 4096 }; /* a power of two; 400 KiB when it is used at all */

struct packages {
    int root; /* O_PATH; -1: there is no such directory */
    const struct packages_backend *backend;
    void *database;
    uint64_t checked_ms;
    bool is_checked;
    uint64_t load_us;
    uint32_t loads;
    struct digested *digested; /* by a hash of the identity; a collision replaces */
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
    free(packages->digested);
    free(packages);
}

static bool load(struct packages *packages, const struct packages_backend *backend)
{
    struct timespec start, end;

    clock_gettime(CLOCK_MONOTONIC, &start);
    void *database = backend->load(packages->root);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!database)
        return false;
    packages->backend = backend;
    packages->database = database;
    packages->load_us = (uint64_t)((end.tv_sec - start.tv_sec) * 1000000 +
                                   (end.tv_nsec - start.tv_nsec) / 1000);
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

static int64_t nanoseconds(struct timespec time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static bool identify(int fd, struct file_identity *ret_file)
{
    struct stat status;

    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return false;
    *ret_file = (struct file_identity){
        .dev = status.st_dev,
        .ino = status.st_ino,
        .size = (uint64_t)status.st_size,
        .mtime_ns = nanoseconds(status.st_mtim),
        .ctime_ns = nanoseconds(status.st_ctim),
    };
    return true;
}

static bool is_same_file(const struct file_identity *a, const struct file_identity *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static int compute(int fd, uint64_t cap, enum package_digest_kind kind,
                   struct package_digest *ret_digest)
{
    struct package_digest digest = {.kind = kind};
    struct sha256 sha256;
    struct md5 md5;
    int error;

    switch (kind) {
    case PACKAGE_DIGEST_MD5:
        error = md5_of_file(fd, cap, &md5);
        if (error == 0)
            memcpy(digest.bytes, md5.bytes, sizeof md5.bytes);
        break;
    case PACKAGE_DIGEST_SHA256:
    default:
        error = sha256_of_file(fd, cap, &sha256);
        if (error == 0)
            memcpy(digest.bytes, sha256.bytes, sizeof sha256.bytes);
        break;
    }
    if (error == 0)
        *ret_digest = digest;
    return error;
}

/* The file's digest, remembered or computed. -ESTALE: it changed meanwhile. */
static int digest_file(struct packages *packages, int fd, uint64_t cap,
                       enum package_digest_kind kind, struct package_digest *ret_digest)
{
    struct file_identity before, after;

    if (!identify(fd, &before))
        return -EINVAL;
    if (before.size > cap)
        return -EFBIG;
    if (!packages->digested)
        packages->digested = memory_new(DIGESTED_SLOTS, sizeof *packages->digested);

    uint64_t hash = path_hash(span_of((const char *)&before, sizeof before));
    struct digested *slot = &packages->digested[hash % DIGESTED_SLOTS];
    if (slot->digest.kind != kind || !is_same_file(&slot->file, &before)) {
        struct package_digest digest;
        int error = compute(fd, cap, kind, &digest);

        if (error < 0)
            return error;
        if (!identify(fd, &after) || !is_same_file(&before, &after))
            return -ESTALE;
        *slot = (struct digested){.file = before, .digest = digest};
    }
    *ret_digest = slot->digest;
    return 0;
}

enum package_integrity packages_compare(struct packages *packages, struct span path, int fd,
                                        uint64_t cap)
{
    struct package_digest expected, found;

    if (!packages->database || !span_starts_with(path, "/") ||
        !packages->backend->digest(packages->database, path, &expected))
        return PACKAGE_NOT_COMPARED;

    int error = digest_file(packages, fd, cap, expected.kind, &found);
    if (error == -EFBIG)
        return PACKAGE_TOO_LARGE;
    if (error < 0)
        return PACKAGE_UNREADABLE;
    bool is_equal = memcmp(expected.bytes, found.bytes, sizeof found.bytes) == 0;
    return is_equal ? PACKAGE_INTACT : PACKAGE_MODIFIED;
}

enum package_integrity packages_compare_digests(struct packages *packages, struct span path,
                                                const struct md5 *md5,
                                                const struct sha256 *sha256)
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
    if (packages->digested)
        ret_stats->memory += DIGESTED_SLOTS * sizeof *packages->digested;
}
