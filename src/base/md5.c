/* SPDX-License-Identifier: MIT */
#include "base/md5.h"

#include "base/digest.h"

int md5_of_file(int fd, uint64_t cap, struct md5 *ret_digest)
{
    return digest_of_file(&nettle_md5, fd, cap, ret_digest->bytes);
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
