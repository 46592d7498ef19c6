/* SPDX-License-Identifier: MIT */
#include "api/server.h"

#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "api/admission.h"
#include "api/compress.h"
#include "api/crowd.h"
#include "api/guard.h"
#include "api/listen.h"
#include "base/memory.h"

enum {
    CONNECTIONS_MAX = 64, /* more than the crowd lets in */
    CONNECTION_MEMORY = 16 * 1024,
    IDLE_TIMEOUT_S = 5,
    LISTENERS_MAX = 3,
};

struct listener {
    struct api_server *server;
    struct MHD_Daemon *daemon;
    bool is_unix;
};

struct api_server {
    struct api_server_options options;
    struct listener listeners[LISTENERS_MAX];
    size_t listener_count;
    struct crowd crowd;
    unsigned port;
    uint64_t run;   /* of this server, in its tags: another one counts from 1, too */
    int descriptor; /* epoll over the daemons' own */
};

static void on_connection(void *context, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct crowd *crowd = &((struct listener *)context)->server->crowd;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *socket_context = crowd_add(crowd, fd);
    } else {
        crowd_remove(crowd, *socket_context);
        *socket_context = NULL;
    }
}

static struct crowd_member *member_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* The next request on this connection has its own deadline. */
static void on_completed(void *context, struct MHD_Connection *mhd, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    (void)request_context;
    (void)code;
    crowd_restart(&((struct listener *)context)->server->crowd, member_of(mhd));
}

/* "%00" would cut a path or a value short behind the back of every check: such
 * text stays escaped, and then names nothing. */
static size_t unescape(void *context, struct MHD_Connection *mhd, char *text)
{
    (void)context;
    (void)mhd;
    return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

static const char *find_parameter(const struct api_request *request, const char *name)
{
    const char *value = NULL;
    size_t size = 0;

    if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &size) != MHD_YES)
        return NULL;
    return value ? value : "";
}

static void refuse(struct api_response *response, unsigned status, const char *message)
{
    response->status = status;
    response->serial = 0;
    strbuf_clear(&response->body);
    strbuf_add_format(&response->body, "{\"error\":\"%s\"}\n", message);
}

static bool has_token(const struct listener *listener, struct MHD_Connection *mhd)
{
    const char *token = listener->server->options.token;

    return token &&
           guard_token_matches(
               MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, "Authorization"), token);
}

static void answer(const struct listener *listener, struct MHD_Connection *mhd,
                   const char *path, struct api_response *response)
{
    const struct api_server_options *options = &listener->server->options;
    struct api_request request = {
        .path = path,
        .is_trusted = listener->is_unix || has_token(listener, mhd),
        .parameter = find_parameter,
        .connection = mhd,
    };

    bool is_open = options->open_path && strcmp(path, options->open_path) == 0;
    if (options->token && !request.is_trusted && !is_open) {
        refuse(response, MHD_HTTP_UNAUTHORIZED,
               "a token is needed: Authorization: Bearer TOKEN");
        return;
    }
    options->handler(options->context, &request, response);
}

static const char *header_of(struct MHD_Connection *mhd, const char *name)
{
    return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

/* The client has this very answer: its tag stands in the list, weak or
 * not, or "*" does. */
static bool has_it_already(struct MHD_Connection *mhd, const char *etag)
{
    const char *known = header_of(mhd, "If-None-Match");

    return known && (strstr(known, etag) || strcmp(known, "*") == 0);
}

/* Takes over the body. */
static struct MHD_Response *response_of(struct MHD_Connection *mhd,
                                        struct api_response *answered)
{
    struct MHD_Response *response;
    void *bytes = answered->body.bytes, *stream;
    size_t size = answered->body.length;
    bool is_gzip = compress_is_wanted(header_of(mhd, "Accept-Encoding")) &&
                   compress_gzip(bytes, size, &stream, &size);

    if (is_gzip) {
        strbuf_release(&answered->body);
        bytes = stream;
    }
    answered->body = (struct strbuf){0};
    response = MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
    if (is_gzip)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}

static enum MHD_Result queue(const struct api_server *server, struct MHD_Connection *mhd,
                             struct api_response *answered)
{
    char etag[48];

    /* Weak: the same answer, compressed or not. */
    snprintf(etag, sizeof etag, "W/\"%" PRIx64 "-%lx\"", server->run, answered->serial);
    if (answered->serial && answered->status == MHD_HTTP_OK && has_it_already(mhd, etag + 2)) {
        answered->status = MHD_HTTP_NOT_MODIFIED;
        strbuf_clear(&answered->body);
    }

    struct MHD_Response *response = response_of(mhd, answered);
    MHD_add_response_header(response, "Content-Type", answered->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "Vary", "Accept-Encoding");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    MHD_add_response_header(response, "X-Frame-Options", "DENY");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    if (answered->policy.length > 0)
        MHD_add_response_header(response, "Content-Security-Policy",
                                strbuf_string(&answered->policy));
    if (answered->serial)
        MHD_add_response_header(response, "ETag", etag);
    if (answered->is_incomplete)
        MHD_add_response_header(response, "Procwatch-Complete", "false");
    if (answered->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    if (answered->status == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    enum MHD_Result result = MHD_queue_response(mhd, answered->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request_context)
{
    const struct listener *listener = context;
    const struct admission_place place = {.names = listener->server->options.names,
                                          .port = listener->server->port};
    struct api_response response = {.status = MHD_HTTP_OK, .type = "application/json"};

    (void)version;
    (void)upload;
    (void)upload_size;
    /* A connection is kept only for who sends no body: answered at the first call,
     * MHD closes it, and drops what may follow. */
    if (!*request_context && !header_of(mhd, "Content-Length") &&
        !header_of(mhd, "Transfer-Encoding")) {
        *request_context = context;
        return MHD_YES;
    }
    const struct refusal *refusal =
        admission_refuses(mhd, method, listener->is_unix ? NULL : &place);
    if (refusal)
        refuse(&response, refusal->status, refusal->message);
    else
        answer(listener, mhd, path, &response);
    crowd_answer(member_of(mhd));
    enum MHD_Result result = queue(listener->server, mhd, &response);
    strbuf_release(&response.policy);
    strbuf_release(&response.body);
    return result;
}

static const char *start_daemon(struct api_server *server, int fd, bool is_unix)
{
    struct listener *listener = &server->listeners[server->listener_count];

    *listener = (struct listener){.server = server, .is_unix = is_unix};
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, listener, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, listener, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
    if (!listener->daemon)
        return "the HTTP library did not start";

    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct epoll_event event = {.events = EPOLLIN};
    if (!info || epoll_ctl(server->descriptor, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0) {
        MHD_stop_daemon(listener->daemon);
        return "the HTTP library cannot be polled";
    }
    server->listener_count++;
    return NULL;
}

/* Take over a listening socket, or the errno that its making gave. */
static int add_listener(struct api_server *server, int fd, bool is_unix,
                        const char **ret_reason)
{
    if (fd < 0) {
        *ret_reason = strerror(-fd);
        return fd;
    }
    if (!is_unix)
        server->port = listen_port(fd);
    const char *wrong = start_daemon(server, fd, is_unix);
    if (!wrong)
        return 0;
    close(fd);
    *ret_reason = wrong;
    return -EIO;
}

int api_server_new(const struct api_server_options *options, struct api_server **ret_server,
                   const char **ret_reason)
{
    struct api_server *server = memory_new(1, sizeof *server);
    int error = 0;

    server->options = *options;
    server->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (server->descriptor < 0) {
        error = -errno;
        *ret_reason = "epoll is not available";
    }
    if (!error &&
        getrandom(&server->run, sizeof server->run, 0) != (ssize_t)sizeof server->run) {
        error = -EIO;
        *ret_reason = "no random number is to be had";
    }
    if (!error && options->host)
        error =
            add_listener(server, listen_tcp(options->host, options->port), false, ret_reason);
    if (!error && options->socket_path)
        error = add_listener(server, listen_unix(options->socket_path), true, ret_reason);
    if (!error && options->inherited_socket >= 0)
        error = add_listener(server, options->inherited_socket,
                             listen_port(options->inherited_socket) == 0, ret_reason);
    if (error) {
        api_server_free(server);
        return error;
    }
    *ret_server = server;
    return 0;
}

void api_server_free(struct api_server *server)
{
    if (!server)
        return;
    for (size_t i = 0; i < server->listener_count; i++)
        MHD_stop_daemon(server->listeners[i].daemon);
    if (server->descriptor >= 0)
        close(server->descriptor);
    if (server->options.socket_path && server->listener_count > 0)
        unlink(server->options.socket_path);
    free(server);
}

unsigned api_server_port(const struct api_server *server)
{
    return server->port;
}

int api_server_descriptor(const struct api_server *server)
{
    return server->descriptor;
}

int api_server_timeout_ms(struct api_server *server)
{
    int shortest = crowd_timeout_ms(&server->crowd);

    for (size_t i = 0; i < server->listener_count; i++) {
        MHD_UNSIGNED_LONG_LONG timeout;
        if (MHD_get_timeout(server->listeners[i].daemon, &timeout) == MHD_YES &&
            (shortest < 0 || timeout < (unsigned)shortest))
            shortest = (int)timeout;
    }
    return shortest;
}

void api_server_run(struct api_server *server)
{
    crowd_shut_late_ones(&server->crowd);
    for (size_t i = 0; i < server->listener_count; i++)
        MHD_run(server->listeners[i].daemon);
}
