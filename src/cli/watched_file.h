/* SPDX-License-Identifier: MIT */
/*
 * watched_file - whether a file is another than when it was looked at last: by
 * its inode, size and times, so that a replaced one and one written in place
 * both count.
 */
#ifndef CLI_WATCHED_FILE_H
#define CLI_WATCHED_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct watched_file {
    uint64_t device, inode, size;
    int64_t modified_ns, changed_ns;
};

/* Take what is there now (nothing, for NULL) and say whether it is another. */
bool watched_file_has_changed(struct watched_file *file, const char *path);

#endif
