/* SPDX-License-Identifier: MIT */
#include "gather/cgroups.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/parse.h"

enum { LIST_SIZE_MAX = 4 * 1024 * 1024, READ_SIZE = 64 * 1024 };

/* The better the lower; -1 for no hierarchy of processes. */
static int rank_of(const struct mount_line *mount)
{
    if (span_equals(mount->type, "cgroup2"))
        return span_equals(mount->mount_point, "/sys/fs/cgroup") ? 0 : 2;
    if (!span_equals(mount->type, "cgroup"))
        return -1;
    return span_contains(mount->super_options, "name=systemd") ? 1 : 3;
}

void cgroups_init(struct cgroups *cgroups, struct span mountinfo)
{
    struct mount_line mount, best = {0};
    struct span line;
    char path[PATH_MAX];
    int best_rank = INT_MAX;

    *cgroups = (struct cgroups){.root = -1};
    while (span_take_line(&mountinfo, &line)) {
        int rank = parse_mount(line, &mount) ? rank_of(&mount) : -1;

        if (rank < 0 || rank >= best_rank || span_length(mount.mount_point) >= sizeof path)
            continue;
        best = mount;
        best_rank = rank;
    }
    if (best_rank == INT_MAX)
        return;
    memcpy(path, best.mount_point.at, span_length(best.mount_point));
    path[span_length(best.mount_point)] = '\0';
    cgroups->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void forget_waiting(struct cgroups *cgroups)
{
    while (cgroups->waiting_count > 0)
        free(cgroups->waiting[--cgroups->waiting_count]);
}

void cgroups_release(struct cgroups *cgroups)
{
    forget_waiting(cgroups);
    free(cgroups->waiting);
    strbuf_release(&cgroups->text);
    if (cgroups->root >= 0)
        close(cgroups->root);
    *cgroups = (struct cgroups){.root = -1};
}

static void add_waiting(struct cgroups *cgroups, const char *parent, const char *name)
{
    struct strbuf path = {0};

    if (cgroups->waiting_count == CGROUPS_ALL)
        return;
    strbuf_add_string(&path, parent);
    strbuf_add_char(&path, '/');
    strbuf_add_string(&path, name);
    cgroups->waiting = memory_grow(cgroups->waiting, cgroups->waiting_count,
                                   &cgroups->waiting_capacity, sizeof *cgroups->waiting);
    cgroups->waiting[cgroups->waiting_count++] = memory_copy_string(strbuf_string(&path));
    strbuf_release(&path);
}

/* Of a threaded cgroup the list cannot be read: its processes are in that of its
 * domain above. */
static void read_list(struct cgroups *cgroups, int directory)
{
    struct strbuf *text = &cgroups->text;
    int fd = openat(directory, "cgroup.procs", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = 1;

    strbuf_clear(text);
    while (fd >= 0 && got > 0 && text->length < LIST_SIZE_MAX) {
        strbuf_reserve(text, READ_SIZE);
        got = read(fd, text->bytes + text->length, READ_SIZE);
        if (got > 0)
            text->length += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
}

/* Returns how many directories it was worth. */
static size_t visit(struct cgroups *cgroups, const char *path, cgroups_take *take,
                    void *context)
{
    int fd = openat(cgroups->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    struct span text, line;
    size_t count = 0;
    uint64_t pid;

    if (!directory) {
        if (fd >= 0)
            close(fd);
        return 1;
    }
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            add_waiting(cgroups, path, entry->d_name);
    read_list(cgroups, dirfd(directory));
    closedir(directory);
    text = strbuf_span(&cgroups->text);
    /* Who is of a pid namespace that we do not see has the number 0. */
    for (; span_take_line(&text, &line); count++)
        if (span_is_u64(line, &pid) && pid > 0 && pid <= INT32_MAX)
            take(context, (int32_t)pid);
    return 1 + count / CGROUPS_PIDS;
}

void cgroups_walk(struct cgroups *cgroups, size_t count, cgroups_take *take, void *context)
{
    bool has_begun = false;

    if (cgroups->root < 0)
        return;
    if (count == CGROUPS_ALL) {
        forget_waiting(cgroups);
        cgroups->debt = 0;
    }
    size_t worth = cgroups->debt;
    while (worth < count) {
        if (cgroups->waiting_count == 0) {
            if (has_begun)
                break; /* all were visited */
            has_begun = true;
            worth += visit(cgroups, ".", take, context);
            continue;
        }
        char *path = cgroups->waiting[--cgroups->waiting_count];

        worth += visit(cgroups, path, take, context);
        free(path);
    }
    cgroups->debt = worth > count ? worth - count : 0;
}
