/* SPDX-License-Identifier: MIT */
#include "ui/panel_connections.h"

#include <string.h>
#include <sys/socket.h>

static bool is_connected(const struct socket *socket)
{
    return socket->remote_port != 0;
}

static const char *direction_of(const struct socket *socket)
{
    if (socket->state == SOCKET_LISTEN)
        return "listens";
    if (!is_connected(socket))
        return "bound";
    return socket->flags & SOCKET_IS_OUTBOUND ? "outgoing" : "incoming";
}

struct connection_list {
    const struct snapshot *snapshot;
    const struct connection *items;
    uint32_t count;
};

static const struct socket *socket_at(const struct connection_list *list, uint32_t index)
{
    return &list->snapshot->sockets[list->items[index].socket];
}

/* As wide as what stands in them, so that 80 columns hold the direction, too. */
struct columns_of_addresses {
    int local, remote;
};

static void widen(int *width, const char *text)
{
    int cells = (int)strlen(text);

    if (cells > *width)
        *width = cells;
}

static struct columns_of_addresses measure(const struct connection_list *list)
{
    struct columns_of_addresses widths = {(int)strlen("LOCAL"), (int)strlen("REMOTE")};
    char text[SOCKET_ADDRESS_SIZE];

    for (uint32_t i = 0; i < list->count; i++) {
        const struct socket *socket = socket_at(list, i);

        if (!socket_is_internet(socket))
            continue;
        socket_format_local(socket, &text);
        widen(&widths.local, text);
        socket_format_remote(socket, &text);
        if (is_connected(socket))
            widen(&widths.remote, text);
    }
    return widths;
}

static void write_socket(struct page *page, const struct socket *socket, int fd,
                         struct columns_of_addresses widths, const struct port_set *watched)
{
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];
    bool is_watched = is_connected(socket) && (port_set_has(watched, socket->remote_port) ||
                                               port_set_has(watched, socket->local_port));
    enum role role = is_watched ? ROLE_SEVERITY_HIGH : ROLE_TEXT;

    socket_format_local(socket, &local);
    socket_format_remote(socket, &remote);
    page_line(page);
    page_add(page, role, "%s", is_watched ? " ! " : "   ");
    page_add(page, ROLE_DIM, "%4d %-5s", fd, socket_protocol_name(socket));
    page_add(page, is_connected(socket) ? ROLE_TEXT : ROLE_DIM, "%-12s",
             socket_state_name((enum socket_state)socket->state));
    page_add(page, ROLE_TEXT, "%-*s ", widths.local, local);
    page_add(page, role, "%-*s ", widths.remote, is_connected(socket) ? remote : "");
    page_add(page, ROLE_DIM, "%s", direction_of(socket));
    if (is_watched)
        page_add(page, role, " watched");
}

/* First those to somebody else, then the rest. */
static void write_internet(struct page *page, const struct connection_list *list,
                           const struct port_set *watched)
{
    struct columns_of_addresses widths = measure(list);

    page_line(page);
    page_add(page, ROLE_LABEL, "     FD PROT STATE       %-*s %-*s DIRECTION", widths.local,
             "LOCAL", widths.remote, "REMOTE");
    for (int wants_connected = 1; wants_connected >= 0; wants_connected--)
        for (uint32_t i = 0; i < list->count; i++) {
            const struct socket *socket = socket_at(list, i);

            if (socket_is_internet(socket) && is_connected(socket) == (wants_connected == 1))
                write_socket(page, socket, list->items[i].fd, widths, watched);
        }
}

void panel_connections_write(struct page *page, const struct subject *subject,
                             const struct port_set *watched)
{
    const fact_mask needs = FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS);
    bool is_full = subject->full && process_knows(subject->full, needs);
    const struct relations *relations =
        is_full ? subject->focus->relations : subject->row.relations;
    const struct process *process = is_full ? subject->full : subject->row.process;
    struct connection_list list = {.snapshot = relations->snapshot};
    uint32_t internet = 0;

    page_line(page);
    if (!process_knows(process, needs)) {
        page_add(page, ROLE_WARNING, "not known: descriptors %s, sockets %s",
                 fact_state_name(process->facts[FACT_DESCRIPTORS]),
                 fact_state_name(process->facts[FACT_SOCKETS]));
        return;
    }
    list.items = relations_connections(relations, process, &list.count);
    for (uint32_t i = 0; i < list.count; i++)
        internet += socket_is_internet(socket_at(&list, i));
    page_add(page, ROLE_DIM, "%u of %u descriptors lead to the network, %u to other sockets",
             internet, process->descriptor_count, list.count - internet);
    if (internet == 0)
        return;
    write_internet(page, &list, watched);
}
