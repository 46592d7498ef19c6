/* SPDX-License-Identifier: MIT */
#include "heuristics/evidence.h"

#include <inttypes.h>
#include <netinet/in.h>

#include "heuristics/program.h"

void evidence_add_process(struct strbuf *evidence, const struct snapshot *snapshot,
                          const struct process *process)
{
    struct span path = program_path(snapshot, process);

    strbuf_add_format(evidence, "pid %d ", process->pid);
    strbuf_add_span(evidence, span_length(path) > 0 ? path : program_name(snapshot, process));
}

void evidence_add_connection(struct strbuf *evidence, const struct snapshot *snapshot,
                             const struct connection *connection)
{
    const struct socket *socket = &snapshot->sockets[connection->socket];
    const char *protocol = socket->protocol == IPPROTO_UDP ? "udp" : "tcp";
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];

    socket_format_local(socket, &local);
    socket_format_remote(socket, &remote);
    strbuf_add_format(evidence, "fd %d -> %s %s -> %s %s", connection->fd, protocol, local,
                      remote, socket_state_name(socket->state));
}

void evidence_add_map(struct strbuf *evidence, const struct snapshot *snapshot,
                      const struct map *map)
{
    strbuf_add_format(
        evidence, "%" PRIx64 "-%" PRIx64 " %c%c%c%c %08" PRIx64 " %02x:%02x %" PRIu64,
        map->start, map->end, map->permissions & MAP_READ ? 'r' : '-',
        map->permissions & MAP_WRITE ? 'w' : '-', map->permissions & MAP_EXECUTE ? 'x' : '-',
        map->permissions & MAP_IS_SHARED ? 's' : 'p', map->offset, map->dev_major,
        map->dev_minor, map->inode);
    if (map->name.length > 0) {
        strbuf_add_char(evidence, ' ');
        strbuf_add_span(evidence, snapshot_span(snapshot, map->name));
    }
}

void evidence_add_command(struct strbuf *evidence, const struct snapshot *snapshot,
                          const struct process *process)
{
    struct span text = snapshot_span(snapshot, process->cmdline);
    size_t start = evidence->length;

    while (text.end > text.at && text.end[-1] == '\0')
        text.end--;
    bool is_clipped = span_length(text) > EVIDENCE_TEXT_MAX;
    if (is_clipped)
        text.end = text.at + EVIDENCE_TEXT_MAX;
    strbuf_add_span(evidence, text);
    for (size_t i = start; i < evidence->length; i++)
        if (evidence->bytes[i] == '\0')
            evidence->bytes[i] = ' ';
    if (is_clipped)
        strbuf_add_string(evidence, " ...");
}
