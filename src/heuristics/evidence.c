/* SPDX-License-Identifier: MIT */
#include "heuristics/evidence.h"

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
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];

    socket_format_local(socket, &local);
    socket_format_remote(socket, &remote);
    strbuf_add_format(evidence, "fd %d -> %s %s -> %s %s", connection->fd,
                      socket_protocol_name(socket), local, remote,
                      socket_state_name(socket->state));
}

/* Compilers give every third process of some machines such a line: parsing a format
 * for each would be most of what an assessment costs. */
static void add_number(struct strbuf *evidence, uint64_t number, unsigned base,
                       unsigned least_digits)
{
    char digits[24];
    unsigned count = 0;

    while (number != 0 || count < least_digits) {
        digits[sizeof digits - ++count] = "0123456789abcdef"[number % base];
        number /= base;
    }
    strbuf_add(evidence, digits + sizeof digits - count, count);
}

static void add_hex(struct strbuf *evidence, uint64_t number, unsigned least_digits)
{
    add_number(evidence, number, 16, least_digits);
}

void evidence_add_map(struct strbuf *evidence, const struct snapshot *snapshot,
                      const struct map *map)
{
    char permissions[MAP_PERMISSIONS_SIZE];

    map_format_permissions(map, &permissions);
    add_hex(evidence, map->start, 1);
    strbuf_add_char(evidence, '-');
    add_hex(evidence, map->end, 1);
    strbuf_add_char(evidence, ' ');
    strbuf_add_string(evidence, permissions);
    strbuf_add_char(evidence, ' ');
    add_hex(evidence, map->offset, 8);
    strbuf_add_char(evidence, ' ');
    add_hex(evidence, map->dev_major, 2);
    strbuf_add_char(evidence, ':');
    add_hex(evidence, map->dev_minor, 2);
    strbuf_add_char(evidence, ' ');
    add_number(evidence, map->inode, 10, 1);
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
