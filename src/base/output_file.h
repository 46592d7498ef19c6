/* SPDX-License-Identifier: MIT */
/*
 * output_file - files that we write whole: whoever reads sees the old one or the
 * new one, also after a power cut, and never a part.
 */
#ifndef BASE_OUTPUT_FILE_H
#define BASE_OUTPUT_FILE_H

#include <sys/stat.h>

#include "base/span.h"

/* All of it, however often the kernel takes only a part or a signal comes; 0 or a
 * negative errno, and then some of it may be written. */
int output_file_write(int fd, struct span text);

/* The same, from that offset on; pwrite(2). */
int output_file_write_at(int fd, uint64_t offset, struct span text);

/* To add to what is there, 0600 when it is new; never through a link, never to anything but
 * a file. The descriptor, or a negative errno; -EINVAL: no regular file. */
int output_file_open_end(const char *path);

/* Write beside the file, flush to disk, and rename over it; 0 or a negative
 * errno, and then what was there is there. */
int output_file_replace(const char *path, struct span text, mode_t mode);

#endif
