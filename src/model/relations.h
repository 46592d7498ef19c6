/* SPDX-License-Identifier: MIT */
/*
 * relations - who belongs to whom: built once a snapshot, so that every check
 * is a pure function that only looks things up.
 */
#ifndef MODEL_RELATIONS_H
#define MODEL_RELATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

/* One descriptor of one process that is a known socket. */
struct connection {
    uint32_t process; /* index in the snapshot */
    uint32_t socket;  /* index in the snapshot */
    int32_t fd;
};

/* One descriptor of one process that others may refer to as well. */
struct holder {
    uint64_t of; /* inode of a pipe or socket; tty-index of a master, +1; port that is
                  * listened on; pid of a tracer */
    uint32_t process;
    int32_t fd; /* -1: traced */
};

/* By what they hold, then by process and descriptor. */
struct holders {
    struct holder *items;
    size_t count, capacity;
};

struct relations {
    const struct snapshot *snapshot;
    uint32_t *parents;      /* by process: index of the parent, or RELATION_NONE */
    struct range *children; /* by process: range of child_list */
    uint32_t *child_list;
    struct range *connections_of; /* by process: range of connections, by fd */
    struct connection *connections;
    size_t connection_count;
    struct holders pipes, sockets, masters; /* sockets: those of the snapshot */
    struct holders listeners;               /* on TCP ports, whatever the address */
    struct holders traced;                  /* by their tracers */
    uint32_t *descriptor_kinds;             /* by process: those it has, a bit for each kind */
};

#define RELATION_NONE UINT32_MAX

/* Reads the snapshot, which must outlive the relations. */
struct relations *relations_new(const struct snapshot *snapshot);
void relations_free(struct relations *relations);

/* The parent's record, or NULL. Safe against loops: a parent is only accepted
 * when it started no later than the child. */
const struct process *relations_parent(const struct relations *relations,
                                       const struct process *process);

/* Whether descendant has ancestor among its parents, itself not included. */
bool relations_is_ancestor(const struct relations *relations, const struct process *ancestor,
                           const struct process *descendant);

/* The process's connections: *ret_count of them, by descriptor. */
const struct connection *relations_connections(const struct relations *relations,
                                               const struct process *process,
                                               uint32_t *ret_count);

/* Who has that pipe, socket or master of a terminal open: *ret_count of them, or NULL.
 * Every devpts counts from 0, so that masters of one index need not be of one terminal. */
const struct holder *relations_pipe_holders(const struct relations *relations, uint64_t inode,
                                            size_t *ret_count);
const struct holder *relations_socket_holders(const struct relations *relations, uint64_t inode,
                                              size_t *ret_count);
const struct holder *relations_master_holders(const struct relations *relations, uint64_t index,
                                              size_t *ret_count);

/* Who listens on that TCP port, in any namespace. */
const struct holder *relations_listeners(const struct relations *relations, uint16_t port,
                                         size_t *ret_count);

/* Whom the process of that pid traces. */
const struct holder *relations_traced(const struct relations *relations, int32_t tracer_pid,
                                      size_t *ret_count);

/* The socket of that inode, or NULL. */
const struct socket *relations_socket(const struct relations *relations, uint64_t inode);

#endif
