/* SPDX-License-Identifier: MIT */
/*
 * guard - who may ask: pure checks on what a client sent, and the token file.
 *
 * A web page that an admin has open can make requests to loopback, also under a
 * name that the attacker's DNS points there. So the Host header must be one of
 * ours, literally, and a request with an Origin is refused.
 */
#ifndef API_GUARD_H
#define API_GUARD_H

#include <stdbool.h>
#include <stddef.h>

enum { GUARD_TOKEN_BYTES = 32, GUARD_TOKEN_SIZE = 2 * GUARD_TOKEN_BYTES + 1 };

/* "localhost", "127.0.0.1" or "[::1]", or one of the names (separated by commas; "" for
 * none), each with or without the port. */
bool guard_is_our_host(const char *header, const char *names, unsigned port);

/* "Bearer TOKEN"; takes the same time wherever the difference is. */
bool guard_token_matches(const char *authorization, const char *token);

/* An address of 127.0.0.0/8, ::1 or "localhost": reachable from this machine alone. */
bool guard_is_loopback(const char *host);

/* Read the token from a file, or make one (32 random bytes in hexadecimal, mode
 * 0600) when there is no such file. Negative errno: -EPERM when others can read
 * it, -EBADMSG when it is no token. */
int guard_read_token(const char *path, char (*ret_token)[GUARD_TOKEN_SIZE]);

#endif
