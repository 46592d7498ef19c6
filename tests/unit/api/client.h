/* SPDX-License-Identifier: MIT */
/*
 * client - a real server on loopback, run in the same thread, and clients that
 * send it raw bytes.
 */
#ifndef TESTS_UNIT_API_CLIENT_H
#define TESTS_UNIT_API_CLIENT_H

#include "tests/support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/server.h"
#include "base/clock.h"

enum {
    ANSWER_SIZE = 65536,
    CLIENT_MS = 3000,
    ROUND_MS = 50,
    QUIET_ROUNDS = 6,
    SOON_MS = 2000, /* on a busy machine; less than any deadline of the server */
};

/* Says back the path and the parameter "x". */
static inline void echo(void *context, const struct api_request *request,
                        struct api_response *response)
{
    const char *x = request->parameter(request, "x");

    (void)context;
    response->serial = 0xabc;
    strbuf_add_format(&response->body, "path=%s x=%s trusted=%d", request->path, x ? x : "none",
                      request->is_trusted);
}

static inline struct api_server *start(const char *socket_path, const char *needed_token)
{
    struct api_server_options options = {
        .host = "127.0.0.1",
        .names = "",
        .socket_path = socket_path,
        .inherited_socket = -1,
        .token = needed_token,
        .handler = echo,
    };
    struct api_server *server = NULL;
    const char *reason = "";

    if (api_server_new(&options, &server, &reason) != 0)
        fail_msg("the server did not start: %s", reason);
    return server;
}

static inline int connect_to(const struct api_server *server)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)api_server_port(server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Run the server until the client has an answer that is whole (the connection
 * closes after each), nothing more happens on either side, or its time is over. */
static inline size_t finish(struct api_server *server, int fd, char (*ret_answer)[ANSWER_SIZE])
{
    int64_t until_ms = clock_monotonic_ms() + CLIENT_MS;
    size_t length = 0;

    for (int quiet = 0; quiet < QUIET_ROUNDS && clock_monotonic_ms() < until_ms; quiet++) {
        struct pollfd waits[] = {
            {.fd = api_server_descriptor(server), .events = POLLIN},
            {.fd = fd,                            .events = POLLIN},
        };

        if (poll(waits, 2, ROUND_MS) != 0)
            quiet = 0;
        api_server_run(server);
        if (!(waits[1].revents & (POLLIN | POLLHUP)))
            continue;
        ssize_t got = recv(fd, *ret_answer + length, ANSWER_SIZE - 1 - length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            break;
        if (got > 0)
            length += (size_t)got;
    }
    (*ret_answer)[length] = '\0';
    close(fd);
    return length;
}

static inline void ask(struct api_server *server, const char *request,
                       char (*ret_answer)[ANSWER_SIZE])
{
    int fd = connect_to(server);

    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    finish(server, fd, ret_answer);
}

#define HOST  "Host: localhost\r\n"
#define CLOSE "Connection: close\r\n\r\n"

#endif
