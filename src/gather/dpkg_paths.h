/* SPDX-License-Identifier: MIT */
/*
 * dpkg_paths - from a path as a dpkg list spells it to the path on disk.
 *
 * Two things lie between: directories that are symlinks since the merge of /bin
 * into /usr/bin, so that lists and /proc may spell one file in two ways, and
 * diversions, by which dpkg installs a package's file under another name
 * (dpkg-divert(1)).
 */
#ifndef GATHER_DPKG_PATHS_H
#define GATHER_DPKG_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { DPKG_PATH_SIZE = 4096, DPKG_ALIASES_MAX = 8 };

struct dpkg_alias {
    struct span from; /* "/bin" */
    struct span to;   /* "/usr/bin" */
};

struct dpkg_diversion {
    uint32_t hash; /* of the canonical path that is diverted */
    struct span from;
    struct span to;
    struct span package; /* who keeps the name; ":" for the administrator */
};

struct dpkg_paths {
    struct dpkg_alias aliases[DPKG_ALIASES_MAX];
    size_t alias_count;
    struct dpkg_diversion *diversions; /* by hash */
    size_t diversion_count;
    size_t diversion_capacity;
    uint64_t diversion_marks; /* a bit for the last six of each hash */
    char *text;               /* of the diversions file */
    size_t text_size;
};

/* Find out which aliases exist below the root. */
void dpkg_paths_init(struct dpkg_paths *paths, int root);
void dpkg_paths_release(struct dpkg_paths *paths);

/* Take over the malloc()ed text of a diversions file. False when it is not
 * whole triples; what was understood counts. Aliases must be known. */
bool dpkg_paths_set_diversions(struct dpkg_paths *paths, char *text, size_t size);

/* The path without aliases: itself, or built in the buffer. A path too long
 * for the buffer stays as it is. */
struct span dpkg_paths_canonical(const struct dpkg_paths *paths, struct span path,
                                 char (*buffer)[DPKG_PATH_SIZE]);

/* Where dpkg puts the package's file of that (listed) path: canonical, and
 * elsewhere when it is diverted; and the path_hash() of that. */
struct span dpkg_paths_installed(const struct dpkg_paths *paths, struct span listed,
                                 struct span package, char (*buffer)[DPKG_PATH_SIZE],
                                 uint32_t *ret_hash);

#endif
