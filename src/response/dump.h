/* SPDX-License-Identifier: MIT */
/*
 * dump - what a process leaves behind once it is gone: its executable and what
 * the kernel said about it, kept in a directory nobody else may read.
 *
 * Copies bytes and understands none of them, apart from masking what looks like
 * a secret in the command line and the environment. Reads may hang with the
 * process: run it where that does not matter.
 */
#ifndef RESPONSE_DUMP_H
#define RESPONSE_DUMP_H

#include <stdint.h>

#include "base/span.h"
#include "response/dump_memory.h"

enum { DUMP_NAME_SIZE = 64 };

enum dump_flags {
    DUMP_SECRETS = 1 << 0, /* command line and environment as they are */
};

/* Open the directory that dumps go to; it is made when it is not there (0700).
 * A descriptor or a negative errno: -EPERM when it belongs to another user, or
 * others may write to it. */
int dump_open_directory(const char *path);

struct dump_request {
    int directory; /* descriptor; the dump becomes a directory in it */
    int32_t pid;
    uint64_t starttime;
    struct span reasons; /* JSON, stored as it is */
    unsigned flags;
    struct dump_memory memory; /* beside: as it is, with whatever secrets are in it */
};

/*
 * Make the directory "PID_STARTTIME_RANDOM" (0700) with exe, cmdline, environ,
 * maps, status, sockets, parents and more (0600, each up to a cap), reasons.json, SHA256SUMS
 * for sha256sum -c, and problems.txt with what could not be had or was cut off. Memory that
 * was chosen is in files memory-START-END (64 MiB each, 256 MiB in all). Returns 0 or a
 * negative errno: -ENOSPC when the disk would be left with less than 64 MiB, -ESRCH when the
 * process is gone or its pid is another one by now. *ret_name is the directory's name.
 */
int dump_process(const struct dump_request *request, char (*ret_name)[DUMP_NAME_SIZE]);

/* What such an errno says to whoever wanted the dump; also -ETIMEDOUT, when whoever
 * made it had to be ended. */
const char *dump_error_text(int error);

#endif
