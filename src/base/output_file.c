/* SPDX-License-Identifier: MIT */
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"

int output_file_write(int fd, struct span text)
{
    while (span_length(text) > 0) {
        ssize_t written = write(fd, text.at, span_length(text));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        text.at += written;
    }
    return 0;
}

int output_file_write_at(int fd, uint64_t offset, struct span text)
{
    while (span_length(text) > 0) {
        ssize_t written = pwrite(fd, text.at, span_length(text), (off_t)offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? -errno : -EIO;
        text.at += written;
        offset += (uint64_t)written;
    }
    return 0;
}

int output_file_open_end(const char *path)
{
    /* Without O_NONBLOCK the open of a FIFO waits for a reader. */
    int fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    struct stat status;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return -EINVAL;
    }
    return fd;
}

/* So that the rename itself outlives a power cut; where directories cannot be
 * flushed, the file still is whole. */
static void flush_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct strbuf directory = {0};

    strbuf_add(&directory, slash ? path : ".", slash ? (size_t)(slash - path + 1) : 1);
    int fd = open(directory.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!fsync(fd);
        close(fd);
    }
    strbuf_release(&directory);
}

int output_file_replace(const char *path, struct span text, mode_t mode)
{
    struct strbuf beside = {0};

    strbuf_add_format(&beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside.bytes, O_CLOEXEC);
    int error = fd < 0 ? -errno : output_file_write(fd, text);
    if (error == 0 && fsync(fd) < 0)
        error = -errno;
    if (error == 0 && fchmod(fd, mode) < 0)
        error = -errno;
    if (fd >= 0 && close(fd) < 0 && error == 0)
        error = -errno;
    if (error == 0 && rename(beside.bytes, path) < 0)
        error = -errno;
    if (error == 0)
        flush_directory(path);
    else if (fd >= 0)
        unlink(beside.bytes);
    strbuf_release(&beside);
    return error;
}
