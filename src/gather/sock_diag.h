/* SPDX-License-Identifier: MIT */
/*
 * sock_diag - all sockets of our own network namespace, from the kernel in
 * binary form (sock_diag(7)), by libmnl.
 */
#ifndef GATHER_SOCK_DIAG_H
#define GATHER_SOCK_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/process.h"

/* Called for each socket that has an inode. False ends the dump. */
typedef bool sock_diag_take(void *context, struct socket *socket);

struct mnl_socket;

/* Negative errno. */
int sock_diag_open(struct mnl_socket **ret_netlink);
void sock_diag_close(struct mnl_socket *netlink);

/* One dump of AF_INET or AF_INET6 with IPPROTO_TCP or IPPROTO_UDP, or of AF_UNIX
 * with protocol 0: of those only the ones that have a peer. 0 or -errno;
 * -ENOENT when the kernel lacks the module for it. */
int sock_diag_dump(struct mnl_socket *netlink, uint8_t family, uint8_t protocol,
                   sock_diag_take *take, void *context);

/* One message of the answer to a dump of that family; is_last is set when nothing
 * follows. 0 or -errno. The bytes are aligned for a nlmsghdr. */
struct sock_diag_answer {
    uint8_t family;
    uint8_t protocol;
    uint32_t sequence, port; /* of the request; 0: of any */
    bool is_last;
};
int sock_diag_parse(struct sock_diag_answer *answer, const void *bytes, size_t size,
                    sock_diag_take *take, void *context);

#endif
