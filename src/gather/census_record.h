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
    uint64_t runtime_ns, arrivals; /* as schedstat says them */
    uint64_t cap_permitted, cap_effective, cap_ambient;
    uint64_t task_flags;     /* the kernel's atomic_flags */
    uint32_t uid[4], gid[4]; /* in the order of status */
    uint32_t state;          /* the kernel's __state */
    uint32_t ptrace;         /* 0: it has no tracer */
    uint32_t seccomp;        /* its mode */
    uint32_t levels;         /* of pid namespaces, from that of whoever reads down to its own */
    uint32_t loginuid;
    uint32_t ns_net, ns_mnt, ns_user; /* inode numbers, as the links in /proc/PID/ns say */
    uint32_t flags;                   /* enum census_flag */
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
