/* SPDX-License-Identifier: MIT */
/* The answer of another machine's api, and the address that it is asked at: what is
 * taken from them stays within their bounds, and what is sent again ends no line. */
#include <stdlib.h>
#include <string.h>

#include "engine/http_get.h"
#include "tests/fuzz/target.h"

enum { TEXT_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_head head;
    struct http_place place;
    char text[TEXT_MAX + 1];
    size_t length = size < TEXT_MAX ? size : TEXT_MAX;

    if (http_head_parse(span_of((const char *)data, size), &head) &&
        (head.status < 100 || head.status > 599 || strpbrk(head.etag, "\r\n")))
        abort();
    if (length)
        memcpy(text, data, length);
    text[length] = '\0';
    if (http_place_parse(text, &place) && !place.socket_path &&
        (strlen(place.host) >= sizeof place.host || strlen(place.port) >= sizeof place.port))
        abort();
    return 0;
}
