/* SPDX-License-Identifier: MIT */
/*
 * tree_writer - new files and links below a new directory that nobody else can
 * look into: 0700, files 0600, nothing that is there already is touched.
 */
#ifndef GATHER_TREE_WRITER_H
#define GATHER_TREE_WRITER_H

#include "base/span.h"

/* Make the directory, which must not exist, and open it. -errno or descriptor. */
int tree_create(const char *path);

/* A directory below another; may exist already, made by us. */
int tree_make_directory(int directory, const char *name);

/* A file at a path below the directory; its parents are made. 0 or -errno. */
int tree_write(int directory, const char *path, struct span text);

/* The same for a symbolic link. */
int tree_link(int directory, const char *path, const char *target);

#endif
