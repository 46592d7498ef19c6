/* SPDX-License-Identifier: MIT */
/* Whom it talks to. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "heuristics/evidence.h"
#include "heuristics/program.h"

/* Up to so many sockets each is counted once; beyond, descriptors are counted. */
enum { EXACT_MAX = 512 };

/* Descriptors often share one socket: it counts where it comes first. */
static bool is_first_of_socket(const struct connection *connections, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (connections[i].socket == connections[at].socket)
            return false;
    return true;
}

static const struct socket *outbound_socket(const struct check_context *context,
                                            const struct connection *connection)
{
    const struct socket *socket = &context->snapshot->sockets[connection->socket];

    return socket->flags & SOCKET_IS_OUTBOUND ? socket : NULL;
}

static bool is_loopback(const struct socket *socket)
{
    static const uint8_t v6[16] = {[15] = 1}, v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (socket->family == AF_INET)
        return socket->remote[0] == 127;
    return memcmp(socket->remote, v6, sizeof v6) == 0 ||
           (memcmp(socket->remote, v4_mapped, sizeof v4_mapped) == 0 &&
            socket->remote[12] == 127);
}

static bool is_connected_elsewhere(const struct check_context *context,
                                   const struct process *process)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &context->snapshot->sockets[connections[i].socket];

        if (socket_is_internet(socket) && socket->remote_port != 0 && !is_loopback(socket))
            return true;
    }
    return false;
}

/* A connection to ourselves may go on: who listens there is a tunnel when it is
 * connected to other machines, and may be one when it cannot be seen. */
static bool may_leave_the_machine(const struct check_context *context,
                                  const struct process *process, const struct socket *socket)
{
    bool is_answered = false;
    size_t count;
    const struct holder *listeners =
        relations_listeners(context->relations, socket->remote_port, &count);

    if (!is_loopback(socket))
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct process *listener = &context->snapshot->processes[listeners[i].process];

        if (listener->ns_net != process->ns_net)
            continue;
        if (is_connected_elsewhere(context, listener))
            return true;
        is_answered = true;
    }
    return !is_answered;
}

float check_watched_port(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    uint32_t count, more = 0;
    bool may_leave = false;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = outbound_socket(context, &connections[i]);

        if (!socket || !port_set_has(&context->thresholds->ports, socket->remote_port))
            continue;
        may_leave = may_leave || may_leave_the_machine(context, process, socket);
        if (evidence->length == 0)
            evidence_add_connection(evidence, context->snapshot, &connections[i]);
        else if (is_first_of_socket(connections, i))
            more++;
    }
    if (more > 0)
        strbuf_add_format(evidence, ", and %u more", more);
    if (evidence->length == 0)
        return 0;
    if (may_leave)
        return 1;
    /* A browser on its user's own notebook server. */
    strbuf_add_string(evidence, "; who listens there talks to this machine alone");
    return 0.5F;
}

float check_many_conns(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    uint32_t count, outbound = 0, example = 0;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    if (count <= context->thresholds->many_conns)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (outbound_socket(context, &connections[i]) &&
            (count > EXACT_MAX || is_first_of_socket(connections, i)) && outbound++ == 0)
            example = i;
    if (outbound <= context->thresholds->many_conns)
        return 0;
    strbuf_add_format(evidence, "%u outbound connections, such as ", outbound);
    evidence_add_connection(evidence, context->snapshot, &connections[example]);
    return 1;
}

enum {
    FANOUT_HOSTS = 20,
    FANOUT_COUNTED = 100, /* as many are not told apart any further */
};

static bool has_host(const struct socket *const *hosts, uint32_t count,
                     const struct socket *socket)
{
    for (uint32_t i = 0; i < count; i++)
        if (hosts[i]->family == socket->family &&
            memcmp(hosts[i]->remote, socket->remote, sizeof socket->remote) == 0)
            return true;
    return false;
}

float check_conn_fanout(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    uint32_t count, host_count = 0;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);
    const struct socket *hosts[FANOUT_COUNTED];

    if (count <= FANOUT_HOSTS)
        return 0;
    for (uint32_t i = 0; i < count && host_count < FANOUT_COUNTED; i++) {
        const struct socket *socket = outbound_socket(context, &connections[i]);

        if (socket && !is_loopback(socket) && !has_host(hosts, host_count, socket))
            hosts[host_count++] = socket;
    }
    if (host_count <= FANOUT_HOSTS)
        return 0;
    strbuf_add_format(evidence, "outbound to %u%s hosts", host_count,
                      host_count == FANOUT_COUNTED ? " or more" : "");
    if (!program_is_trusted(context->snapshot, process))
        return 1;
    strbuf_add_string(evidence, "; a program of the system");
    return 0.5F;
}

float check_raw_socket(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    static const char *const honest[] = {
        "tcpdump",    "dumpcap",        "tshark",         "dhclient",
        "dhcpcd",     "udhcpc",         "NetworkManager", "systemd-networkd",
        "ping",       "ping6",          "traceroute",     "mtr-packet",
        "fping",      "arping",         "nmap",           "lldpd",
        "keepalived", "wpa_supplicant", "hostapd",        "ospfd",
        "radvd",      "bird",           "snort",          "suricata",
        NULL};
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &context->snapshot->sockets[connections[i].socket];
        bool is_packet = socket->family == AF_PACKET;

        if (!is_packet && (!socket_is_internet(socket) || socket->protocol == IPPROTO_TCP ||
                           socket->protocol == IPPROTO_UDP))
            continue;
        strbuf_add_format(evidence, "fd %d -> %s socket:[%llu]", connections[i].fd,
                          is_packet ? "packet" : "raw", (unsigned long long)socket->inode);
        if (!program_is_one_of(program_name(context->snapshot, process), honest) ||
            !program_is_trusted(context->snapshot, process))
            return 1;
        strbuf_add_string(evidence, "; its business");
        return 0;
    }
    return 0;
}
