/* SPDX-License-Identifier: MIT */
/* Open descriptors: how they are open, and what or who is at the other end. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "report/sheet.h"

static void add_mode(const struct sheet *sheet, const struct opening *opening)
{
    static const char *const modes[] = {"r  ", " w ", "rw ", "   "};
    char mode[4];

    if (!opening) {
        sheet_add(sheet, TONE_DIM, "    ");
        return;
    }
    memcpy(mode, modes[opening->flags & O_ACCMODE], sizeof mode);
    if (opening->flags & O_APPEND)
        mode[2] = 'a';
    sheet_add(sheet, TONE_TEXT, "%s ", mode);
}

/* Whoever else has the pipe. */
static void add_pipe_peers(const struct sheet *sheet, const struct sheet_subject *subject,
                           uint64_t inode)
{
    const struct row *row = &subject->row;
    size_t count;
    const struct holder *ends = relations_pipe_holders(row->relations, inode, &count);
    int32_t before = row->process->pid;
    unsigned shown = 0;

    sheet_add(sheet, TONE_TEXT, "pipe %llu", (unsigned long long)inode);
    for (size_t i = 0; i < count && shown < 4; i++) {
        const struct process *peer = &row->snapshot->processes[ends[i].process];

        if (peer->pid == row->process->pid || peer->pid == before)
            continue;
        sheet_add(sheet, TONE_DIM, "%s %d ", shown++ == 0 ? "  shared with" : ",", peer->pid);
        sheet_add_text(sheet, TONE_TEXT, row, peer->comm);
        before = peer->pid;
    }
}

static void add_socket(const struct sheet *sheet, const struct sheet_subject *subject,
                       uint64_t inode)
{
    const struct socket *socket = relations_socket(subject->row.relations, inode);
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];

    if (!socket)
        socket = relations_socket(subject->full.relations, inode);
    if (!socket || !socket_is_internet(socket)) {
        sheet_add(sheet, TONE_TEXT, "socket %llu", (unsigned long long)inode);
        if (socket && socket->family == AF_UNIX)
            sheet_add(sheet, TONE_DIM, "  unix");
        else if (socket && socket->family == AF_PACKET)
            sheet_add(sheet, TONE_WARNING, "  packet: sees all that passes");
        return;
    }
    socket_format_local(socket, &local);
    socket_format_remote(socket, &remote);
    sheet_add(sheet, TONE_TEXT, "%s %s", socket_protocol_name(socket), local);
    if (socket->remote_port != 0)
        sheet_add(sheet, TONE_KEY, " %s %s", socket->flags & SOCKET_IS_OUTBOUND ? "->" : "<-",
                  remote);
    sheet_add(sheet, TONE_DIM, "  %s", socket_state_name((enum socket_state)socket->state));
}

static void write_descriptor(const struct sheet *sheet, const struct sheet_subject *subject,
                             const struct descriptor *descriptor)
{
    const struct snapshot *snapshot = subject->full.snapshot;
    const struct opening *opening = snapshot_opening(snapshot, descriptor->fd);
    struct span target = snapshot_span(snapshot, descriptor->target);

    sheet_line(sheet);
    sheet_add(sheet, descriptor->fd <= 2 ? TONE_KEY : TONE_TEXT, "%5d ", descriptor->fd);
    add_mode(sheet, opening);
    switch ((enum descriptor_kind)descriptor->kind) {
    case DESCRIPTOR_SOCKET:
        add_socket(sheet, subject, descriptor->inode);
        break;
    case DESCRIPTOR_PIPE:
        add_pipe_peers(sheet, subject, descriptor->inode);
        break;
    case DESCRIPTOR_MEMFD:
        sheet_add_text(sheet, TONE_WARNING, &subject->full, descriptor->target);
        break;
    case DESCRIPTOR_NULL:
    case DESCRIPTOR_ANONYMOUS:
        sheet_add_text(sheet, TONE_DIM, &subject->full, descriptor->target);
        break;
    default:
        if (span_length(target) == 0)
            sheet_add(sheet, TONE_WARNING, "a path too long to be told");
        else
            sheet_add_text(sheet,
                           span_ends_with(target, DELETED_SUFFIX) ? TONE_WARNING : TONE_TEXT,
                           &subject->full, descriptor->target);
    }
    if (opening && opening->position > 0)
        sheet_add(sheet, TONE_DIM, "  at %llu", (unsigned long long)opening->position);
}

void sheet_files(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct row *full = &subject->full;
    const struct process *process = full->process;
    enum fact_state state = (enum fact_state)process->facts[FACT_DESCRIPTORS];

    sheet_line(sheet);
    if (!process_knows(process, FACT_BIT(FACT_DESCRIPTORS))) {
        sheet_add(sheet, TONE_WARNING, "Open files: not known (%s)", fact_state_name(state));
        return;
    }
    sheet_add(sheet, TONE_DIM, "%u%s open, %u shown%s", process->descriptor_count,
              state == FACT_TRUNCATED ? " or more" : "", process->descriptors.count,
              subject->closer ? "" : " (only those of interest)");
    if (subject->closer && subject->closer->states[CLOSER_OPENINGS] == FACT_TRUNCATED)
        sheet_add(sheet, TONE_WARNING, "; how they are open: of the first %d",
                  (int)CLOSER_OPENINGS_MAX);
    if (process->descriptors.count == 0)
        return;
    sheet_line(sheet);
    sheet_add(sheet, TONE_LABEL, "%5s MODE TARGET", "FD");
    for (uint32_t i = 0; i < process->descriptors.count; i++)
        write_descriptor(sheet, subject,
                         &full->snapshot->descriptors[process->descriptors.first + i]);
}
