/* SPDX-License-Identifier: MIT */
/*
 * preloads - libraries that are put into programs from outside: the host's
 * /etc/ld.so.preload, and what is in our own process without being needed. Who
 * is in us can lie about everything we read through the C library.
 */
#ifndef GATHER_PRELOADS_H
#define GATHER_PRELOADS_H

#include "base/strbuf.h"
#include "gather/procfs.h"

/* Content of /etc/ld.so.preload, or of "ld.so.preload" in a recording; empty
 * when there is none. Without the newlines at its end. */
void preloads_of_host(const struct procfs *procfs, struct strbuf *ret_text);

/* Path of a library in this very process that neither the program nor any
 * library it is linked with asks for; empty when there is none. To be asked
 * before anything is loaded on purpose. */
void preloads_of_ourselves(struct strbuf *ret_path);

#endif
