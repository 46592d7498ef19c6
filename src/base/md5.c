/* SPDX-License-Identifier: MIT */
#include "base/md5.h"

#include <errno.h>
#include <nettle/md5.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

enum { BUFFER_SIZE = 256 * 1024 };

int md5_of_file(int fd, uint64_t cap, struct md5 *ret_digest)
{
    struct md5_ctx context;
    uint8_t *buffer = memory_new(BUFFER_SIZE, 1);
    uint64_t offset = 0;
    int error = 0;

    md5_init(&context);
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
        md5_update(&context, (size_t)got, buffer);
    }
    free(buffer);
    if (error == 0)
        md5_digest(&context, MD5_SIZE, ret_digest->bytes);
    return error;
}

bool md5_take(struct span *in, struct md5 *ret_digest)
{
    struct md5 digest;

    if (span_length(*in) < 2 * MD5_SIZE)
        return false;
    for (size_t i = 0; i < MD5_SIZE; i++) {
        struct span digits = span_of(in->at + 2 * i, 2);
        uint64_t value;

        if (!span_take_hex(&digits, &value) || span_length(digits) != 0)
            return false;
        digest.bytes[i] = (uint8_t)value;
    }
    in->at += 2 * MD5_SIZE;
    *ret_digest = digest;
    return true;
}
