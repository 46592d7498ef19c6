/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/digest.h"

void sha256_of(const void *bytes, size_t length, struct sha256 *ret_digest)
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, length, bytes);
    sha256_digest(&context, SHA256_SIZE, ret_digest->bytes);
}

int sha256_of_file(int fd, uint64_t cap, struct sha256 *ret_digest)
{
    return digest_of_file(&nettle_sha256, fd, cap, ret_digest->bytes);
}

void sha256_text(const struct sha256 *digest, char (*ret_text)[SHA256_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = *ret_text;

    for (size_t i = 0; i < SHA256_SIZE; i++) {
        *at++ = digits[digest->bytes[i] >> 4];
        *at++ = digits[digest->bytes[i] & 15];
    }
    *at = '\0';
}

void sha256_base64(const struct sha256 *digest, char (*ret_text)[SHA256_BASE64_SIZE])
{
    _Static_assert(BASE64_ENCODE_RAW_LENGTH(SHA256_SIZE) == SHA256_BASE64_SIZE - 1, "size");
    base64_encode_raw(*ret_text, SHA256_SIZE, digest->bytes);
    (*ret_text)[SHA256_BASE64_SIZE - 1] = '\0';
}

static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)((found - digits) & 15) : -1;
}

bool sha256_parse(const char *text, struct sha256 *ret_digest)
{
    struct sha256 digest;

    if (strlen(text) != SHA256_TEXT_SIZE - 1)
        return false;
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_digest = digest;
    return true;
}
