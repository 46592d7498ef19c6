/* SPDX-License-Identifier: MIT */
/*
 * procfs - files and links below /proc, or below a recorded tree that looks
 * like it: opened relative to a directory, read up to a cap.
 *
 * In a recording links are read, never followed, and nothing outside the tree
 * is opened, whatever the recording contains. Knows no format.
 */
#ifndef GATHER_PROCFS_H
#define GATHER_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct procfs {
    int root; /* directory descriptor */
    bool is_live;
};

/* Open /proc, or the recorded tree when proc_root is not NULL. Negative errno
 * with a reason (static text). */
int procfs_open(struct procfs *procfs, const char *proc_root, const char **ret_reason);
void procfs_close(struct procfs *procfs);

/* A directory below another; procfs->root for the first. -errno, or the
 * descriptor. -EXDEV when something is mounted over it: that is not the
 * kernel's word any more, and may hang. The same for files. */
int procfs_open_directory(const struct procfs *procfs, int directory, const char *path);

/* The same, of a process. */
int procfs_open_process(const struct procfs *procfs, int32_t pid);

/* A regular file (or the kernel's idea of one), for reading. */
int procfs_open_file(const struct procfs *procfs, int directory, const char *path);

/* Replace the buffer's content by that of the file, at most cap bytes. Returns
 * 0, PROCFS_TRUNCATED when there was more, or -errno. */
enum { PROCFS_TRUNCATED = 1 };
int procfs_read(const struct procfs *procfs, int directory, const char *path, size_t cap,
                struct strbuf *buffer);

/* The same for a file that the kernel hands over whole, if there is room: those
 * of one record (stat, status, cgroup ...), cmdline and environ. A short read is
 * the end of it, which saves a system call. Not for maps and tables. */
int procfs_read_piece(const struct procfs *procfs, int directory, const char *path, size_t cap,
                      struct strbuf *buffer);

/* A link's text replaces the buffer's content. -ENAMETOOLONG when the kernel
 * cannot say it: the path is longer than PATH_MAX. */
int procfs_read_link(int directory, const char *path, struct strbuf *buffer);

/* The name below /proc of a process, thread or descriptor, whose number is not negative,
 * in the buffer. A dozen are wanted of each process, and printf(3) takes as long for one
 * as parsing its link does. */
enum { PROCFS_NAME_SIZE = 12 };
const char *procfs_name(int32_t number, char (*buffer)[PROCFS_NAME_SIZE]);

/* The numeric names of a directory, ascending, from where its descriptor stands: the start, for
 * one just opened. */
struct procfs_numbers {
    int32_t *items;
    size_t count;
    size_t capacity;
    size_t directories; /* entries that are directories, but no number */
};

bool procfs_numbers_have(const struct procfs_numbers *numbers, int32_t number);
void procfs_numbers_add(struct procfs_numbers *numbers, int32_t number);
void procfs_numbers_sort(struct procfs_numbers *numbers);
int procfs_list(int directory, struct procfs_numbers *numbers);
void procfs_numbers_release(struct procfs_numbers *numbers);

#endif
