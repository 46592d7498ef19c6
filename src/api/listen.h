/* SPDX-License-Identifier: MIT */
/*
 * listen - the sockets that the server listens on.
 */
#ifndef API_LISTEN_H
#define API_LISTEN_H

/* Each returns a non-blocking, close-on-exec descriptor or a negative errno. */

/* Mode 0600. A socket that an earlier run left is replaced; anything else at
 * that path is not touched (-EADDRINUSE). */
int listen_unix(const char *path);

/* The first address of the host. */
int listen_tcp(const char *host, unsigned port);

/* The local port, 0 when the descriptor is no TCP socket. */
unsigned listen_port(int fd);

#endif
