/* SPDX-License-Identifier: MIT */
#include "gather/mounts.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/parse.h"

enum { MOUNTINFO_SIZE_MAX = 4 * 1024 * 1024 };

/* Whoever is not in this list may wait for a server, a helper program or a
 * network. */
static const char *const local_types[] = {
    "bcachefs", "btrfs", "cgroup", "cgroup2", "devpts",    "devtmpfs", "erofs",    "exfat",
    "ext2",     "ext3",  "ext4",   "f2fs",    "hugetlbfs", "iso9660",  "jfs",      "minix",
    "nilfs2",   "ntfs3", "proc",   "ramfs",   "reiserfs",  "rootfs",   "squashfs", "sysfs",
    "tmpfs",    "udf",   "vfat",   "xfs",     "zfs",
};

/* An overlay is as local as its layers. In our own namespace root made it; in
 * another anybody may have, over a FUSE of his own (user namespaces). */
static bool is_local_type(struct span type, bool is_own)
{
    if (span_equals(type, "overlay"))
        return is_own;
    for (size_t i = 0; i < sizeof local_types / sizeof *local_types; i++)
        if (span_equals(type, local_types[i]))
            return true;
    return false;
}

static const struct mount *find(const struct mounts *mounts, uint64_t dev, uint64_t id)
{
    for (size_t i = 0; i < mounts->count; i++)
        if (mounts->items[i].dev == dev)
            return &mounts->items[i];
    for (size_t i = 0; i < mounts->count && id != 0; i++)
        if (mounts->items[i].id == id)
            return &mounts->items[i];
    return NULL;
}

static void add(struct mounts *mounts, const struct mount *mount)
{
    mounts->items =
        memory_grow(mounts->items, mounts->count, &mounts->capacity, sizeof *mounts->items);
    mounts->items[mounts->count++] = *mount;
}

static void add_cover(struct mounts *mounts, const struct mount_line *mount)
{
    struct span point = mount->mount_point;
    uint64_t pid;

    if (!span_take_string(&point, "/proc/") || !span_take_u64(&point, &pid) ||
        pid > INT32_MAX || (span_length(point) > 0 && *point.at != '/') ||
        mounts->cover_count == MOUNT_COVERS_MAX)
        return;
    struct mount_cover *cover = &mounts->covers[mounts->cover_count++];
    *cover = (struct mount_cover){.pid = (int32_t)pid};
    snprintf(cover->text, sizeof cover->text, "%.*s is mounted on %.*s",
             (int)span_length(mount->type), mount->type.at,
             (int)span_length(mount->mount_point), mount->mount_point.at);
}

static void add_lines(struct mounts *mounts, struct span text, bool is_own)
{
    struct span line;
    struct mount_line mount;

    while (span_take_line(&text, &line)) {
        if (!parse_mount(line, &mount))
            continue;
        add(mounts, &(struct mount){
                        .id = mount.mount_id,
                        .dev = makedev(mount.dev_major, mount.dev_minor),
                        .is_local = is_local_type(mount.type, is_own),
                    });
        if (is_own)
            add_cover(mounts, &mount);
        if (is_own && span_equals(mount.mount_point, "/proc"))
            mounts->hides_pids =
                span_equals(mount.type, "proc") && parse_hides_pids(mount.super_options);
    }
}

/* In a chroot(2) the mount behind "/" is in no list. We run from it, so that it
 * answers is no more than we rely on anyway. */
static void add_root(struct mounts *mounts)
{
    struct stat root;

    if (stat("/", &root) == 0)
        add(mounts, &(struct mount){.dev = root.st_dev, .is_local = true});
}

static void read_own(struct mounts *mounts)
{
    mounts->count = 0;
    mounts->cover_count = 0;
    mounts->hides_pids = false;
    if (mounts->memory_dev != 0)
        add(mounts, &(struct mount){.dev = mounts->memory_dev, .is_local = true});
    if (procfs_read(mounts->procfs, mounts->procfs->root, "self/mountinfo", MOUNTINFO_SIZE_MAX,
                    &mounts->text) >= 0)
        add_lines(mounts, strbuf_span(&mounts->text), true);
    else
        mounts->hides_pids = mounts->procfs->is_live; /* hidepid=4 hides us from ourselves */
    add_root(mounts);
    mounts->own_count = mounts->count;
}

/* Memfds live on a mount that is in no list. */
static uint64_t find_memory_dev(void)
{
    struct stat file;
    int fd = memfd_create("probe", MFD_CLOEXEC);
    uint64_t dev = fd >= 0 && fstat(fd, &file) == 0 ? file.st_dev : 0;

    if (fd >= 0)
        close(fd);
    return dev;
}

void mounts_init(struct mounts *mounts, const struct procfs *procfs)
{
    *mounts = (struct mounts){
        .procfs = procfs,
        .mountinfo = openat(procfs->root, "self/mountinfo", O_RDONLY | O_CLOEXEC),
        .memory_dev = find_memory_dev(),
    };
    read_own(mounts);
}

void mounts_release(struct mounts *mounts)
{
    if (mounts->procfs && mounts->mountinfo >= 0)
        close(mounts->mountinfo);
    free(mounts->items);
    strbuf_release(&mounts->text);
    *mounts = (struct mounts){0};
}

/* The number of an unmounted device is given to the next one: a number that was
 * a tmpfs may be a FUSE now. Changes in our own namespace are told by poll(2);
 * of others we keep nothing beyond the pass. */
void mounts_refresh(struct mounts *mounts)
{
    struct pollfd change = {.fd = mounts->mountinfo, .events = POLLPRI};

    if (mounts->mountinfo < 0 || poll(&change, 1, 0) != 0)
        read_own(mounts);
    else
        mounts->count = mounts->own_count;
    for (size_t i = 0; i < mounts->cover_count; i++)
        mounts->covers[i].sightings++;
}

bool mounts_is_local(struct mounts *mounts, int process_directory, const struct statx *file)
{
    uint64_t dev = makedev(file->stx_dev_major, file->stx_dev_minor);
    uint64_t id = file->stx_mask & STATX_MNT_ID ? file->stx_mnt_id : 0;
    const struct mount *mount = find(mounts, dev, id);

    if (!mount && process_directory >= 0) {
        if (procfs_read(mounts->procfs, process_directory, "mountinfo", MOUNTINFO_SIZE_MAX,
                        &mounts->text) >= 0)
            add_lines(mounts, strbuf_span(&mounts->text), false);
        mount = find(mounts, dev, id);
        if (!mount) /* not asked for again in this pass */
            add(mounts, &(struct mount){.id = id, .dev = dev});
    }
    return mount && mount->is_local;
}
