/* SPDX-License-Identifier: MIT */
#include "gather/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/memory.h"

enum { FIRST_READ = 4096, LISTING_SIZE = 32 * 1024 };

static bool has_processes(int root)
{
    struct procfs_numbers pids = {0};
    bool has = procfs_list(root, &pids) == 0 && pids.count > 0;

    procfs_numbers_release(&pids);
    return has;
}

int procfs_open(struct procfs *procfs, const char *proc_root, const char **ret_reason)
{
    const char *path = proc_root ? proc_root : "/proc";
    struct statfs file_system;
    int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (root < 0) {
        int error = -errno;
        *ret_reason = proc_root ? "the recording cannot be opened" : "/proc cannot be opened";
        return error;
    }
    /* An empty directory, or a tree made to look like /proc, would read as "no
     * process is suspicious", or hang us with a FIFO behind a name. */
    if (!proc_root && (fstatfs(root, &file_system) != 0 ||
                       file_system.f_type != (__fsword_t)PROC_SUPER_MAGIC)) {
        close(root);
        *ret_reason = "/proc is not a proc file system: mount -t proc proc /proc";
        return -ENOTSUP;
    }
    if (proc_root && !has_processes(root)) {
        close(root);
        *ret_reason = "the recording holds no process";
        return -ENODATA;
    }
    *procfs = (struct procfs){.root = root, .is_live = !proc_root};
    return 0;
}

void procfs_close(struct procfs *procfs)
{
    close(procfs->root);
}

/* Whoever made the recording may have planted links to our own files. */
static int open_recorded(int directory, const char *path, int flags)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    struct stat file;
    int fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);

    if (fd < 0)
        return -errno;
    if (!(flags & O_DIRECTORY) && (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))) {
        close(fd);
        return -EINVAL;
    }
    return fd;
}

/* Whoever mounts over /proc/PID, or a file in it, hides it behind what he likes,
 * a FUSE that hangs among others. Linux 5.6 can be told to stop there. */
static int open_live(int directory, const char *path, int flags)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .resolve = RESOLVE_NO_XDEV,
    };
    int fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);

    if (fd < 0 && errno == ENOSYS)
        fd = openat(directory, path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int procfs_open_directory(const struct procfs *procfs, int directory, const char *path)
{
    int flags = O_RDONLY | O_DIRECTORY;

    return procfs->is_live ? open_live(directory, path, flags)
                           : open_recorded(directory, path, flags);
}

const char *procfs_name(int32_t number, char (*buffer)[PROCFS_NAME_SIZE])
{
    char *at = *buffer + sizeof *buffer - 1;
    uint32_t rest = (uint32_t)number;

    *at = '\0';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    return at;
}

int procfs_open_process(const struct procfs *procfs, int32_t pid)
{
    char name[PROCFS_NAME_SIZE];

    return procfs_open_directory(procfs, procfs->root, procfs_name(pid, &name));
}

int procfs_open_file(const struct procfs *procfs, int directory, const char *path)
{
    int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

    return procfs->is_live ? open_live(directory, path, flags)
                           : open_recorded(directory, path, flags);
}

static int read_all(int fd, size_t cap, bool is_one_piece, struct strbuf *buffer)
{
    strbuf_clear(buffer);
    strbuf_reserve(buffer, FIRST_READ + 1);
    for (;;) {
        /* One byte beyond the cap tells "exactly full" from "more". */
        size_t room = buffer->capacity - buffer->length - 1;
        if (room > cap + 1 - buffer->length)
            room = cap + 1 - buffer->length;

        ssize_t got = read(fd, buffer->bytes + buffer->length, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        buffer->length += (size_t)got;
        buffer->bytes[buffer->length] = '\0';
        if (buffer->length > cap) {
            strbuf_truncate(buffer, cap);
            return PROCFS_TRUNCATED;
        }
        if (got == 0 || (is_one_piece && (size_t)got < room))
            return 0;
        if ((size_t)got == room)
            strbuf_reserve(buffer, buffer->length);
    }
}

static int read_and_close(int fd, size_t cap, bool is_one_piece, struct strbuf *buffer)
{
    if (fd < 0)
        return fd;
    int result = read_all(fd, cap, is_one_piece, buffer);
    close(fd);
    return result;
}

int procfs_read(const struct procfs *procfs, int directory, const char *path, size_t cap,
                struct strbuf *buffer)
{
    return read_and_close(procfs_open_file(procfs, directory, path), cap, false, buffer);
}

int procfs_read_piece(const struct procfs *procfs, int directory, const char *path, size_t cap,
                      struct strbuf *buffer)
{
    return read_and_close(procfs_open_file(procfs, directory, path), cap, true, buffer);
}

int procfs_read_link(int directory, const char *path, struct strbuf *buffer)
{
    strbuf_clear(buffer);
    strbuf_reserve(buffer, PATH_MAX + 1);

    ssize_t length = readlinkat(directory, path, buffer->bytes, PATH_MAX);
    if (length < 0)
        return -errno;
    if (length == PATH_MAX)
        return -ENAMETOOLONG;
    buffer->length = (size_t)length;
    buffer->bytes[length] = '\0';
    return 0;
}

/* Plain digits without a leading zero, as the kernel writes a pid. */
static bool is_number(const char *name, int32_t *ret_number)
{
    uint64_t number;

    if ((name[0] == '0' && name[1] != '\0') || !span_is_u64(span_of_string(name), &number) ||
        number > INT32_MAX)
        return false;
    *ret_number = (int32_t)number;
    return true;
}

void procfs_numbers_add(struct procfs_numbers *numbers, int32_t number)
{
    numbers->items =
        memory_grow(numbers->items, numbers->count, &numbers->capacity, sizeof *numbers->items);
    numbers->items[numbers->count++] = number;
}

static void add_entry(struct procfs_numbers *numbers, const struct dirent64 *entry)
{
    int32_t number;

    if (is_number(entry->d_name, &number)) {
        procfs_numbers_add(numbers, number);
    } else if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
        numbers->directories++;
    }
}

static int compare_numbers(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

    return (a > b) - (a < b);
}

bool procfs_numbers_have(const struct procfs_numbers *numbers, int32_t number)
{
    return numbers->count > 0 && bsearch(&number, numbers->items, numbers->count, sizeof number,
                                         compare_numbers) != NULL;
}

static bool is_ascending(const struct procfs_numbers *numbers)
{
    for (size_t i = 1; i < numbers->count; i++)
        if (numbers->items[i - 1] >= numbers->items[i])
            return false;
    return true;
}

void procfs_numbers_sort(struct procfs_numbers *numbers)
{
    if (!is_ascending(numbers))
        qsort(numbers->items, numbers->count, sizeof *numbers->items, compare_numbers);
}

/* getdents64(2) itself, not readdir(3): a library that is preloaded into us to
 * hide a process overrides the latter. */
int procfs_list(int directory, struct procfs_numbers *numbers)
{
    char listing[LISTING_SIZE] __attribute__((aligned(__alignof__(struct dirent64))));
    long got;

    numbers->count = 0;
    numbers->directories = 0;
    while ((got = syscall(SYS_getdents64, directory, listing, LISTING_SIZE)) > 0)
        for (long at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(listing + at);
            add_entry(numbers, entry);
            at += entry->d_reclen;
        }
    int error = got < 0 ? -errno : 0;
    procfs_numbers_sort(numbers);
    return error;
}

void procfs_numbers_release(struct procfs_numbers *numbers)
{
    free(numbers->items);
    *numbers = (struct procfs_numbers){0};
}
