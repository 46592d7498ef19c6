/* SPDX-License-Identifier: MIT */
#include "base/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/options.h"

enum { PIECE_SIZE = 16384 };

static int read_all(int fd, size_t cap, struct strbuf *out)
{
    for (;;) {
        strbuf_reserve(out, PIECE_SIZE);
        ssize_t got = read(fd, out->bytes + out->length, PIECE_SIZE);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        out->length += (size_t)got;
        if (out->length > cap)
            return -EFBIG;
    }
    out->bytes[out->length] = '\0';
    return 0;
}

/* Without copying it, when there is nothing in front of it. */
static void add_whole(struct strbuf *out, struct strbuf *text)
{
    if (out->length > 0) {
        strbuf_add_span(out, strbuf_span(text));
        return;
    }
    struct strbuf before = *out;
    *out = *text;
    *text = before;
}

int input_file_read(const char *path, size_t cap, struct strbuf *ret_text,
                    struct stat *ret_status)
{
    struct strbuf text = {0};
    struct stat status;

    /* Without O_NONBLOCK the open of a FIFO waits for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;

    int result = fstat(fd, &status) < 0 ? -errno : 0;
    if (result == 0 && !S_ISREG(status.st_mode))
        result = S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    if (result == 0 && status.st_size > 0 && (size_t)status.st_size > cap)
        result = -EFBIG;
    if (result == 0) {
        /* Those of /proc have no size, and others may grow. */
        strbuf_reserve(&text, (size_t)status.st_size + PIECE_SIZE);
        result = read_all(fd, cap, &text);
    }
    close(fd);
    if (result == 0) {
        add_whole(ret_text, &text);
        if (ret_status)
            *ret_status = status;
    }
    strbuf_release(&text);
    return result;
}

int input_file_read_at(int fd, uint64_t offset, void *ret_bytes, size_t size)
{
    char *at = ret_bytes;

    while (size > 0) {
        ssize_t got = pread(fd, at, size, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -ENODATA;
        at += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return 0;
}

int input_file_add_absolute(const char *path, struct strbuf *out)
{
    if (path[0] != '/') {
        char *here = getcwd(NULL, 0);
        if (!here)
            return -errno;
        strbuf_add_format(out, "%s/", here);
        free(here);
    }
    strbuf_add_string(out, path);
    return 0;
}

const char *input_file_error(int error)
{
    if (error == -EINVAL)
        return "not a regular file";
    if (error == -EFBIG)
        return "too large";
    return strerror(-error);
}

uid_t input_file_trusted_uid(void)
{
    const char *text = getenv("SUDO_UID");
    unsigned long uid;

    if (geteuid() == 0 && text && options_parse_unsigned(text, &uid) && uid < UINT_MAX)
        return (uid_t)uid;
    return geteuid();
}

static char *distrust_one(const char *path, uid_t trusted)
{
    struct stat status;
    struct strbuf reason = {0};

    if (lstat(path, &status) < 0)
        strbuf_add_format(&reason, "%s cannot be examined: %s", path, strerror(errno));
    else if (status.st_uid != 0 && status.st_uid != trusted)
        strbuf_add_format(&reason, "%s belongs to uid %u", path, (unsigned)status.st_uid);
    else if ((status.st_mode & (S_IWGRP | S_IWOTH)) &&
             !(S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX)))
        strbuf_add_format(&reason, "%s can be written by %s", path,
                          status.st_mode & S_IWOTH ? "everybody" : "its group");
    return reason.bytes;
}

char *input_file_distrust(const char *path, uid_t trusted)
{
    char *real = realpath(path, NULL);

    if (!real)
        return memory_copy_string(strerror(errno));

    char *reason = distrust_one(real, trusted);
    while (!reason && strcmp(real, "/") != 0) {
        char *slash = strrchr(real, '/');

        slash[slash == real] = '\0';
        reason = distrust_one(real, trusted);
    }
    free(real);
    return reason;
}
