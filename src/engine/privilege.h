/* SPDX-License-Identifier: MIT */
/*
 * privilege - who of our processes may do what, and giving up the rest.
 *
 * As root, whoever parses hostile bytes runs as another user with the two
 * capabilities that reading /proc needs; only the keeper, which parses none,
 * keeps more. As an ordinary user there is nothing to give up but what could be
 * gained. The one home of libcap-ng.
 */
#ifndef ENGINE_PRIVILEGE_H
#define ENGINE_PRIVILEGE_H

#include <stdbool.h>

#include "base/strbuf.h"

enum privilege_role {
    PRIVILEGE_KEEPER, /* keeps what it has */
    PRIVILEGE_READER, /* collector and file worker: read every process, nothing else */
    PRIVILEGE_ACTOR,  /* sends a signal, and reads whether it is the right process */
    PRIVILEGE_DUMPER, /* copies what a process leaves behind into a directory of ours */
    PRIVILEGE_SAVER,  /* writes a file for its owner, and keeps owner and mode */
    PRIVILEGE_LOADER, /* the screen while it loads its configuration: read files */
    PRIVILEGE_SCREEN, /* none */
    PRIVILEGE_ROLE_COUNT
};

/* For the calling process, before it has threads; cannot be taken back. What
 * the process does not have is not asked for. Negative errno when something
 * could not be given up: the process then must not go on. */
int privilege_drop(enum privilege_role role);

/* Whether the calling process may have the kernel run a program. */
bool privilege_may_load_bpf(void);

/* What the calling process has now, one line: "uid 65534, cap_sys_ptrace
 * cap_dac_read_search, no new privileges, not dumpable". */
void privilege_describe(struct strbuf *out);

#endif
