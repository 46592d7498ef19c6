/* SPDX-License-Identifier: MIT */
#include "engine/bell.h"

#include <errno.h>
#include <sys/socket.h>

enum {
    /* Whoever keeps ringing cannot keep the silencer busy. */
    SILENCE_TRIES_MAX = 4096,
    /* Whoever waits for a ring may wait for nothing else. */
    RING_TRIES_MAX = 100,
};

int bell_new(int *ret_one, int *ret_other)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    *ret_one = ends[0];
    *ret_other = ends[1];
    return 0;
}

void bell_ring(int end)
{
    for (int tries = 0; tries < RING_TRIES_MAX; tries++)
        if (send(end, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN ||
            errno == EPIPE || errno == ECONNRESET)
            return; /* it rings, it does already, or nobody is there */
}

void bell_silence(int end)
{
    char ignored[64];

    for (int tries = 0; tries < SILENCE_TRIES_MAX; tries++) {
        ssize_t got = recv(end, ignored, sizeof ignored, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EINTR))
            return;
    }
}
