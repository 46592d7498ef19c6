/* SPDX-License-Identifier: MIT */
#include "engine/http_get.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/control.h"

enum { PIECE_SIZE = 16384 };

bool http_place_parse(const char *text, struct http_place *ret_place)
{
    static const char unix_prefix[] = "unix:", http_prefix[] = "http://";
    struct http_place place = {.port = "8080"};

    if (strncmp(text, unix_prefix, sizeof unix_prefix - 1) == 0) {
        place.socket_path = text + sizeof unix_prefix - 1;
        *ret_place = place;
        return place.socket_path[0] == '/';
    }
    if (strncmp(text, http_prefix, sizeof http_prefix - 1) != 0)
        return false;
    text += sizeof http_prefix - 1;
    bool is_bracketed = *text == '[';
    size_t host_length = is_bracketed ? strcspn(++text, "]") : strcspn(text, ":/");
    if (host_length == 0 || host_length >= sizeof place.host)
        return false;
    memcpy(place.host, text, host_length);
    text += host_length;
    if (is_bracketed && *text++ != ']')
        return false;
    if (*text == ':') {
        size_t port_length = strspn(++text, "0123456789");

        if (port_length == 0 || port_length > 5)
            return false;
        memset(place.port, 0, sizeof place.port);
        memcpy(place.port, text, port_length);
        text += port_length;
    }
    *ret_place = place;
    return strcmp(text, "") == 0 || strcmp(text, "/") == 0;
}

static bool is_header(struct span *line, const char *name)
{
    size_t length = strlen(name);

    if (span_length(*line) < length || strncasecmp(line->at, name, length) != 0)
        return false;
    line->at += length;
    span_skip_blanks(line);
    return true;
}

static struct span without_return(struct span line)
{
    if (span_length(line) > 0 && line.end[-1] == '\r')
        line.end--;
    return line;
}

/* What is sent again with the next question, where it must not end a line. */
static bool is_printable(struct span text)
{
    while (text.at < text.end && *text.at >= ' ' && *text.at <= '~')
        text.at++;
    return text.at == text.end;
}

bool http_head_parse(struct span text, struct http_head *ret_head)
{
    struct http_head head = {0};
    struct span line;
    uint64_t status;
    bool has_size = false;

    if (!span_take_line(&text, &line) ||
        !(span_take_string(&line, "HTTP/1.1 ") || span_take_string(&line, "HTTP/1.0 ")) ||
        !span_take_u64(&line, &status) || status < 100 || status > 599)
        return false;
    head.status = (unsigned)status;
    while (span_take_line(&text, &line)) {
        line = without_return(line);
        if (is_header(&line, "Transfer-Encoding:") || is_header(&line, "Content-Encoding:"))
            return false;
        if (is_header(&line, "Content-Length:")) {
            if (has_size || !span_is_u64(line, &head.body_size))
                return false;
            has_size = true;
        } else if (is_header(&line, "ETag:") && span_length(line) < sizeof head.etag &&
                   is_printable(line)) {
            memcpy(head.etag, line.at, span_length(line));
        }
    }
    if (!has_size && head.status != 304)
        return false;
    *ret_head = head;
    return true;
}

/* Until then, for reading or writing; 0 or -ETIMEDOUT. */
static int await(int fd, short events, uint64_t end_ms)
{
    struct pollfd polled = {.fd = fd, .events = events};

    for (;;) {
        uint64_t now_ms = control_now_ms();
        int result = now_ms >= end_ms ? 0 : poll(&polled, 1, (int)(end_ms - now_ms));

        if (result > 0)
            return 0;
        if (result == 0)
            return -ETIMEDOUT;
        if (errno != EINTR)
            return -errno;
    }
}

static int finish_connecting(int fd, uint64_t end_ms)
{
    socklen_t size = sizeof(int);
    int error = await(fd, POLLOUT, end_ms), failure = 0;

    if (!error && getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0)
        failure = errno;
    return error ? error : -failure;
}

static int connect_address(const struct sockaddr *address, socklen_t size, uint64_t end_ms)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = 0;

    if (fd < 0)
        return -errno;
    if (connect(fd, address, size) != 0)
        error = errno == EINPROGRESS ? finish_connecting(fd, end_ms) : -errno;
    if (error)
        close(fd);
    return error ? error : fd;
}

static int connect_unix(const char *path, uint64_t end_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    return connect_address((struct sockaddr *)&address, sizeof address, end_ms);
}

static int connect_to(const struct http_place *place, uint64_t end_ms)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int fd = -EHOSTUNREACH;

    if (place->socket_path)
        return connect_unix(place->socket_path, end_ms);
    if (getaddrinfo(place->host, place->port, &hints, &found) != 0)
        return -EHOSTUNREACH;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = connect_address(at->ai_addr, at->ai_addrlen, end_ms);
    freeaddrinfo(found);
    return fd;
}

static int send_question(int fd, const struct http_place *place,
                         const struct http_question *question, uint64_t end_ms)
{
    struct strbuf text = {0};
    size_t sent = 0;
    int error = 0;

    strbuf_add_format(&text, "GET %s HTTP/1.1\r\n", question->path);
    if (place->socket_path)
        strbuf_add_string(&text, "Host: localhost\r\n");
    else
        strbuf_add_format(&text,
                          strchr(place->host, ':') ? "Host: [%s]:%s\r\n" : "Host: %s:%s\r\n",
                          place->host, place->port);
    if (question->token)
        strbuf_add_format(&text, "Authorization: Bearer %s\r\n", question->token);
    if (question->etag && *question->etag)
        strbuf_add_format(&text, "If-None-Match: %s\r\n", question->etag);
    strbuf_add_string(&text, "Connection: close\r\n\r\n");
    while (!error && sent < text.length) {
        ssize_t put = send(fd, text.bytes + sent, text.length - sent, MSG_NOSIGNAL);
        if (put > 0)
            sent += (size_t)put;
        else if (put < 0 && errno == EAGAIN)
            error = await(fd, POLLOUT, end_ms);
        else
            error = put < 0 ? -errno : -EPIPE;
    }
    strbuf_release(&text);
    return error;
}

/* Another piece; -EPROTO at the end of what is sent. */
static int receive(int fd, struct strbuf *text, uint64_t end_ms)
{
    char piece[PIECE_SIZE];
    ssize_t got;

    while ((got = recv(fd, piece, sizeof piece, 0)) < 0) {
        int error = errno == EAGAIN ? await(fd, POLLIN, end_ms) : errno == EINTR ? 0 : -errno;
        if (error)
            return error;
    }
    strbuf_add(text, piece, (size_t)got);
    return got > 0 ? 0 : -EPROTO;
}

static const char empty_line[] = "\r\n\r\n";

static const char *end_of_head(const struct strbuf *text)
{
    return memmem(strbuf_string(text), text->length, empty_line, sizeof empty_line - 1);
}

/* The head; what is behind it is the start of the body. */
static int receive_head(int fd, struct strbuf *text, struct http_head *ret_head,
                        uint64_t end_ms)
{
    const char *end;

    while (!(end = end_of_head(text))) {
        int error = text->length > HTTP_HEAD_MAX ? -EPROTO : receive(fd, text, end_ms);
        if (error)
            return error;
    }
    return http_head_parse(span_of(text->bytes, (size_t)(end + 2 - text->bytes)), ret_head)
               ? (int)(end + sizeof empty_line - 1 - text->bytes)
               : -EPROTO;
}

static int receive_answer(int fd, const struct http_question *question,
                          struct http_head *ret_head, struct strbuf *ret_body, uint64_t end_ms)
{
    struct strbuf text = {0};
    int error = 0, head_size = receive_head(fd, &text, ret_head, end_ms);

    if (head_size < 0)
        error = head_size;
    else if (ret_head->body_size > question->body_max)
        error = -EMSGSIZE;
    while (!error && text.length - (size_t)head_size < ret_head->body_size)
        error = receive(fd, &text, end_ms);
    if (!error)
        strbuf_add(ret_body, text.bytes + head_size, ret_head->body_size);
    strbuf_release(&text);
    return error;
}

int http_get(const struct http_place *place, const struct http_question *question,
             struct http_head *ret_head, struct strbuf *ret_body)
{
    uint64_t end_ms = control_now_ms() + question->deadline_ms;
    int fd = connect_to(place, end_ms);

    if (fd < 0)
        return fd;
    int error = send_question(fd, place, question, end_ms);
    if (!error)
        error = receive_answer(fd, question, ret_head, ret_body, end_ms);
    close(fd);
    return error;
}
