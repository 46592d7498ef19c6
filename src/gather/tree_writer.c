/* SPDX-License-Identifier: MIT */
#include "gather/tree_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"

static int open_directory(int directory, const char *name)
{
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

int tree_create(const char *path)
{
    if (mkdir(path, 0700) != 0)
        return -errno;
    return open_directory(AT_FDCWD, path);
}

int tree_make_directory(int directory, const char *name)
{
    if (mkdirat(directory, name, 0700) != 0 && errno != EEXIST)
        return -errno;
    return open_directory(directory, name);
}

static int make_parents(int directory, const char *path)
{
    char parent[PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);

        if (length >= sizeof parent)
            return -ENAMETOOLONG;
        memcpy(parent, path, length);
        parent[length] = '\0';
        if (mkdirat(directory, parent, 0700) != 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

int tree_write(int directory, const char *path, struct span text)
{
    int error = make_parents(directory, path);

    if (error)
        return error;
    int fd =
        openat(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    error = output_file_write(fd, text);
    if (close(fd) != 0 && !error)
        error = -errno;
    return error;
}

int tree_link(int directory, const char *path, const char *target)
{
    int error = make_parents(directory, path);

    if (error)
        return error;
    return symlinkat(target, directory, path) == 0 ? 0 : -errno;
}
