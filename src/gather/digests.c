/* SPDX-License-Identifier: MIT */
#include "gather/digests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* Beyond that many different files the table starts over. */
enum { ENTRY_COUNT_MAX = 16384 };

void digests_release(struct digests *digests)
{
    free(digests->items);
    *digests = (struct digests){0};
}

static int compare_keys(const struct exe_file *a, const struct exe_file *b)
{
    if (a->ino != b->ino)
        return a->ino < b->ino ? -1 : 1;
    if (a->dev != b->dev)
        return a->dev < b->dev ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    if (a->mtime_ns != b->mtime_ns)
        return a->mtime_ns < b->mtime_ns ? -1 : 1;
    return (a->ctime_ns > b->ctime_ns) - (a->ctime_ns < b->ctime_ns);
}

static size_t place_of(const struct digests *digests, const struct exe_file *file)
{
    size_t low = 0, high = digests->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(&digests->items[middle].file, file) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep(struct digests *digests, const struct exe_file *file,
                 const struct sha256 *digest)
{
    if (digests->count == ENTRY_COUNT_MAX)
        digests->count = 0;
    size_t place = place_of(digests, file);
    digests->items =
        memory_grow(digests->items, digests->count, &digests->capacity, sizeof *digests->items);
    memmove(digests->items + place + 1, digests->items + place,
            (digests->count - place) * sizeof *digests->items);
    digests->items[place] = (struct digest_entry){*file, *digest};
    digests->count++;
}

static bool is_that_file(int fd, const struct exe_file *file)
{
    struct stat now;

    return fstat(fd, &now) == 0 && S_ISREG(now.st_mode) && now.st_dev == file->dev &&
           now.st_ino == file->ino;
}

enum fact_state digests_of_exe(struct digests *digests, int process_directory,
                               const struct exe_file *file, struct sha256 *ret_digest)
{
    size_t place = place_of(digests, file);

    if (place < digests->count && compare_keys(&digests->items[place].file, file) == 0) {
        *ret_digest = digests->items[place].digest;
        return FACT_KNOWN;
    }
    if (!S_ISREG(file->mode) || !(file->flags & EXE_ON_LOCAL_FS))
        return FACT_FAILED;
    if (file->size > DIGESTS_FILE_SIZE_MAX)
        return FACT_TRUNCATED;

    int fd = openat(process_directory, "exe", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES || errno == EPERM ? FACT_DENIED : FACT_FAILED;
    int error = is_that_file(fd, file) ? sha256_of_file(fd, DIGESTS_FILE_SIZE_MAX, ret_digest)
                                       : -ESTALE; /* it called exec meanwhile */
    close(fd);
    if (error)
        return error == -EFBIG ? FACT_TRUNCATED : FACT_FAILED;
    keep(digests, file, ret_digest);
    return FACT_KNOWN;
}
