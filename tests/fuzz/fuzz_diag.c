/* SPDX-License-Identifier: MIT */
/* Answers of the kernel about sockets: whatever they are, they are read within their
 * bounds, and what is taken from them is a socket of the family asked for. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gather/sock_diag.h"
#include "tests/fuzz/target.h"

static bool take(void *context, struct socket *socket)
{
    const uint8_t *family = context;

    if (socket->family != *family || socket->inode == 0)
        abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t families[] = {AF_INET, AF_INET6, AF_UNIX};
    void *aligned = malloc(size ? size : 1);

    if (!aligned)
        return 0;
    if (size)
        memcpy(aligned, data, size);
    for (size_t i = 0; i < sizeof families; i++) {
        uint8_t family = families[i];
        struct sock_diag_answer answer = {.family = family};

        sock_diag_parse(&answer, aligned, size, take, &family);
    }
    free(aligned);
    return 0;
}
