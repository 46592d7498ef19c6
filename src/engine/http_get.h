/* SPDX-License-Identifier: MIT */
/*
 * http_get - one GET of a procwatch api, and no more of HTTP than that takes: no
 * redirects, no chunks, no TLS. Everything has a cap and the whole a deadline.
 */
#ifndef ENGINE_HTTP_GET_H
#define ENGINE_HTTP_GET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum { HTTP_HOST_SIZE = 256, HTTP_PORT_SIZE = 8, HTTP_ETAG_SIZE = 64, HTTP_HEAD_MAX = 8192 };

struct http_place {
    const char *socket_path; /* of a Unix socket, in the text it was parsed from; else NULL */
    char host[HTTP_HOST_SIZE];
    char port[HTTP_PORT_SIZE];
};

/* "unix:/run/procwatch-api.sock", "http://web1:8080", "http://[::1]:8080/". */
bool http_place_parse(const char *text, struct http_place *ret_place);

struct http_head {
    unsigned status;
    uint64_t body_size;
    char etag[HTTP_ETAG_SIZE]; /* "" without one */
};

/* The status line and the headers, up to the empty line. False when it is none that
 * a procwatch api would send. */
bool http_head_parse(struct span text, struct http_head *ret_head);

struct http_question {
    const char *path;
    const char *token; /* NULL: none */
    const char *etag;  /* of the answer in hand; "" or NULL: none */
    uint64_t body_max;
    unsigned deadline_ms;
};

/* The head, and the body, appended. Negative errno: -EPROTO when it is no such
 * answer, -EMSGSIZE beyond the cap, -ETIMEDOUT. */
int http_get(const struct http_place *place, const struct http_question *question,
             struct http_head *ret_head, struct strbuf *ret_body);

#endif
