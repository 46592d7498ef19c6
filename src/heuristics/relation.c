/* SPDX-License-Identifier: MIT */
/* What its standard descriptors are. */
#include <string.h>
#include <sys/socket.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

static const float a_third = 1.0F / 3, two_thirds = 2.0F / 3;

static const struct descriptor *find_descriptor(const struct check_context *context,
                                                const struct process *process, int fd)
{
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;

    for (uint32_t i = 0; i < process->descriptors.count; i++)
        if (at[i].fd == fd)
            return &at[i];
    return NULL;
}

/* The internet socket behind a standard descriptor, or NULL. */
static const struct socket *standard_socket(const struct check_context *context,
                                            const struct process *process, int fd)
{
    const struct descriptor *descriptor = find_descriptor(context, process, fd);
    const struct socket *socket = descriptor && descriptor->kind == DESCRIPTOR_SOCKET
                                      ? relations_socket(context->relations, descriptor->inode)
                                      : NULL;

    return socket && socket_is_internet(socket) ? socket : NULL;
}

static void add_standard_socket(const struct check_context *context, int fd,
                                const struct socket *socket, struct strbuf *evidence)
{
    struct connection connection = {.socket = (uint32_t)(socket - context->snapshot->sockets),
                                    .fd = fd};

    evidence_add_connection(evidence, context->snapshot, &connection);
}

static const char *const ssh_servers[] = {"sshd", "sshd-session", NULL};

float check_no_tty(const struct check_context *context, const struct process *process,
                   struct strbuf *evidence)
{
    struct shell_mode mode;
    struct span first;

    if (process->tty_nr != 0 || !program_is_shell(context->snapshot, process) ||
        !argument_at(context->snapshot, process, 0, &first))
        return 0;
    mode = shell_mode_of(context->snapshot, process);
    if ((mode.has_command || mode.has_script) && !mode.is_interactive)
        return 0;

    const struct descriptor *input = find_descriptor(context, process, 0);
    if (!input || (input->kind != DESCRIPTOR_SOCKET && input->kind != DESCRIPTOR_PIPE))
        return 0;
    const struct socket *socket = standard_socket(context, process, 0);

    if (socket)
        add_standard_socket(context, 0, socket, evidence);
    else
        strbuf_add_format(evidence, "fd 0 -> %s:[%llu]",
                          input->kind == DESCRIPTOR_PIPE ? "pipe" : "socket",
                          (unsigned long long)input->inode);
    strbuf_add_string(evidence, ", no terminal, ");
    evidence_add_command(evidence, context->snapshot, process);
    if (socket || (mode.is_interactive && !mode.has_command))
        return 1;
    /* "ssh host sh -s < script" looks just so. */
    if (has_trusted_ancestor_named(context, process, ssh_servers)) {
        strbuf_add_string(evidence, "; of an SSH session");
        return a_third;
    }
    /* CI runners and installers feed a shell its script through a pipe. */
    return two_thirds;
}

float check_revshell_stdio(const struct check_context *context, const struct process *process,
                           struct strbuf *evidence)
{
    bool is_shell = program_is_shell(context->snapshot, process);
    const struct socket *sockets[3], *wire = NULL;
    int first = 0;

    if (!is_shell && !program_is_interpreter(context->snapshot, process))
        return 0;
    for (int fd = 2; fd >= 0; fd--) {
        sockets[fd] = standard_socket(context, process, fd);
        if (sockets[fd] && sockets[fd]->remote_port != 0) {
            wire = sockets[fd];
            first = fd;
        }
    }
    if (!wire)
        return 0;
    /* One of three may be a log; two of three on one socket are a wire. */
    if (!is_shell && (wire == sockets[0]) + (wire == sockets[1]) + (wire == sockets[2]) < 2)
        return 0;
    add_standard_socket(context, first, wire, evidence);
    if (is_shell || wire->flags & SOCKET_IS_OUTBOUND)
        return 1;
    strbuf_add_string(evidence, "; accepted, as inetd's handlers have it");
    return 1.0F / 6;
}
