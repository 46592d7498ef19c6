/* SPDX-License-Identifier: MIT */
#include "gather/program_at.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/span.h"

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

struct walk {
    struct mounts *mounts;
    struct strbuf rest; /* of the path, from the directory below */
    int at;             /* O_PATH */
    unsigned links;
    struct statx file; /* what at is open on */
};

static void move_to(struct walk *walk, int fd)
{
    if (walk->at >= 0)
        close(walk->at);
    walk->at = fd;
}

/* O_PATH asks nothing of the file system that the name leads into, and
 * AT_STATX_DONT_SYNC nothing of its server. */
static bool look(struct walk *walk)
{
    return walk->at >= 0 && statx(walk->at, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                                  MOUNTS_STATX, &walk->file) == 0;
}

static bool is_local(struct walk *walk)
{
    return mounts_is_local(walk->mounts, -1, &walk->file);
}

static bool begin(struct walk *walk)
{
    if (span_starts_with(strbuf_span(&walk->rest), "/")) {
        if (span_starts_with(strbuf_span(&walk->rest), "/proc/"))
            return false;
        move_to(walk, open("/", O_PATH | O_CLOEXEC));
    }
    return look(walk);
}

/* The link's text takes the place of its name; it counts from its directory. */
static bool follow(struct walk *walk, int directory, struct span rest)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(walk->at, "", target, sizeof target);
    struct strbuf path = {0};

    if (length <= 0 || length == sizeof target || ++walk->links > LINKS_MAX) {
        close(directory);
        return false;
    }
    strbuf_add(&path, target, (size_t)length);
    strbuf_add_char(&path, '/');
    strbuf_add_span(&path, rest);
    strbuf_release(&walk->rest);
    walk->rest = path;
    move_to(walk, directory);
    return begin(walk);
}

/* One name further. False at the end of the path, or where it cannot go on. */
static bool step(struct walk *walk, bool *ret_arrived)
{
    struct span rest = strbuf_span(&walk->rest), component;
    char name[NAME_MAX + 1];

    do {
        if (!span_take_until(&rest, '/', &component)) {
            *ret_arrived = true;
            return false;
        }
    } while (span_length(component) == 0);
    if (!S_ISDIR(walk->file.stx_mode) || span_length(component) > NAME_MAX || !is_local(walk))
        return false;
    memcpy(name, component.at, span_length(component));
    name[span_length(component)] = '\0';

    int directory = walk->at;
    walk->at = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (look(walk) && S_ISLNK(walk->file.stx_mode))
        return is_local(walk) && follow(walk, directory, rest);
    close(directory);
    struct strbuf left = {0};
    strbuf_add_span(&left, rest);
    strbuf_release(&walk->rest);
    walk->rest = left;
    return look(walk);
}

static bool is_elf(struct walk *walk)
{
    char path[32], magic[SELFMAG];

    if (!S_ISREG(walk->file.stx_mode) || !is_local(walk))
        return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", walk->at);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, magic, sizeof magic);
    close(fd);
    return got == (ssize_t)sizeof magic && memcmp(magic, ELFMAG, SELFMAG) == 0;
}

bool program_at(struct mounts *mounts, const char *path, uint64_t *ret_dev, uint64_t *ret_ino)
{
    struct walk walk = {.mounts = mounts, .at = -1};
    bool has_arrived = false;

    strbuf_add_string(&walk.rest, path);
    bool goes_on = path[0] == '/' && begin(&walk);
    while (goes_on)
        goes_on = step(&walk, &has_arrived);
    bool is_found = has_arrived && is_elf(&walk);
    if (is_found) {
        *ret_dev = makedev(walk.file.stx_dev_major, walk.file.stx_dev_minor);
        *ret_ino = walk.file.stx_ino;
    }
    move_to(&walk, -1);
    strbuf_release(&walk.rest);
    return is_found;
}
