/* SPDX-License-Identifier: MIT */
#include "gather/paths.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/problem.h"
#include "gather/path_table.h"
#include "gather/program_at.h"

enum { FIRST_SLOT_COUNT = 256 };

/* What the directories so far say about the path below them. */
struct chain {
    bool has_open_directory; /* others may replace what is in one of them */
    bool is_last_writable;   /* others may create files in the last one */
    bool is_roots;           /* only root writes to any of them */
};

static void add_directory(struct chain *chain, const struct statx *directory)
{
    bool others_write = directory->stx_mode & S_IWOTH;
    bool group_writes = directory->stx_mode & S_IWGRP && directory->stx_gid != 0;

    if (others_write && !(directory->stx_mode & S_ISVTX))
        chain->has_open_directory = true;
    chain->is_last_writable = others_write;
    if (directory->stx_uid != 0 || others_write || group_writes)
        chain->is_roots = false;
}

static uint32_t chain_flags(const struct chain *chain)
{
    return chain->has_open_directory || chain->is_last_writable ? EXE_DIRECTORY_WRITABLE : 0;
}

static void examine_file(const struct statx *file, const struct chain *chain,
                         struct known_path *entry)
{
    bool group_writes = file->stx_mode & S_IWGRP && file->stx_gid != 0;

    entry->dev = makedev(file->stx_dev_major, file->stx_dev_minor);
    entry->ino = file->stx_ino;
    entry->flags |= EXE_PATH_EXISTS;
    if (chain->is_roots && S_ISREG(file->stx_mode) && file->stx_uid == 0 &&
        file->stx_mode & 0111 && !(file->stx_mode & S_IWOTH) && !group_writes)
        entry->flags |= EXE_PATH_IS_TRUSTED;
}

/* O_PATH asks nothing of the file system that the name leads into, and
 * AT_STATX_DONT_SYNC nothing of its server: so the question "is it local?" is
 * answered before the first lookup inside it. */
static bool look_at(int fd, struct statx *ret_file)
{
    return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, MOUNTS_STATX, ret_file) == 0;
}

static void walk(struct paths *paths, const char *path, struct known_path *entry)
{
    struct chain chain = {.is_roots = true};
    struct span rest = span_of_string(path), component;
    struct statx file;
    char name[NAME_MAX + 1];
    int at = open("/", O_PATH | O_CLOEXEC);

    while (at >= 0 && look_at(at, &file) && span_take_until(&rest, '/', &component)) {
        size_t length = span_length(component);

        if (length == 0)
            continue;
        if (!S_ISDIR(file.stx_mode) || length > NAME_MAX ||
            !mounts_is_local(paths->mounts, -1, &file))
            break;
        add_directory(&chain, &file);
        entry->flags = chain_flags(&chain);
        memcpy(name, component.at, length);
        name[length] = '\0';

        int next = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = next;
        if (at >= 0 && span_length(rest) == 0 && look_at(at, &file)) {
            examine_file(&file, &chain, entry);
            break;
        }
    }
    if (at >= 0)
        close(at);
}

static void clear(struct paths *paths)
{
    for (size_t i = 0; i < paths->slot_count; i++) {
        free(paths->slots[i].path);
        free(paths->slots[i].package);
    }
    if (paths->slot_count > 0)
        memset(paths->slots, 0, paths->slot_count * sizeof *paths->slots);
    paths->used = 0;
}

void paths_release(struct paths *paths)
{
    clear(paths);
    free(paths->slots);
    packages_free(paths->packages);
    *paths = (struct paths){0};
}

void paths_refresh(struct paths *paths, uint64_t now_ms, bool wants_packages)
{
    if (wants_packages && !paths->packages)
        paths->packages = packages_new("");
    bool is_void = wants_packages && packages_refresh(paths->packages, now_ms);

    paths->serial += is_void;
    if (!is_void && now_ms - paths->since_ms < PATHS_KEEP_MS)
        return;
    clear(paths);
    paths->since_ms = now_ms;
}

void paths_note_incomplete(const struct paths *paths, struct snapshot_builder *builder)
{
    struct packages_stats stats;
    char text[128];

    if (!paths->packages)
        return;
    packages_stats(paths->packages, &stats);
    if (!stats.incomplete)
        return;
    snprintf(text, sizeof text, "%s: who is of no package is not known", stats.incomplete);
    snapshot_builder_add_note(builder, PROBLEM_WARNING, text);
}

static struct known_path *slot_of(struct known_path *slots, size_t slot_count, const char *path)
{
    size_t at = path_hash(span_of_string(path)) & (slot_count - 1);

    while (slots[at].path && strcmp(slots[at].path, path) != 0)
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static void make_room(struct paths *paths)
{
    if ((paths->used + 1) * 4 <= paths->slot_count * 3)
        return;

    size_t slot_count = paths->slot_count ? paths->slot_count * 2 : FIRST_SLOT_COUNT;
    struct known_path *slots = memory_new(slot_count, sizeof *slots);
    for (size_t i = 0; i < paths->slot_count; i++)
        if (paths->slots[i].path)
            *slot_of(slots, slot_count, paths->slots[i].path) = paths->slots[i];
    free(paths->slots);
    paths->slots = slots;
    paths->slot_count = slot_count;
}

static struct known_path *entry_of(struct paths *paths, const char *path)
{
    make_room(paths);
    struct known_path *entry = slot_of(paths->slots, paths->slot_count, path);

    if (!entry->path) {
        walk(paths, path, entry);
        entry->path = memory_copy_string(path);
        paths->used++;
    }
    return entry;
}

uint32_t paths_examine(struct paths *paths, const char *path, uint64_t dev, uint64_t ino)
{
    const struct known_path *entry = entry_of(paths, path);
    bool is_same = entry->flags & EXE_PATH_EXISTS && entry->dev == dev && entry->ino == ino;

    return entry->flags | (is_same ? EXE_PATH_IS_SAME : 0);
}

enum package_owner paths_owner(struct paths *paths, const char *path, const char **ret_package)
{
    struct known_path *entry = entry_of(paths, path);
    char name[PACKAGE_NAME_SIZE];

    if (!entry->is_owner_known) {
        entry->is_owner_known = true;
        entry->owner = packages_owner(paths->packages, span_of_string(path), &name);
        if (entry->owner == PACKAGE_OWNED)
            entry->package = memory_copy_string(name);
    }
    *ret_package = entry->package ? entry->package : "";
    return entry->owner;
}

bool paths_lead_to_other(struct paths *paths, const char *path, uint64_t dev, uint64_t ino)
{
    struct known_path *entry = entry_of(paths, path);

    if (!entry->is_program_known) {
        entry->is_program_known = true;
        if (!program_at(paths->mounts, path, &entry->program_dev, &entry->program_ino))
            entry->program_ino = 0;
    }
    return entry->program_ino != 0 && (entry->program_dev != dev || entry->program_ino != ino);
}
