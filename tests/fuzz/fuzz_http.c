/* SPDX-License-Identifier: MIT */
/*
 * HTTP: whatever bytes a client sends to a real server on loopback, the next one is
 * answered; and nobody gets an answer who should not. The first byte says whether
 * the rest is a whole request or the headers behind a good request line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/compress.h"
#include "api/guard.h"
#include "api/routes.h"
#include "api/server.h"
#include "tests/fuzz/target.h"

enum { ANSWER_SIZE = 4096, TEXT_MAX = 256, QUIET_ROUNDS = 8 };

static const char token[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char good[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                           "Authorization: Bearer "
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                           "\r\n\r\n";

static struct api_server *new_server(void)
{
    static struct api_state state = {.config_sha256 = "", .model = "none"};
    const struct api_server_options options = {
        .host = "127.0.0.1",
        .names = "",
        .inherited_socket = -1,
        .token = token,
        .handler = routes_answer,
        .context = &state,
    };
    struct api_server *server;
    const char *reason;

    if (api_server_new(&options, &server, &reason) != 0)
        abort();
    return server;
}

/* The fuzzer's clock must not interrupt it: connect(2) cannot be called again. */
static void connect_undisturbed(int fd, const struct sockaddr_in *address)
{
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        perror("connect");
        abort();
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Send it all, take what comes back until nothing more does, and reset the
 * connection: a port would rest for a minute otherwise, and all be used up soon. */
static void exchange(struct api_server *server, const void *bytes, size_t size,
                     char (*ret_answer)[ANSWER_SIZE])
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)api_server_port(server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const struct linger reset = {.l_onoff = 1};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t length = 0;

    connect_undisturbed(fd, &address);
    if (size > 0 && send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        perror("send");
        abort();
    }
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    for (int quiet = 0; quiet < QUIET_ROUNDS && length < ANSWER_SIZE - 1; quiet++) {
        api_server_run(server);
        ssize_t got = recv(fd, *ret_answer + length, ANSWER_SIZE - 1 - length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            break;
        if (got > 0) {
            length += (size_t)got;
            quiet = 0;
        }
    }
    (*ret_answer)[length] = '\0';
    close(fd);
}

static void check_pure(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    size_t length = size < TEXT_MAX ? size : TEXT_MAX;

    if (length)
        memcpy(text, data, length);
    text[length] = '\0';
    compress_is_wanted(text);
    if (guard_is_our_host(text, "192.0.2.1", 80) && !strstr(text, "192.0.2.1") &&
        !strcasestr(text, "localhost") && !strstr(text, "127.0.0.1") && !strstr(text, "[::1]"))
        abort();
    if (guard_token_matches(text, token) && !strstr(text, token))
        abort();
}

static bool has_token(const uint8_t *data, size_t size)
{
    return memmem(data, size, token, sizeof token - 1) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct api_server *server;
    char answer[ANSWER_SIZE];
    struct strbuf request = {0};

    if (!server) {
        signal(SIGPIPE, SIG_IGN);
        server = new_server();
    }
    if (size == 0)
        return 0;
    check_pure(data + 1, size - 1);
    if (data[0] % 2)
        strbuf_add_string(&request, "GET /api/processes HTTP/1.1\r\nHost: localhost\r\n");
    strbuf_add(&request, (const char *)data + 1, size - 1);
    exchange(server, request.bytes, request.length, &answer);
    if (strstr(answer, "HTTP/1.1 200") && !has_token(data, size))
        abort();
    strbuf_release(&request);
    exchange(server, good, sizeof good - 1, &answer);
    if (!strstr(answer, "first snapshot is not there yet"))
        abort();
    return 0;
}
