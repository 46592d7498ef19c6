/* SPDX-License-Identifier: MIT */
/*
 * oddity listen|burn|beacon PORT - what oddities.sh sets beside a park.
 *
 *   listen   takes connections on loopback: keeps the first, and answers each
 *            other after 300 ms, as a server far away would
 *   burn     connects, stays connected, and keeps one core busy: a quiet miner
 *   beacon   connects each second, waits for the answer, and hangs up
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64, ANSWER_MS = 300 };

static struct sockaddr_in address_of(const char *port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void listen_on(struct sockaddr_in address)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0)
        fail("oddity: listen");
    accept(fd, NULL, NULL); /* the miner's stays open */
    for (;;) {
        int client = accept(fd, NULL, NULL);

        poll(NULL, 0, ANSWER_MS);
        if (client < 0 || write(client, "ok", 2) < 0)
            fail("oddity: answer");
        close(client);
    }
}

static int connect_to(struct sockaddr_in address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("oddity: connect");
    return fd;
}

static void burn(struct sockaddr_in address)
{
    volatile unsigned long spins = 0;

    connect_to(address);
    for (;;)
        spins++;
}

static void beacon(struct sockaddr_in address)
{
    char answer[2];

    for (;;) {
        int fd = connect_to(address);

        if (read(fd, answer, sizeof answer) < 0)
            fail("oddity: read");
        close(fd);
        poll(NULL, 0, 1000 - ANSWER_MS);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: oddity listen|burn|beacon PORT\n");
        return 2;
    }
    struct sockaddr_in address = address_of(argv[2]);
    if (strcmp(argv[1], "listen") == 0)
        listen_on(address);
    else if (strcmp(argv[1], "burn") == 0)
        burn(address);
    else if (strcmp(argv[1], "beacon") == 0)
        beacon(address);
    return 2;
}
