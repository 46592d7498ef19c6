/* SPDX-License-Identifier: MIT */
/*
 * evidence - the exact artefact behind a finding, in one way of writing for all
 * checks. Raw: whoever shows it makes it printable.
 */
#ifndef HEURISTICS_EVIDENCE_H
#define HEURISTICS_EVIDENCE_H

#include "base/strbuf.h"
#include "heuristics/heuristic.h"

/* What a piece of evidence may take of one command line. */
enum { EVIDENCE_TEXT_MAX = 240 };

/* "pid 335 /opt/x/watchd". */
void evidence_add_process(struct strbuf *evidence, const struct snapshot *snapshot,
                          const struct process *process);

/* "fd 0 -> tcp 127.0.0.1:33922 -> 127.0.0.1:4444 ESTABLISHED". */
void evidence_add_connection(struct strbuf *evidence, const struct snapshot *snapshot,
                             const struct connection *connection);

/* The line of /proc/PID/maps. */
void evidence_add_map(struct strbuf *evidence, const struct snapshot *snapshot,
                      const struct map *map);

/* The arguments with blanks between, clipped. */
void evidence_add_command(struct strbuf *evidence, const struct snapshot *snapshot,
                          const struct process *process);

#endif
