/* SPDX-License-Identifier: MIT */
/*
 * census_record - what the programs of the census say of a process, and census_stream
 * reads: the one place where both sides agree. Records follow each other without a gap,
 * so their bytes are aligned to nothing.
 *
 * The start time and the switches are how whoever reads it knows that it is about the
 * process at hand, and that this one did not run since.
 */
#ifndef GATHER_CENSUS_RECORD_H
#define GATHER_CENSUS_RECORD_H

#include <stdint.h>

struct census_head {
    int32_t pid;       /* in the pid namespace of whoever reads */
    uint32_t size;     /* of the whole record, this included */
    uint64_t start_ns; /* since boot */
    uint64_t switches; /* of the first thread, voluntary and not */
};

enum census_flag {
    CENSUS_ROOT_IS_OURS = 1 << 0, /* the directory that whoever reads has as his root */
    CENSUS_CWD_IS_ROOT = 1 << 1,  /* it works in that one */
};

struct census_task {
    struct census_head head;
    uint32_t loginuid;
    uint32_t ns_net, ns_mnt, ns_user; /* inode numbers, as the links in /proc/PID/ns say */
    uint32_t flags;
    uint32_t unused;
};

/* One for each descriptor that is open, ascending; behind it the text of its link in
 * /proc/PID/fd with a NUL. Without a text it does not fit. */
enum { CENSUS_TEXT_MAX = 448 };

struct census_descriptor {
    struct census_head head;
    int32_t fd;
    uint32_t unused;
};

enum { CENSUS_RECORD_MAX = sizeof(struct census_descriptor) + CENSUS_TEXT_MAX };

#endif
