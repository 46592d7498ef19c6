/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

enum { BUFFER_SIZE = 256 * 1024 };

int digest_of_file(const struct nettle_hash *hash, int fd, uint64_t cap, uint8_t *ret_bytes)
{
    void *context = memory_new(1, hash->context_size);
    uint8_t *buffer = memory_new(BUFFER_SIZE, 1);
    uint64_t offset = 0;
    int error = 0;

    hash->init(context);
    for (;;) {
        ssize_t got = pread(fd, buffer, BUFFER_SIZE, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            error = got < 0 ? -errno : 0;
            break;
        }
        offset += (uint64_t)got;
        if (offset > cap) {
            error = -EFBIG;
            break;
        }
        hash->update(context, (size_t)got, buffer);
    }
    if (error == 0)
        hash->digest(context, hash->digest_size, ret_bytes);
    free(buffer);
    free(context);
    return error;
}
