/* SPDX-License-Identifier: MIT */
#include "settings/save_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/output_file.h"

/* A save that was killed before its rename leaves NAME~ as the only other name. */
static bool is_our_backup(const struct save *save)
{
    struct strbuf backup = {0};
    struct stat status;

    strbuf_add_format(&backup, "%s~", save->name);
    bool is_same =
        fstatat(save->directory, strbuf_string(&backup), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_dev == save->file->status.st_dev &&
        status.st_ino == save->file->status.st_ino && status.st_nlink == 2;
    strbuf_release(&backup);
    return is_same;
}

const char *save_why_in_place(const struct save *save)
{
    const struct stat *status = &save->file->status;

    if (status->st_nlink > 1 && !is_our_backup(save))
        return "it has other names (hard links)";
    if (faccessat(save->directory, ".", W_OK, AT_EACCESS) < 0 && errno == EACCES)
        return "its directory is not writable";
    if (geteuid() != 0 && status->st_uid != geteuid())
        return "it belongs to another user, who would lose it";
    return NULL;
}

/* The kernel's own attributes (ACL, security label) are among them. Those that the
 * new file may not have are left out; that a file system has none is fine. */
static int copy_attributes(int from, int to)
{
    char names[4096], value[4096];
    ssize_t length = flistxattr(from, names, sizeof names);

    if (length < 0)
        return errno == ENOTSUP ? 0 : -errno;
    for (char *name = names; name < names + length; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(from, name, value, sizeof value);

        if (size < 0 && errno != ENODATA)
            return -errno;
        if (size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) < 0 && errno != ENOTSUP &&
            errno != EPERM && errno != EACCES)
            return -errno;
    }
    return 0;
}

/* Owner, group, mode and attributes of the old file; a new one in the directory of
 * the caller of sudo becomes theirs. */
static int copy_ownership(struct save *save, int fd)
{
    const struct stat *status = &save->file->status;
    int old, result;

    if (!save->file->exists) {
        const struct stat *directory = &save->directory_status;

        save->step = "cannot give the new file its owner";
        return geteuid() == 0 && directory->st_uid != 0 &&
                       fchown(fd, directory->st_uid, directory->st_gid) < 0
                   ? -errno
                   : 0;
    }
    save->step = "cannot keep the file's owner";
    if ((status->st_uid != geteuid() || status->st_gid != getegid()) &&
        fchown(fd, status->st_uid, status->st_gid) < 0)
        return -errno;
    save->step = "cannot keep the file's mode";
    if (fchmod(fd, status->st_mode & 07777) < 0)
        return -errno;
    save->step = "cannot keep the file's attributes";
    old = openat(save->directory, save->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (old < 0)
        return -errno;
    result = copy_attributes(old, fd);
    close(old);
    return result;
}

/* ".NAME.procwatch.XXXXXX" with random letters. */
static int create_beside(struct save *save, char **ret_name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";

    for (int attempt = 0; attempt < 16; attempt++) {
        unsigned char random[8];
        struct strbuf name = {0};

        if (getrandom(random, sizeof random, 0) != sizeof random)
            return -errno;
        strbuf_add_format(&name, ".%s.procwatch.", save->name);
        for (size_t i = 0; i < sizeof random; i++)
            strbuf_add_char(&name, letters[random[i] % 32]);
        int fd = openat(save->directory, name.bytes,
                        O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0) {
            *ret_name = name.bytes;
            return fd;
        }
        int error = errno;
        strbuf_release(&name);
        if (error != EEXIST)
            return -error;
    }
    return -EEXIST;
}

static int write_beside(struct save *save, struct span text, char **ret_name)
{
    save->step = "cannot create a file beside it";
    int fd = create_beside(save, ret_name);
    if (fd < 0)
        return fd;

    int result = copy_ownership(save, fd);
    if (result == 0) {
        save->step = "cannot write a file beside it";
        result = output_file_write_at(fd, 0, text);
    }
    if (result == 0 && fsync(fd) < 0)
        result = -errno;
    if (close(fd) < 0 && result == 0)
        result = -errno;
    if (result < 0) {
        unlinkat(save->directory, *ret_name, 0);
        free(*ret_name);
        *ret_name = NULL;
    }
    return result;
}

static bool is_as_read(struct save *save)
{
    struct stat now;

    if (fstatat(save->directory, save->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
        return !save->file->exists && errno == ENOENT;
    return save->file->exists && !config_file_has_changed(save->file) &&
           now.st_ino == save->file->status.st_ino;
}

static int sync_directory(struct save *save)
{
    save->step = "saved, but perhaps not yet on the disk";
    /* Some file systems cannot sync a directory. */
    return fsync(save->directory) < 0 && errno != EINVAL && errno != EROFS ? -errno : 0;
}

/* A copy, not a link: the bytes of the file itself are about to change. Where the
 * directory cannot take one there is none, and the user agreed to go on. */
static int copy_backup(struct save *save)
{
    struct strbuf backup = {0};
    char *name = NULL;

    strbuf_add_format(&backup, "%s~", save->name);
    int result = write_beside(save, strbuf_span(&save->file->text), &name);
    if (result == 0) {
        save->step = "cannot keep a backup";
        if (renameat(save->directory, name, save->directory, strbuf_string(&backup)) < 0) {
            result = -errno;
            unlinkat(save->directory, name, 0);
        }
    }
    free(name);
    strbuf_release(&backup);
    return result == -EACCES || result == -EROFS || result == -EPERM ? 0 : result;
}

/* NAME~ becomes another name of the old file, which the rename then leaves to it. */
static int keep_backup(struct save *save, const char *backup)
{
    save->step = "cannot keep a backup";
    if (unlinkat(save->directory, backup, 0) < 0 && errno != ENOENT)
        return -errno;
    if (linkat(save->directory, save->name, save->directory, backup, 0) == 0)
        return 0;
    /* Not every file system has links, and a mount point cannot be linked. */
    return errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == EXDEV
               ? copy_backup(save)
               : -errno;
}

/* A file that appeared where there was none is not replaced either. */
static int put_in_place(struct save *save, const char *name)
{
    save->step = "cannot put the new file in its place";
    if (!save->file->exists) {
        if (renameat2(save->directory, name, save->directory, save->name, RENAME_NOREPLACE) ==
            0)
            return 0;
        if (errno != EINVAL && errno != ENOSYS)
            return errno == EEXIST ? -ESTALE : -errno;
    }
    return renameat(save->directory, name, save->directory, save->name) < 0 ? -errno : 0;
}

int save_by_rename(struct save *save)
{
    struct strbuf backup = {0};
    char *name = NULL;
    int result = write_beside(save, save->text, &name);

    if (result < 0)
        return result;
    if (!is_as_read(save))
        result = -ESTALE;
    strbuf_add_format(&backup, "%s~", save->name);
    if (result == 0 && save->file->exists && !(save->flags & SAVE_NO_BACKUP))
        result = keep_backup(save, strbuf_string(&backup));
    if (result == 0)
        result = put_in_place(save, name);
    if (result < 0)
        unlinkat(save->directory, name, 0);
    free(name);
    strbuf_release(&backup);
    return result < 0 ? result : sync_directory(save);
}

/* Room for the new text, so that a full disk shows before a byte is lost. */
static int reserve(int fd, size_t length)
{
    if (length == 0 || fallocate(fd, 0, 0, (off_t)length) == 0)
        return 0;
    return errno == EOPNOTSUPP || errno == ENOSYS ? 0 : -errno;
}

/* Put the old bytes back after a failure in the middle. */
static void restore(struct save *save, int fd)
{
    struct strbuf *old = &save->file->text;

    if (output_file_write_at(fd, 0, strbuf_span(old)) == 0 &&
        ftruncate(fd, (off_t)old->length) == 0)
        fsync(fd);
}

int save_in_place(struct save *save)
{
    int result = save->flags & SAVE_NO_BACKUP ? 0 : copy_backup(save);

    if (result < 0)
        return result;
    if (!is_as_read(save))
        return -ESTALE;
    save->step = "cannot open it for writing";
    int fd = openat(save->directory, save->name,
                    O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    save->step = "cannot overwrite it";
    result = reserve(fd, span_length(save->text));
    if (result == 0)
        result = output_file_write_at(fd, 0, save->text);
    if (result == 0 && ftruncate(fd, (off_t)span_length(save->text)) < 0)
        result = -errno;
    if (result == 0 && fsync(fd) < 0)
        result = -errno;
    if (result < 0)
        restore(save, fd);
    close(fd);
    return result;
}
