/* SPDX-License-Identifier: MIT */
#include "gather/dpkg_paths.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/path_table.h"

/* usr/sbin comes first: the others' targets may pass through it. */
static const struct {
    const char *from;
    const char *to;
    const char *relative; /* target as a relative link has it */
} known_aliases[] = {
    {"/usr/sbin", "/usr/bin",    "bin"       },
    {"/bin",      "/usr/bin",    "usr/bin"   },
    {"/sbin",     "/usr/sbin",   "usr/sbin"  },
    {"/lib",      "/usr/lib",    "usr/lib"   },
    {"/lib32",    "/usr/lib32",  "usr/lib32" },
    {"/lib64",    "/usr/lib64",  "usr/lib64" },
    {"/libx32",   "/usr/libx32", "usr/libx32"},
};
_Static_assert(sizeof known_aliases / sizeof *known_aliases <= DPKG_ALIASES_MAX, "room");

void dpkg_paths_init(struct dpkg_paths *paths, int root)
{
    *paths = (struct dpkg_paths){0};
    for (size_t i = 0; i < sizeof known_aliases / sizeof *known_aliases; i++) {
        struct dpkg_alias alias = {
            .from = span_of_string(known_aliases[i].from),
            .to = span_of_string(known_aliases[i].to),
        };
        char link[64];
        ssize_t length = readlinkat(root, known_aliases[i].from + 1, link, sizeof link);
        struct span target = span_of(link, length > 0 ? (size_t)length : 0);

        if (!span_equals(target, known_aliases[i].relative) &&
            !span_equals_span(target, alias.to))
            continue;
        for (size_t known = 0; known < paths->alias_count; known++)
            if (span_equals_span(alias.to, paths->aliases[known].from))
                alias.to = paths->aliases[known].to;
        paths->aliases[paths->alias_count++] = alias;
    }
}

void dpkg_paths_release(struct dpkg_paths *paths)
{
    free(paths->diversions);
    free(paths->text);
    *paths = (struct dpkg_paths){0};
}

/* Asked of every line of every list: their first letters differ, more often than not. */
static bool is_below(struct span path, struct span directory)
{
    size_t length = span_length(directory);

    return span_length(path) > length && path.at[1] == directory.at[1] &&
           path.at[length] == '/' && memcmp(path.at, directory.at, length) == 0;
}

struct span dpkg_paths_canonical(const struct dpkg_paths *paths, struct span path,
                                 char (*buffer)[DPKG_PATH_SIZE])
{
    for (size_t i = 0; i < paths->alias_count; i++) {
        const struct dpkg_alias *alias = &paths->aliases[i];

        if (!is_below(path, alias->from))
            continue;
        size_t length = span_length(alias->to);
        size_t rest = span_length(path) - span_length(alias->from);
        if (length + rest > sizeof *buffer)
            continue;
        memcpy(*buffer, alias->to.at, length);
        memcpy(*buffer + length, path.end - rest, rest);
        return span_of(*buffer, length + rest);
    }
    return path;
}

static uint64_t mark_of(uint32_t hash)
{
    return UINT64_C(1) << (hash & 63);
}

static int compare_diversions(const void *a, const void *b)
{
    const struct dpkg_diversion *left = a, *right = b;

    return (left->hash > right->hash) - (left->hash < right->hash);
}

bool dpkg_paths_set_diversions(struct dpkg_paths *paths, char *text, size_t size)
{
    struct span in = span_of(text, size);
    struct dpkg_diversion diversion;
    char buffer[DPKG_PATH_SIZE];
    bool is_whole = true;

    paths->text = text;
    paths->text_size = size;
    while (span_take_line(&in, &diversion.from)) {
        if (!span_take_line(&in, &diversion.to) || !span_take_line(&in, &diversion.package)) {
            is_whole = false;
            break;
        }
        diversion.hash = path_hash(dpkg_paths_canonical(paths, diversion.from, &buffer));
        paths->diversions = memory_grow(paths->diversions, paths->diversion_count,
                                        &paths->diversion_capacity, sizeof diversion);
        paths->diversions[paths->diversion_count++] = diversion;
        paths->diversion_marks |= mark_of(diversion.hash);
    }
    if (paths->diversion_count > 1)
        qsort(paths->diversions, paths->diversion_count, sizeof *paths->diversions,
              compare_diversions);
    return is_whole;
}

/* By which the package's file of that canonical path goes elsewhere; NULL: it stays. */
static const struct dpkg_diversion *find_diversion(const struct dpkg_paths *paths,
                                                   struct span path, uint32_t hash,
                                                   struct span package)
{
    size_t low = 0, high = paths->diversion_count;
    char buffer[DPKG_PATH_SIZE];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (paths->diversions[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < paths->diversion_count && paths->diversions[low].hash == hash; low++) {
        const struct dpkg_diversion *diversion = &paths->diversions[low];

        if (span_equals_span(dpkg_paths_canonical(paths, diversion->from, &buffer), path) &&
            !span_equals_span(diversion->package, package))
            return diversion;
    }
    return NULL;
}

struct span dpkg_paths_installed(const struct dpkg_paths *paths, struct span listed,
                                 struct span package, char (*buffer)[DPKG_PATH_SIZE],
                                 uint32_t *ret_hash)
{
    struct span path = dpkg_paths_canonical(paths, listed, buffer);
    const struct dpkg_diversion *diversion = NULL;
    uint32_t hash = path_hash(path);

    if (paths->diversion_marks & mark_of(hash))
        diversion = find_diversion(paths, path, hash, package);
    if (diversion) {
        path = dpkg_paths_canonical(paths, diversion->to, buffer);
        hash = path_hash(path);
    }
    *ret_hash = hash;
    return path;
}
