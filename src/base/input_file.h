/* SPDX-License-Identifier: MIT */
/*
 * input_file - files that a user names or that lie where we look: configurations,
 * themes, models. Reading one never hangs on a FIFO, never takes more than a cap,
 * and tells root when a lesser user could have written it.
 */
#ifndef BASE_INPUT_FILE_H
#define BASE_INPUT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/strbuf.h"

/* Read a regular file whole. Appends to ret_text; ret_status may be NULL. Fails
 * with -EFBIG beyond cap bytes, -EINVAL when it is no regular file, else with the
 * errno of open(2) or read(2). */
int input_file_read(const char *path, size_t cap, struct strbuf *ret_text,
                    struct stat *ret_status);

/* So many bytes from that offset of an open file, pread(2). 0, or a negative errno; -ENODATA
 * when the file ends before. */
int input_file_read_at(int fd, uint64_t offset, void *ret_bytes, size_t size);

/* Append the path that names the file wherever one stands. 0, or a negative errno when we
 * stand nowhere. */
int input_file_add_absolute(const char *path, struct strbuf *out);

/* What is wrong, for a message: input_file_error(-EINVAL) is "not a regular file". */
const char *input_file_error(int error);

/*
 * Why a privileged process should not take orders from the file: it, or a
 * directory above it, belongs to a user who is neither root nor trusted, or can
 * be written by group or others (a sticky directory may). NULL when it is safe;
 * else a text to be freed. trusted is a second uid besides root.
 */
char *input_file_distrust(const char *path, uid_t trusted);

/* Who called sudo(8): SUDO_UID when we are root, else our own effective uid. */
uid_t input_file_trusted_uid(void);

#endif
