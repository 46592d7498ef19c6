/* SPDX-License-Identifier: MIT */
/*
 * row - one process with all that is known about it, and what follows from it.
 */
#ifndef VIEW_ROW_H
#define VIEW_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "model/relations.h"
#include "model/score.h"
#include "model/snapshot.h"
#include "view/cgroup.h"

struct history;

struct row {
    const struct snapshot *snapshot;
    const struct relations *relations;
    const struct scores *scores;
    const struct process *process;
    const struct verdict *verdict;
    const struct history *history; /* NULL: none is kept */
    const struct thread *thread;   /* of the process: the row is its; NULL: the process's */
    enum text_style style;
};

/* The mark of the severity, so that it never hangs on a colour alone: "!!", "!",
 * ".", "w" for whitelisted, or "". */
const char *verdict_mark(const struct verdict *verdict);

/* Its reasons, the highest score first; NULL when there is none. */
const struct reason *row_reasons(const struct row *row);

/* The process's sockets that are wanted, each once and by inode: how many, and a list of
 * them to be freed. */
size_t row_sockets(const struct row *row, bool (*is_wanted)(const struct socket *socket),
                   const struct socket ***ret_sockets);

/* How many they are. */
size_t row_count_sockets(const struct row *row, bool (*is_wanted)(const struct socket *socket));

/* Distinct sockets over which the process talks to somebody it called. */
size_t row_outbound_count(const struct row *row);

/* The innermost systemd unit, or an empty span. */
struct span row_unit(const struct row *row);

/* The number that stands in the row: of the thread, or of the process. */
int32_t row_pid(const struct row *row);

/* An empty id when it is in no container that its control group names. */
struct container_name row_container(const struct row *row);

/* Name of the parent; empty when that is not in the snapshot. */
struct text_ref row_parent_name(const struct row *row);

/* Whether its name, command line or executable contains the text, case ignored; of a
 * thread, its name. */
bool row_contains(const struct row *row, const char *text);

#endif
