/* SPDX-License-Identifier: MIT */
/*
 * server - HTTP by libmicrohttpd, kept on a short leash.
 *
 * One thread, run from the caller's poll loop; a request never gathers and
 * never waits. Guards against what a hostile client does: whole-request
 * deadline, connection and memory limits, GET and HEAD only, one exact Host, no
 * Origin, no CORS. What to answer is the handler's business.
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/* What a handler may look at. */
struct api_request {
    const char *path;
    bool is_trusted; /* over the Unix socket, or with the token */
    /* Value of a query parameter, NULL when absent; "" without a value. */
    const char *(*parameter)(const struct api_request *request, const char *name);
    void *connection; /* the server's */
};

struct api_response {
    unsigned status;      /* 200 when it starts */
    const char *type;     /* "application/json" when it starts */
    struct strbuf policy; /* Content-Security-Policy; empty for none */
    struct strbuf body;
    bool is_incomplete;   /* not everything could be read: said in a header */
    unsigned long serial; /* of the snapshot it was made from: the ETag; 0: none */
};

typedef void api_handler(void *context, const struct api_request *request,
                         struct api_response *response);

struct api_server_options {
    const char *host;        /* NULL: no TCP */
    const char *names;       /* by which it may be called, too, in a Host header; comma-
                                separated, "" for none beside address and localhost */
    unsigned port;           /* 0: any; see api_server_port() */
    const char *socket_path; /* NULL: no Unix socket */
    int inherited_socket;    /* from systemd; -1: none */
    const char *token;       /* NULL: TCP clients need none; may change while it serves */
    const char *open_path;   /* holds no secret: served without the token, too; or NULL */
    api_handler *handler;
    void *context;
};

struct api_server;

/* Negative errno with a reason that says what to do. */
int api_server_new(const struct api_server_options *options, struct api_server **ret_server,
                   const char **ret_reason);
void api_server_free(struct api_server *server);

unsigned api_server_port(const struct api_server *server);

/* Readable when api_server_run() has something to do. */
int api_server_descriptor(const struct api_server *server);

/* Milliseconds until api_server_run() must be called anyway. */
int api_server_timeout_ms(struct api_server *server);

void api_server_run(struct api_server *server);

#endif
