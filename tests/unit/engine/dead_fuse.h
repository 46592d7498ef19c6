/* SPDX-License-Identifier: MIT */
/*
 * dead_fuse - a FUSE file system whose server does not answer when a file on it
 * is closed: whoever is in the middle of exec(2) then hangs there, and every
 * read of its stat, maps or exe hangs with it.
 *
 * Needs root and /dev/fuse. Lives in the mount namespace of its caller.
 */
#ifndef TESTS_DEAD_FUSE_H
#define TESTS_DEAD_FUSE_H

#include <stdbool.h>
#include <sys/types.h>

struct dead_fuse {
    char directory[64];
    char file[80]; /* to be opened */
    int device;    /* the connection ends with the last copy of this */
    pid_t server;
};

/* False when this machine does not let us. */
bool dead_fuse_mount(struct dead_fuse *fuse);

/* Whoever hangs goes on. */
void dead_fuse_abort(struct dead_fuse *fuse);

#endif
