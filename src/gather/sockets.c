/* SPDX-License-Identifier: MIT */
#include "gather/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/problem.h"
#include "gather/parse.h"
#include "gather/sock_diag.h"

enum { TABLE_SIZE_MAX = 32 * 1024 * 1024 };

static const struct {
    const char *path; /* below /proc/PID */
    uint8_t family;
    uint8_t protocol;
    bool is_in_sock_diag;
} tables[] = {
    {"net/tcp",    AF_INET,   IPPROTO_TCP, true },
    {"net/tcp6",   AF_INET6,  IPPROTO_TCP, true },
    {"net/udp",    AF_INET,   IPPROTO_UDP, true },
    {"net/udp6",   AF_INET6,  IPPROTO_UDP, true },
    {"net/raw",    AF_INET,   IPPROTO_RAW, false},
    {"net/raw6",   AF_INET6,  IPPROTO_RAW, false},
    {"net/packet", AF_PACKET, 0,           false},
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

void sockets_init(struct sockets *sockets, const struct procfs *procfs, uint64_t own_net)
{
    *sockets = (struct sockets){.procfs = procfs, .own_net = own_net};
}

void sockets_release(struct sockets *sockets)
{
    newcomers_release(&sockets->newcomers);
    free(sockets->namespaces);
    strbuf_release(&sockets->text);
    *sockets = (struct sockets){0};
}

void sockets_begin(struct sockets *sockets, struct snapshot_builder *builder, bool is_focus)
{
    sockets->builder = builder;
    sockets->count = 0;
    sockets->namespace_count = 0;
    sockets->is_truncated = false;
    sockets->counts_newcomers = !is_focus;
    if (!is_focus)
        newcomers_begin(&sockets->newcomers);
}

static const struct socket_namespace *find_namespace(const struct sockets *sockets,
                                                     uint64_t ns_net)
{
    for (size_t i = 0; i < sockets->namespace_count; i++)
        if (sockets->namespaces[i].ns_net == ns_net)
            return &sockets->namespaces[i];
    return NULL;
}

bool sockets_has(const struct sockets *sockets, uint64_t ns_net)
{
    return find_namespace(sockets, ns_net) != NULL;
}

static enum fact_state remember(struct sockets *sockets, uint64_t ns_net, enum fact_state state)
{
    if (state == FACT_KNOWN && sockets->is_truncated)
        state = FACT_TRUNCATED;
    sockets->namespaces =
        memory_grow(sockets->namespaces, sockets->namespace_count, &sockets->namespace_capacity,
                    sizeof *sockets->namespaces);
    sockets->namespaces[sockets->namespace_count++] = (struct socket_namespace){ns_net, state};
    return state;
}

bool sockets_add(struct sockets *sockets, uint64_t ns_net, struct socket *socket)
{
    if (socket->inode == 0)
        return true;
    if (sockets->count == SOCKETS_MAX) {
        sockets->is_truncated = true;
        return false;
    }
    if (sockets->counts_newcomers)
        newcomers_see(&sockets->newcomers, socket->inode);
    socket->ns_net = ns_net;
    snapshot_builder_add_socket(sockets->builder, socket);
    sockets->count++;
    return true;
}

static bool parse_row(struct span line, size_t table, struct socket *ret_socket)
{
    if (tables[table].family == AF_PACKET)
        return parse_packet_socket(line, ret_socket);
    return parse_net_socket(line, tables[table].family, tables[table].protocol, ret_socket);
}

static int read_table(struct sockets *sockets, size_t table, uint64_t ns_net, int directory)
{
    int result = procfs_read(sockets->procfs, directory, tables[table].path, TABLE_SIZE_MAX,
                             &sockets->text);
    struct span text = strbuf_span(&sockets->text), line;
    struct socket socket;

    if (result < 0)
        return result;
    sockets->is_truncated |= result == PROCFS_TRUNCATED;
    span_take_line(&text, &line); /* the heading */
    while (span_take_line(&text, &line)) {
        if (!parse_row(line, table, &socket))
            return span_length(text) == 0 && sockets->is_truncated ? 0 : -EBADMSG;
        if (!sockets_add(sockets, ns_net, &socket))
            break;
    }
    return 0;
}

static enum fact_state state_of(int error)
{
    if (error == 0)
        return FACT_KNOWN;
    return error == -EACCES || error == -EPERM ? FACT_DENIED : FACT_FAILED;
}

static bool take_own(void *context, struct socket *socket)
{
    struct sockets *sockets = context;

    return sockets_add(sockets, sockets->own_net, socket);
}

static void note_fall_back(struct sockets *sockets, int error)
{
    char text[128];

    snprintf(text, sizeof text, "sock_diag: %s; connections are read from /proc/net",
             strerror(-error));
    snapshot_builder_add_note(sockets->builder, PROBLEM_NOTE, text);
}

enum fact_state sockets_read_own(struct sockets *sockets)
{
    const char *self = sockets->procfs->is_live ? "self" : ".";
    struct mnl_socket *netlink = NULL;
    int worst = 0, error = sockets->procfs->is_live ? sock_diag_open(&netlink) : -ENOENT;
    int directory = procfs_open_directory(sockets->procfs, sockets->procfs->root, self);

    if (directory < 0)
        return remember(sockets, sockets->own_net, state_of(directory));
    if (error && error != -ENOENT)
        note_fall_back(sockets, error);
    for (size_t i = 0; i < TABLE_COUNT && !sockets->is_truncated; i++) {
        size_t count = sockets->count;

        error = -ENOENT;
        if (netlink && tables[i].is_in_sock_diag) {
            error = sock_diag_dump(netlink, tables[i].family, tables[i].protocol, take_own,
                                   sockets);
            if (error && error != -ENOENT)
                note_fall_back(sockets, error);
        }
        /* Half a dump is not read again: the same sockets would come twice. */
        if (error && sockets->count == count)
            error = read_table(sockets, i, sockets->own_net, directory);
        /* A protocol that the kernel was built without has no file: nothing of it. */
        if (error && error != -ENOENT)
            worst = error;
    }
    if (netlink && !sockets->is_truncated)
        sock_diag_dump(netlink, AF_UNIX, 0, take_own, sockets);
    if (netlink)
        sock_diag_close(netlink);
    close(directory);
    return remember(sockets, sockets->own_net, state_of(worst));
}

enum fact_state sockets_need(struct sockets *sockets, uint64_t ns_net, int process_directory)
{
    const struct socket_namespace *known = find_namespace(sockets, ns_net);
    bool has_table = sockets->is_truncated;
    int worst = 0;

    if (known)
        return known->state;
    if (ns_net == sockets->own_net)
        return sockets_read_own(sockets);
    for (size_t i = 0; i < TABLE_COUNT && !sockets->is_truncated; i++) {
        int error = read_table(sockets, i, ns_net, process_directory);
        has_table |= error != -ENOENT;
        if (error && error != -ENOENT)
            worst = error;
    }
    /* The next process of that namespace may be able to tell what a vanished
     * one, which has no files any more, could not. */
    if (worst == -ESRCH || !has_table)
        return FACT_FAILED;
    return remember(sockets, ns_net, state_of(worst));
}
