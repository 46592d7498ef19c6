/* SPDX-License-Identifier: MIT */
#include "cli/watched_file.h"

#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"

bool watched_file_has_changed(struct watched_file *file, const char *path)
{
    struct watched_file now = {0};
    struct stat status;

    if (path && stat(path, &status) == 0)
        now = (struct watched_file){
            .device = status.st_dev,
            .inode = status.st_ino,
            .size = (uint64_t)status.st_size,
            .modified_ns = clock_ns_of(status.st_mtim),
            .changed_ns = clock_ns_of(status.st_ctim),
        };
    bool has_changed = memcmp(&now, file, sizeof now) != 0;
    *file = now;
    return has_changed;
}
