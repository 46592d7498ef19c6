/* SPDX-License-Identifier: MIT */
/*
 * RPM's database, asked by librpm: it has an index of paths, so that nothing of it
 * needs to be held here. A look-up costs some tens of microseconds; paths.h keeps the
 * answers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rpm/rpmdb.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmts.h>

#include "base/clock.h"
#include "base/md5.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "gather/packages_backend.h"

/* Where distributions keep it, and the files that its formats consist of: sqlite (with
 * what was written last), ndb, Berkeley. */
static const char *const directories[] = {"/usr/lib/sysimage/rpm", "/var/lib/rpm"};
static const char *const files[] = {"rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db",
                                    "Packages"};
enum { DIRECTORY_COUNT = 2, FILE_COUNT = 4, PATH_SIZE = 4096 };

/* As OpenPGP numbers them, RFC 4880 9.4; librpm's names for them have changed. */
enum { HASH_MD5 = 1, HASH_SHA256 = 8 };

struct stamps {
    const char *directory; /* NULL: there is no database */
    struct {
        uint64_t ino;
        uint64_t size;
        int64_t mtime_ns;
    } files[FILE_COUNT]; /* zero: not there */
};

struct rpm {
    rpmts transaction; /* only asked, never run */
    struct stamps stamps;
    size_t package_count;
};

static bool take_stamps(int root, const char *directory, struct stamps *ret_stamps)
{
    struct stamps stamps = {.directory = directory};
    struct stat status;
    char path[128];
    bool is_there = false;

    for (size_t i = 0; i < FILE_COUNT; i++) {
        snprintf(path, sizeof path, "%s/%s", directory + 1, files[i]);
        if (fstatat(root, path, &status, 0) != 0)
            continue;
        is_there = true;
        stamps.files[i].ino = status.st_ino;
        stamps.files[i].size = (uint64_t)status.st_size;
        stamps.files[i].mtime_ns = clock_ns_of(status.st_mtim);
    }
    if (is_there)
        *ret_stamps = stamps;
    return is_there;
}

static struct stamps find_database(int root)
{
    struct stamps stamps = {0};

    for (size_t i = 0; i < DIRECTORY_COUNT; i++)
        if (take_stamps(root, directories[i], &stamps))
            break;
    return stamps;
}

static bool rpm_has_changed(const void *database, int root)
{
    struct stamps stamps = find_database(root);
    const struct rpm *rpm = database;

    if (!rpm)
        return stamps.directory != NULL;
    return memcmp(&stamps, &rpm->stamps, sizeof stamps) != 0;
}

/* A library does not print, so its library must not. */
static int swallow(rpmlogRec record, rpmlogCallbackData context)
{
    (void)record;
    (void)context;
    return 0;
}

static void rpm_free(void *database)
{
    struct rpm *rpm = database;

    rpmtsFree(rpm->transaction);
    free(rpm);
}

static size_t count_names(rpmts transaction)
{
    rpmdbIndexIterator names = rpmdbIndexIteratorInit(rpmtsGetRdb(transaction), RPMDBI_NAME);
    const void *key;
    size_t length, count = 0;

    while (names && rpmdbIndexIteratorNext(names, &key, &length) == 0)
        count++;
    if (names)
        rpmdbIndexIteratorFree(names);
    return count;
}

static void *rpm_load(int root)
{
    char link[32], path[PATH_SIZE];
    struct stamps stamps = find_database(root);

    snprintf(link, sizeof link, "/proc/self/fd/%d", root);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!stamps.directory || length <= 0)
        return NULL;
    path[length] = '\0';
    rpmlogSetCallback(swallow, NULL);
    if (rpmReadConfigFiles(NULL, NULL) != 0)
        return NULL;
    rpmPushMacro(NULL, "_dbpath", NULL, stamps.directory, RMIL_CMDLINE);

    struct rpm *rpm = memory_new(1, sizeof *rpm);
    rpm->stamps = stamps;
    rpm->transaction = rpmtsCreate();
    rpmtsSetVSFlags(rpm->transaction, rpmtsVSFlags(rpm->transaction) | RPMVSF_MASK_NODIGESTS |
                                          RPMVSF_MASK_NOSIGNATURES);
    if (rpmtsSetRootDir(rpm->transaction, path) == 0 &&
        rpmtsOpenDB(rpm->transaction, O_RDONLY) == 0)
        rpm->package_count = count_names(rpm->transaction);
    rpmPopMacro(NULL, "_dbpath");
    /* An empty one is what is left when it cannot be read: not "all is unowned". */
    if (rpm->package_count > 0)
        return rpm;
    rpm_free(rpm);
    return NULL;
}

/* The header of the package that has the path, for the iterator's life. */
static Header find_header(const struct rpm *rpm, struct span path, char (*ret_path)[PATH_SIZE],
                          rpmdbMatchIterator *ret_matches)
{
    if (span_length(path) >= sizeof *ret_path)
        return NULL;
    memcpy(*ret_path, path.at, span_length(path));
    (*ret_path)[span_length(path)] = '\0';
    *ret_matches = rpmtsInitIterator(rpm->transaction, RPMDBI_INSTFILENAMES, *ret_path, 0);
    return *ret_matches ? rpmdbNextIterator(*ret_matches) : NULL;
}

static enum package_owner rpm_owner(const void *database, struct span path,
                                    char (*ret_name)[PACKAGE_NAME_SIZE])
{
    char text[PATH_SIZE];
    rpmdbMatchIterator matches = NULL;
    Header header = find_header(database, path, &text, &matches);
    const char *name = header ? headerGetString(header, RPMTAG_NAME) : NULL;

    if (name)
        snprintf(*ret_name, sizeof *ret_name, "%s", name);
    rpmdbFreeIterator(matches);
    return name ? PACKAGE_OWNED : PACKAGE_UNOWNED;
}

static bool take_digest(rpmfiles files_of_it, int index, struct package_digest *ret_digest)
{
    size_t length = 0;
    int algorithm = 0;
    const unsigned char *bytes = rpmfilesFDigest(files_of_it, index, &algorithm, &length);

    /* Configuration files are made to be changed, and ghosts are not delivered. */
    if (!bytes || rpmfilesFFlags(files_of_it, index) & (RPMFILE_CONFIG | RPMFILE_GHOST))
        return false;
    if (algorithm == HASH_MD5 && length == MD5_SIZE)
        *ret_digest = (struct package_digest){.kind = PACKAGE_DIGEST_MD5};
    else if (algorithm == HASH_SHA256 && length == sizeof ret_digest->bytes)
        *ret_digest = (struct package_digest){.kind = PACKAGE_DIGEST_SHA256};
    else
        return false;
    memcpy(ret_digest->bytes, bytes, length);
    return true;
}

static bool rpm_digest(const void *database, struct span path,
                       struct package_digest *ret_digest)
{
    char text[PATH_SIZE];
    rpmdbMatchIterator matches = NULL;
    Header header = find_header(database, path, &text, &matches);
    bool is_found = false;

    if (header) {
        rpmfiles files_of_it = rpmfilesNew(NULL, header, 0, RPMFI_FLAGS_QUERY);
        int index = rpmfilesFindFN(files_of_it, text);

        is_found = index >= 0 && take_digest(files_of_it, index, ret_digest);
        rpmfilesFree(files_of_it);
    }
    rpmdbFreeIterator(matches);
    return is_found;
}

static void rpm_stats(const void *database, struct packages_stats *stats)
{
    const struct rpm *rpm = database;

    stats->packages = rpm->package_count;
    stats->memory = sizeof *rpm; /* and what librpm holds */
}

const struct packages_backend packages_rpm = {
    .name = "rpm",
    .load = rpm_load,
    .free = rpm_free,
    .has_changed = rpm_has_changed,
    .owner = rpm_owner,
    .digest = rpm_digest,
    .stats = rpm_stats,
};
