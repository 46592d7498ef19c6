/* SPDX-License-Identifier: MIT */
/*
 * filter - which system calls a process of ours may still make, so that one that is
 * taken over can do little with what privileges it has. The one home of libseccomp;
 * without it there are no filters, and everything else holds.
 */
#ifndef ENGINE_FILTER_H
#define ENGINE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

enum filter_kind {
    FILTER_READER, /* reads, and writes to nothing but the given descriptors; no exec, no
                    * signal, no ptrace: CAP_SYS_PTRACE is then the right to read */
    FILTER_DEED,   /* no exec, no ptrace */
    FILTER_SCREEN, /* no ptrace; it may start the user's editor */
    FILTER_SEALED, /* nothing but reading files, and reading and writing what is open */
};

/* Were we built with libseccomp? */
bool filter_is_available(void);

/* For the calling process and what it starts, for good; needs no_new_privs. Calls that
 * are not allowed fail with EPERM. Negative errno; 0 also where there are no filters:
 * without libseccomp, under a sanitizer, or in a kernel that has none. */
int filter_apply(enum filter_kind kind, const int *written, size_t written_count);

#endif
