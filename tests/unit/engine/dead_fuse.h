/* SPDX-License-Identifier: MIT */
/*
 * dead_fuse - a FUSE file system with one file, whose server does not answer.
 *
 * Never when the file is closed: whoever is in the middle of exec(2) then hangs
 * there, and every read of its stat, maps or exe hangs with it. And nothing at
 * all once it is dead: whoever asks for the file cannot even be killed.
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
    int hold;      /* its keeper cleans up when this is closed */
    _Atomic bool *is_dead;
    _Atomic int *failing_reads; /* once dead: the next reads fail, before none is answered */
    pid_t keeper;
};

/* The file is a copy of that one. False when this machine does not let us. */
bool dead_fuse_mount(struct dead_fuse *fuse, const char *content);

/* Whoever hangs goes on, and nothing is left. Needs no privilege any more, and
 * does nothing the second time. */
void dead_fuse_abort(struct dead_fuse *fuse);

#endif
