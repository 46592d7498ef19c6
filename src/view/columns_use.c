/* SPDX-License-Identifier: MIT */
/* What a process uses, and where it runs. */
#include "view/column_cells.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

double number_cpu(const struct row *row)
{
    return (double)row->process->cpu_percent;
}

double number_rss(const struct row *row)
{
    return (double)row->process->rss;
}

void format_rss(const struct row *row, struct strbuf *out)
{
    text_add_size(out, row->process->rss);
}

double number_threads(const struct row *row)
{
    return row->process->threads;
}

double number_conns(const struct row *row)
{
    return (double)row_outbound_count(row);
}

struct span text_unit(const struct row *row)
{
    return row_unit(row);
}

struct span text_container(const struct row *row)
{
    struct span id = {0};

    cgroup_find_container_id(snapshot_span(row->snapshot, row->process->cgroup), &id);
    return id;
}

enum { CONTAINER_ID_SHOWN = 12 }; /* what docker ps and podman ps show */

void format_container(const struct row *row, struct strbuf *out)
{
    struct container_name name = row_container(row);

    if (span_length(name.id) == 0) {
        strbuf_add_char(out, '-');
        return;
    }
    if (strcmp(name.engine, "lxc") != 0)
        name.id.end = name.id.at + CONTAINER_ID_SHOWN;
    strbuf_add_format(out, "%s:", name.engine);
    text_add_printable(out, name.id, row->style);
}

double number_memory(const struct row *row)
{
    uint64_t total = row->snapshot->header->memory_total;

    return total > 0 ? 100.0 * (double)row->process->rss / (double)total : 0;
}

double number_virt(const struct row *row)
{
    return (double)row->process->vsize;
}

void format_virt(const struct row *row, struct strbuf *out)
{
    text_add_size(out, row->process->vsize);
}

/* A UDP socket that is bound and not connected waits for anybody, too. */
static bool is_listening(const struct socket *socket)
{
    return socket_is_internet(socket) &&
           (socket->state == SOCKET_LISTEN ||
            (socket->protocol == IPPROTO_UDP && socket->local_port != 0 &&
             socket->remote_port == 0));
}

static bool is_connected(const struct socket *socket)
{
    return socket_is_internet(socket) && socket->remote_port != 0;
}

size_t count_listen(const struct row *row)
{
    return row_count_sockets(row, is_listening);
}

static int compare_ports(const void *a, const void *b)
{
    const struct socket *left = *(const struct socket *const *)a;
    const struct socket *right = *(const struct socket *const *)b;

    return left->local_port - right->local_port;
}

/* IPv4 and IPv6 on one port are one to the reader. */
void format_listen(const struct row *row, struct strbuf *out)
{
    const struct socket **sockets;
    size_t count = row_sockets(row, is_listening, &sockets);

    qsort(sockets, count, sizeof *sockets, compare_ports);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sockets[i]->local_port != sockets[i - 1]->local_port)
            strbuf_add_format(out, "%s%u", i > 0 ? "," : "", sockets[i]->local_port);
    if (count == 0)
        strbuf_add_char(out, '-');
    free(sockets);
}

size_t count_remote(const struct row *row)
{
    return row_count_sockets(row, is_connected);
}

void format_remote(const struct row *row, struct strbuf *out)
{
    char address[SOCKET_ADDRESS_SIZE];
    const struct socket **sockets;
    size_t count = row_sockets(row, is_connected, &sockets);

    if (count > 0) {
        socket_format_remote(sockets[0], &address);
        strbuf_add_string(out, address);
    } else {
        strbuf_add_char(out, '-');
    }
    if (count > 1)
        strbuf_add_format(out, " +%zu", count - 1);
    free(sockets);
}
