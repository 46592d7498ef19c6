/* SPDX-License-Identifier: MIT */
/*
 * listen - the sockets that the server listens on.
 */
#ifndef API_LISTEN_H
#define API_LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>

/* Each returns a non-blocking, close-on-exec descriptor or a negative errno. */

/* Mode 0600. A socket that an earlier run left is replaced; anything else at
 * that path is not touched (-EADDRINUSE). */
int listen_unix(const char *path);

/* The first address of the host. */
int listen_tcp(const char *host, unsigned port);

/* The one that systemd.socket(5) passed, by LISTEN_PID and LISTEN_FDS; -ENOENT
 * when there is none, -EINVAL when it is no listening stream socket or one of
 * several. To be called before anything else is opened. */
int listen_inherited(void);

/* Only this machine can reach it: a Unix socket, or one bound to loopback. */
bool listen_is_local(int fd);

/* The local address of a TCP connection, as text; one of version 4 as such also on a
 * socket of version 6. */
bool listen_address(int fd, char (*ret_text)[INET6_ADDRSTRLEN]);

/* The local port, 0 when the descriptor is no TCP socket. */
unsigned listen_port(int fd);

#endif
