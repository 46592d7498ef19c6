/* SPDX-License-Identifier: MIT */
#include "settings/save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/yaml.h"
#include "settings/save_steps.h"
#include "settings/user_directory.h"

int config_file_read(struct config_file *ret_file, const char *path)
{
    struct config_file file = {.path = memory_copy_string(path)};
    int result = input_file_read(path, YAML_MAX_BYTES, &file.text, &file.status);

    file.exists = result == 0;
    if (result < 0 && result != -ENOENT) {
        config_file_release(&file);
        return result;
    }
    sha256_of(strbuf_string(&file.text), file.text.length, &file.digest);
    *ret_file = file;
    return 0;
}

void config_file_release(struct config_file *file)
{
    free(file->path);
    strbuf_release(&file->text);
    *file = (struct config_file){0};
}

static bool same_moment(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool config_file_has_changed(const struct config_file *file)
{
    struct stat status;

    if (stat(file->path, &status) < 0)
        return file->exists && errno != EACCES;
    return !file->exists || !same_moment(&status, &file->status);
}

/* The same, and the bytes: a clock may stand still between two writes. */
static bool has_other_text(const struct config_file *file)
{
    struct config_file now;

    if (config_file_has_changed(file))
        return true;
    if (!file->exists)
        return false;
    if (config_file_read(&now, file->path) < 0)
        return true;
    bool differs = memcmp(&now.digest, &file->digest, sizeof now.digest) != 0;
    config_file_release(&now);
    return differs;
}

static enum save_result fail(struct save *save, const char *what, int error)
{
    strbuf_add_format(save->error, "%s: %s: %s", save->target, what, strerror(error));
    if (error == EACCES || error == EPERM || error == EROFS)
        strbuf_add_string(save->error, "; save under another name");
    return SAVE_FAILED;
}

static enum save_result refuse(struct save *save, const char *why)
{
    strbuf_add_format(save->error, "%s: %s", save->target, why);
    return SAVE_FAILED;
}

/* Where the name leads in the end; a file that is not there yet keeps its name. */
static bool resolve(struct save *save)
{
    struct stat link;
    bool is_link = lstat(save->file->path, &link) == 0 && S_ISLNK(link.st_mode);

    if (is_link && geteuid() == 0) {
        char *copy = memory_copy_string(save->file->path);
        char *reason = input_file_distrust(dirname(copy), input_file_trusted_uid());

        if (reason)
            strbuf_add_format(save->error, "%s is a symbolic link, and %s", save->file->path,
                              reason);
        free(copy);
        free(reason);
        if (save->error->length > 0)
            return false;
    }
    save->target = realpath(save->file->path, NULL);
    if (!save->target && (is_link || errno != ENOENT)) {
        strbuf_add_format(save->error, "%s: %s%s", save->file->path, strerror(errno),
                          is_link ? " (a symbolic link that leads nowhere)" : "");
        return false;
    }
    if (!save->target)
        save->target = memory_copy_string(save->file->path);
    if (is_link && save->file->exists && save->file->status.st_uid != 0 &&
        save->file->status.st_uid != input_file_trusted_uid()) {
        strbuf_add_format(save->error, "%s is a symbolic link to a file of uid %u",
                          save->file->path, (unsigned)save->file->status.st_uid);
        return false;
    }
    return true;
}

/* Open the directory, and keep other writers of ours out. */
static enum save_result open_directory(struct save *save)
{
    char *copy = memory_copy_string(save->target), *base = memory_copy_string(save->target);
    const char *directory = dirname(copy);
    int error = 0;

    save->name = memory_copy_string(basename(base));
    if (!save->file->exists)
        error = -user_directory_make(directory);
    if (error == 0) {
        save->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (save->directory < 0 || fstat(save->directory, &save->directory_status) < 0)
            error = errno;
    }
    free(copy);
    free(base);
    if (error)
        return fail(save, "cannot open its directory", error);
    if (flock(save->directory, LOCK_EX | LOCK_NB) < 0)
        if (errno == EWOULDBLOCK) /* not every file system has locks */
            return refuse(save, "another procwatch is saving right now");
    return SAVE_DONE;
}

/* A new file of root's in somebody's directory would be theirs to read but not to
 * change: only the caller of sudo gets one, and owns it. */
static bool may_create(const struct save *save)
{
    uid_t owner = save->directory_status.st_uid;

    return save->file->exists || geteuid() != 0 || owner == 0 ||
           owner == input_file_trusted_uid();
}

static enum save_result save_with_lock(struct save *save)
{
    int error;

    if (!may_create(save))
        return refuse(save, "its directory belongs to another user");
    if (save->file->exists && !S_ISREG(save->file->status.st_mode))
        return refuse(save, "not a regular file");
    if (!(save->flags & SAVE_IN_PLACE) && save->file->exists) {
        const char *why = save_why_in_place(save);

        if (why) {
            strbuf_add_format(save->error, "%s: %s, so it can only be overwritten in place",
                              save->target, why);
            return SAVE_NEEDS_ASKING;
        }
    }
    if (has_other_text(save->file)) {
        strbuf_add_format(save->error, "%s changed on disk since it was read", save->target);
        return SAVE_CHANGED;
    }
    error = save->flags & SAVE_IN_PLACE ? save_in_place(save) : save_by_rename(save);
    if (error == -EBUSY && !(save->flags & SAVE_IN_PLACE)) {
        strbuf_add_format(save->error,
                          "%s: is a mount point of its own, so it can only be overwritten in "
                          "place",
                          save->target);
        return SAVE_NEEDS_ASKING;
    }
    if (error == -ESTALE) {
        strbuf_add_format(save->error, "%s changed on disk while it was being saved",
                          save->target);
        return SAVE_CHANGED;
    }
    return error < 0 ? fail(save, save->step, -error) : SAVE_DONE;
}

static void remember_text(struct config_file *file, struct span text)
{
    strbuf_clear(&file->text);
    strbuf_add_span(&file->text, text);
    sha256_of(text.at, span_length(text), &file->digest);
    file->exists = stat(file->path, &file->status) == 0;
}

enum save_result config_file_save(struct config_file *file, struct span text, unsigned flags,
                                  struct strbuf *error)
{
    struct strbuf copy = {0}; /* text may stand in the file's own buffer */
    struct save save = {
        .file = file, .flags = flags, .error = error, .directory = -1, .step = "cannot save"};
    enum save_result result = SAVE_FAILED;

    strbuf_add_span(&copy, text);
    save.text = strbuf_span(&copy);
    if (resolve(&save)) {
        result = open_directory(&save);
        if (result == SAVE_DONE)
            result = save_with_lock(&save);
    }
    if (result == SAVE_DONE)
        remember_text(file, save.text);
    if (save.directory >= 0)
        close(save.directory); /* and the lock with it */
    free(save.target);
    free(save.name);
    strbuf_release(&copy);
    return result;
}
