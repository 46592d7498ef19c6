/* SPDX-License-Identifier: MIT */
/*
 * mounts - which file systems are of this machine and cannot hang, by device
 * number, or by mount: files of btrfs's subvolumes, and those that an overlay has from
 * a layer on another file system, have device numbers that mountinfo does not know.
 * Found out from mountinfo alone: no file system is touched.
 */
#ifndef GATHER_MOUNTS_H
#define GATHER_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "gather/procfs.h"

struct mount {
    uint64_t id; /* of all mounts of the machine only this has it; 0: not known */
    uint64_t dev;
    bool is_local;
};

/* Something mounted over /proc/PID, or below it. */
struct mount_cover {
    int32_t pid;
    uint32_t sightings; /* passes */
    char text[128];     /* "tmpfs is mounted on /proc/42" */
};

enum { MOUNT_COVERS_MAX = 64 };

struct mounts {
    const struct procfs *procfs;
    int mountinfo; /* our own, open: poll(2) tells of changes. -1: none */
    struct mount *items;
    size_t count;
    size_t own_count; /* the first ones: of our own namespace */
    size_t capacity;
    uint64_t memory_dev; /* the kernel's own tmpfs, where memfds live */
    struct mount_cover covers[MOUNT_COVERS_MAX];
    size_t cover_count;
    bool hides_pids; /* /proc is mounted with hidepid */
    struct strbuf text;
};

/* Live /proc only. */
void mounts_init(struct mounts *mounts, const struct procfs *procfs);
void mounts_release(struct mounts *mounts);

/* At the start of a pass: forget what may have changed. */
void mounts_refresh(struct mounts *mounts);

/* What to ask statx(2) for, so that mounts_is_local() can tell. The id of the mount is
 * there since Linux 5.8. */
enum { MOUNTS_STATX = STATX_BASIC_STATS | STATX_MNT_ID };

/* Whether the file lies on a local file system, by our own mounts, else by those
 * that the process in that /proc/PID directory sees; -1 for our own only.
 * Unknown ones are not local: a lazily unmounted FUSE is in no list. */
bool mounts_is_local(struct mounts *mounts, int process_directory, const struct statx *file);

#endif
