/* SPDX-License-Identifier: MIT */
/*
 * paths - what is at an executable's path now, who may write on the way there,
 * and which package delivered it. Walks component by component and stops before the first file
 * system that may hang; symbolic links are not followed.
 *
 * Sound for paths of our own mount namespace only: that is the caller's to know.
 */
#ifndef GATHER_PATHS_H
#define GATHER_PATHS_H

#include <stddef.h>
#include <stdint.h>

#include "gather/mounts.h"
#include "gather/packages.h"
#include "model/snapshot.h"

struct known_path {
    char *path; /* NULL: a free slot */
    uint64_t dev;
    uint64_t ino;
    uint32_t flags; /* enum exe_flag; without EXE_PATH_IS_SAME */
    bool is_owner_known;
    bool is_program_known;
    uint64_t program_dev; /* of the program file that it leads to; both 0: none */
    uint64_t program_ino;
    enum package_owner owner;
    char *package; /* NULL unless owned */
};

/* What was looked up within the last PATHS_KEEP_MS; then all of it is
 * forgotten. Until then a chmod or a rename on the path goes unseen. */
enum { PATHS_KEEP_MS = 4000 };

struct paths {
    struct mounts *mounts;
    struct packages *packages; /* NULL until somebody wants to know */
    struct known_path *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used;
    uint64_t since_ms;
    uint64_t serial; /* moves when the package database does */
};

void paths_release(struct paths *paths);

/* Forget what is older than PATHS_KEEP_MS, and all when the package database
 * changed. Loads that when packages are wanted: 20 to 60 ms, once. */
void paths_refresh(struct paths *paths, uint64_t now_ms, bool wants_packages);

/* Where the package database could not be read whole, a note that says why. */
void paths_note_incomplete(const struct paths *paths, struct snapshot_builder *builder);

/* The EXE_DIRECTORY_* and EXE_PATH_* flags of an absolute path. dev and ino are
 * those of the running executable. */
uint32_t paths_examine(struct paths *paths, const char *path, uint64_t dev, uint64_t ino);

/* Which package delivers that path; *ret_package is "" unless one does, and
 * valid until the next refresh. */
enum package_owner paths_owner(struct paths *paths, const char *path, const char **ret_package);

/* Whether the path, links followed, leads to a program file that is another one. */
bool paths_lead_to_other(struct paths *paths, const char *path, uint64_t dev, uint64_t ino);

#endif
