/* SPDX-License-Identifier: MIT */
/*
 * sockets - the socket tables of network namespaces, each read once a pass: our
 * own through sock_diag, others (and where netlink is refused) from the text
 * files in the net directory of any process that lives there.
 */
#ifndef GATHER_SOCKETS_H
#define GATHER_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gather/newcomers.h"
#include "gather/procfs.h"
#include "model/snapshot.h"

/* All namespaces together; what is beyond is dropped, and the snapshot says so. */
enum { SOCKETS_MAX = 100000 };

struct socket_namespace {
    uint64_t ns_net;
    enum fact_state state;
};

struct sockets {
    const struct procfs *procfs;
    struct snapshot_builder *builder; /* of this pass */
    uint64_t own_net;
    size_t count;               /* added in this pass */
    struct newcomers newcomers; /* from one pass over everybody to the next */
    bool counts_newcomers;
    struct socket_namespace *namespaces;
    size_t namespace_count;
    size_t namespace_capacity;
    struct strbuf text;
    bool is_truncated;
};

void sockets_init(struct sockets *sockets, const struct procfs *procfs, uint64_t own_net);
void sockets_release(struct sockets *sockets);

/* At the start of a pass; over everybody, or a look at one process. */
void sockets_begin(struct sockets *sockets, struct snapshot_builder *builder, bool is_focus);

/* Read the table of our own namespace, once a pass. */
enum fact_state sockets_read_own(struct sockets *sockets);

/* Make sure that the namespace's table was read in this pass; through that
 * process's directory if it is not our own. */
enum fact_state sockets_need(struct sockets *sockets, uint64_t ns_net, int process_directory);

/* Whether a table is there already, so that no file need be opened. */
bool sockets_has(const struct sockets *sockets, uint64_t ns_net);

/* Add one socket to the snapshot. Without an inode it has no owner and is left
 * out. False when the cap is reached. */
bool sockets_add(struct sockets *sockets, uint64_t ns_net, struct socket *socket);

#endif
