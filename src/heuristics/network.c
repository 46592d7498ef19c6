/* SPDX-License-Identifier: MIT */
/* Whom it talks to. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "heuristics/evidence.h"

/* Up to so many sockets each is counted once; beyond, descriptors are counted. */
enum { EXACT_MAX = 512 };

static const struct connection *connections_of(const struct check_context *context,
                                               const struct process *process,
                                               uint32_t *ret_count)
{
    const struct relations *relations = context->relations;
    struct range range = relations->connections_of[process - context->snapshot->processes];

    *ret_count = range.count;
    return relations->connections + range.first;
}

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

float check_watched_port(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    uint32_t count, more = 0;
    bool leaves_the_machine = false;
    const struct connection *connections = connections_of(context, process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = outbound_socket(context, &connections[i]);

        if (!socket || !port_set_has(&context->thresholds->ports, socket->remote_port))
            continue;
        leaves_the_machine |= !is_loopback(socket);
        if (evidence->length == 0)
            evidence_add_connection(evidence, context->snapshot, &connections[i]);
        else if (is_first_of_socket(connections, i))
            more++;
    }
    if (more > 0)
        strbuf_add_format(evidence, ", and %u more", more);
    if (evidence->length == 0)
        return 0;
    /* A browser on its user's own notebook server, more often than a tunnel. */
    return leaves_the_machine ? 1 : 0.5F;
}

float check_many_conns(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    uint32_t count, outbound = 0, example = 0;
    const struct connection *connections = connections_of(context, process, &count);

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
