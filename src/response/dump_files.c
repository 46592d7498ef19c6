/* SPDX-License-Identifier: MIT */
#include "response/dump_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/sha256.h"

enum { ROOM_LEFT = 64 << 20 };

void dump_note(struct dump *dump, const char *name, const char *what)
{
    strbuf_add_format(&dump->problems, "%s: %s\n", name, what);
}

int dump_create(struct dump *dump, const char *name)
{
    int fd =
        openat(dump->directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    return fd < 0 ? -errno : fd;
}

/* The sum is of what lies in the dump now, read back. */
int dump_finish_file(struct dump *dump, int fd, const char *name)
{
    struct sha256 digest;
    char text[SHA256_TEXT_SIZE];
    int error = sha256_of_file(fd, UINT64_MAX, &digest);

    if (error)
        return error;
    sha256_text(&digest, &text);
    strbuf_add_format(&dump->sums, "%s  %s\n", text, name);
    return 0;
}

int dump_write_file(struct dump *dump, const char *name, struct span text)
{
    int fd = dump_create(dump, name);

    if (fd < 0)
        return fd;
    int error = output_file_write(fd, text);
    if (!error)
        error = dump_finish_file(dump, fd, name);
    close(fd);
    return error;
}

ssize_t dump_read_piece(int fd, char *piece, uint64_t left)
{
    ssize_t got;

    do
        got = read(fd, piece, left < DUMP_PIECE_SIZE ? left : DUMP_PIECE_SIZE);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int dump_check_room(const struct dump *dump, uint64_t wanted)
{
    struct statvfs room;

    if (fstatvfs(dump->directory, &room) < 0)
        return -errno;
    return (uint64_t)room.f_bavail * room.f_frsize < wanted + ROOM_LEFT ? -ENOSPC : 0;
}
