/* SPDX-License-Identifier: MIT */
/*
 * api_load PORT PATH RATE SECONDS - asks a server on loopback RATE times a second
 * over a few connections that are kept, whether it keeps up or not, and prints
 *
 *     ANSWERED_PER_SECOND P50_MS P99_MS MAX_MS BYTES_PER_ANSWER
 *
 * A latency counts from when the request was due, so that a server that falls
 * behind cannot hide it. Exits 1 when an answer is not a 200.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/measure.h"

enum { CONNECTIONS = 8, ANSWER_MAX = 1 << 24 };

struct connection {
    int fd;
    double due_s; /* of the request under way; 0: idle */
    char *answer;
    size_t length;
};

struct load {
    struct connection connections[CONNECTIONS];
    char request[512];
    size_t request_length;
    const char *port;
    double *latencies;
    size_t answered, asked, total, turn;
    uint64_t bytes;
    double rate, start_s;
};

static double now_s(void)
{
    return now_ms() / 1e3;
}

static void fail(const char *what)
{
    fprintf(stderr, "api_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connect_to(const char *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    return fd;
}

/* The length of a whole answer, 0 while it is not. */
static size_t whole_answer(const struct connection *connection)
{
    const char *length_of_body, *end;

    connection->answer[connection->length] = '\0';
    end = strstr(connection->answer, "\r\n\r\n");
    if (!end)
        return 0;
    length_of_body = strcasestr(connection->answer, "Content-Length:");
    if (!length_of_body || length_of_body > end)
        fail("no Content-Length");
    size_t whole = (size_t)(end + 4 - connection->answer) +
                   strtoul(length_of_body + strlen("Content-Length:"), NULL, 10);
    return connection->length >= whole ? whole : 0;
}

static void send_request(struct load *load, const struct connection *connection)
{
    if (send(connection->fd, load->request, load->request_length, MSG_NOSIGNAL) !=
        (ssize_t)load->request_length)
        fail("send");
}

/* The server closes a connection that was idle for a while; a request that crossed
 * that is sent again, and its latency goes on. */
static void reconnect(struct load *load, struct connection *connection)
{
    if (connection->length > 0)
        fail("the server hung up");
    close(connection->fd);
    connection->fd = connect_to(load->port);
    if (connection->due_s > 0)
        send_request(load, connection);
}

static void receive(struct load *load, struct connection *connection)
{
    ssize_t got = recv(connection->fd, connection->answer + connection->length,
                       ANSWER_MAX - connection->length, MSG_DONTWAIT);

    if (got <= 0) {
        reconnect(load, connection);
        return;
    }
    connection->length += (size_t)got;
    size_t whole = whole_answer(connection);
    if (whole == 0)
        return;
    if (strncmp(connection->answer, "HTTP/1.1 200", 12) != 0)
        fail(connection->answer);
    load->latencies[load->answered++] = now_s() - connection->due_s;
    load->bytes += whole;
    connection->length = 0;
    connection->due_s = 0;
}

/* Ask on idle connections, in turn (an idle one is closed after a while), whatever
 * is due by now. */
static void ask(struct load *load)
{
    for (size_t i = 0; i < CONNECTIONS && load->asked < load->total; i++) {
        struct connection *connection = &load->connections[load->turn++ % CONNECTIONS];
        double due_s = load->start_s + (double)load->asked / load->rate;

        if (due_s > now_s())
            return;
        if (connection->due_s > 0)
            continue;
        send_request(load, connection);
        connection->due_s = due_s;
        load->asked++;
    }
}

static void run(struct load *load)
{
    struct pollfd polled[CONNECTIONS];

    load->start_s = now_s();
    while (load->answered < load->total) {
        ask(load);
        double wait_s = load->start_s + (double)load->asked / load->rate - now_s();
        struct timespec wait = {.tv_nsec =
                                    wait_s > 0 && wait_s < 1 ? (long)(wait_s * 1e9) : 1000000};
        for (size_t i = 0; i < CONNECTIONS; i++)
            polled[i] = (struct pollfd){.fd = load->connections[i].fd, .events = POLLIN};
        if (ppoll(polled, CONNECTIONS, &wait, NULL) < 0)
            fail("poll");
        for (size_t i = 0; i < CONNECTIONS; i++)
            if (polled[i].revents)
                receive(load, &load->connections[i]);
    }
}

int main(int argc, char **argv)
{
    static struct load load;

    if (argc != 5) {
        fprintf(stderr, "usage: api_load PORT PATH RATE SECONDS\n");
        return 2;
    }
    load.port = argv[1];
    load.rate = strtod(argv[3], NULL);
    load.total = (size_t)(load.rate * strtod(argv[4], NULL));
    load.latencies = calloc(load.total + 1, sizeof *load.latencies);
    load.request_length =
        (size_t)snprintf(load.request, sizeof load.request,
                         "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
    for (size_t i = 0; i < CONNECTIONS; i++)
        load.connections[i] =
            (struct connection){.fd = connect_to(argv[1]), .answer = malloc(ANSWER_MAX + 1)};
    run(&load);
    double took_s = now_s() - load.start_s;
    qsort(load.latencies, load.answered, sizeof *load.latencies, compare_doubles);
    printf("%.0f %.2f %.2f %.2f %.0f\n", (double)load.answered / took_s,
           load.latencies[load.answered / 2] * 1e3,
           load.latencies[load.answered * 99 / 100] * 1e3,
           load.latencies[load.answered - 1] * 1e3, (double)load.bytes / (double)load.answered);
    return 0;
}
