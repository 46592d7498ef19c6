/* SPDX-License-Identifier: MIT */
/* Shells that hold the network, and shells somebody else wires to it. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

static const char *const relays[] = {
    "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "socat", "openssl", "telnet", NULL};

static bool holds_socket(const struct check_context *context, const struct process *process,
                         uint32_t socket)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++)
        if (connections[i].socket == socket)
            return true;
    return false;
}

/* Somebody above has it open, too, and did not close it on exec. */
static bool is_inherited(const struct check_context *context, const struct process *process,
                         uint32_t socket, struct strbuf *evidence)
{
    const struct process *parent = relations_parent(context->relations, process);

    if (!parent || !holds_socket(context, parent, socket))
        return false;
    strbuf_add_string(evidence, "; left open by ");
    evidence_add_process(evidence, context->snapshot, parent);
    return true;
}

float check_listen_shell(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    if (!program_is_shell(context->snapshot, process))
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &context->snapshot->sockets[connections[i].socket];

        if (!socket_is_internet(socket) || socket->state != SOCKET_LISTEN)
            continue;
        evidence_add_connection(evidence, context->snapshot, &connections[i]);
        return is_inherited(context, process, connections[i].socket, evidence) ? 0.4F : 1;
    }
    return 0;
}

static bool is_outbound_tcp(const struct socket *socket)
{
    return socket_is_internet(socket) && socket->protocol == IPPROTO_TCP &&
           socket->flags & SOCKET_IS_OUTBOUND;
}

/* On 0, 1 or 2 it is revshell_stdio: one fact, one reason. */
static bool is_standard(const struct connection *connections, uint32_t count, uint32_t socket)
{
    for (uint32_t i = 0; i < count; i++)
        if (connections[i].socket == socket && connections[i].fd <= 2)
            return true;
    return false;
}

float check_shell_conn(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    if (!program_is_shell(context->snapshot, process))
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t socket = connections[i].socket;

        if (!is_outbound_tcp(&context->snapshot->sockets[socket]) ||
            is_standard(connections, count, socket))
            continue;
        evidence_add_connection(evidence, context->snapshot, &connections[i]);
        return is_inherited(context, process, socket, evidence) ? 0.5F : 1;
    }
    return 0;
}

static const struct connection *outbound_of(const struct check_context *context,
                                            const struct process *process)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++)
        if (is_outbound_tcp(&context->snapshot->sockets[connections[i].socket]))
            return &connections[i];
    return NULL;
}

/* What a descriptor is wired to: a pipe, or one end of a pair of sockets. */
struct wire {
    const char *kind; /* "pipe", "socket"; NULL: neither */
    uint64_t inode;
    const struct holder *far_ends;
    size_t count;
};

static struct wire wire_of(const struct check_context *context, const struct process *process,
                           int fd)
{
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;
    struct wire wire = {0};

    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        if (at[i].fd != fd)
            continue;
        wire.inode = at[i].inode;
        if (at[i].kind == DESCRIPTOR_PIPE) {
            wire.kind = "pipe";
            wire.far_ends =
                relations_pipe_holders(context->relations, at[i].inode, &wire.count);
        } else if (at[i].kind == DESCRIPTOR_SOCKET) {
            const struct socket *socket = relations_socket(context->relations, at[i].inode);

            if (socket && socket->family == AF_UNIX && socket->peer_inode != 0) {
                wire.kind = "socket";
                wire.far_ends = relations_socket_holders(context->relations, socket->peer_inode,
                                                         &wire.count);
            }
        }
        break;
    }
    return wire;
}

static bool holds_far_end(const struct wire *wire, uint32_t process)
{
    for (size_t i = 0; i < wire->count; i++)
        if (wire->far_ends[i].process == process)
            return true;
    return false;
}

/* Runners of jobs feed shells through pipes, and report over the network. */
static bool is_runner(const struct check_context *context, const struct process *process)
{
    static const char *const names[] = {"sshd",
                                        "sshd-session",
                                        "containerd-shim",
                                        "containerd-shim-runc-v2",
                                        "conmon",
                                        "dockerd",
                                        "gitlab-runner",
                                        "buildkite-agent",
                                        "Runner.Worker",
                                        "Runner.Listener",
                                        NULL};

    return program_is_one_of(program_name(context->snapshot, process), names) &&
           program_is_trusted(context->snapshot, process);
}

static void add_relay(const struct check_context *context, const struct process *holder,
                      const struct connection *connection, struct strbuf *evidence)
{
    evidence_add_process(evidence, context->snapshot, holder);
    strbuf_add_string(evidence, ", ");
    evidence_add_connection(evidence, context->snapshot, connection);
}

float check_shell_relay(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    struct shell_mode mode;

    if (process->tty_nr != 0 || !program_is_shell(context->snapshot, process))
        return 0;
    /* Programs run their commands and scripts with pipes at both ends all day; -i
     * with -c is how editors ask for the environment of a login. */
    mode = shell_mode_of(context->snapshot, process);
    if (mode.has_command || (mode.has_script && !mode.is_interactive))
        return 0;

    struct wire input = wire_of(context, process, 0), output = wire_of(context, process, 1);
    if (!input.kind || !output.kind)
        return 0;
    for (size_t i = 0; i < output.count; i++) {
        uint32_t index = output.far_ends[i].process;
        const struct process *holder = &context->snapshot->processes[index];
        const struct connection *connection =
            holder == process ? NULL : outbound_of(context, holder);
        bool is_relay =
            program_is_one_of(base_name(program_name(context->snapshot, holder)), relays);

        /* nc may get its answer to the shell through a fifo and cat. */
        if (!connection || (!is_relay && !holds_far_end(&input, index)) ||
            is_runner(context, holder))
            continue;
        strbuf_add_format(evidence, "%s:[%llu] -> ", output.kind,
                          (unsigned long long)output.inode);
        add_relay(context, holder, connection, evidence);
        return is_relay ? 1 : 0.8F;
    }
    return 0;
}

float check_pty_relay(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    uint32_t number;
    size_t count;

    /* Only the first on the terminal; what it starts is no other fact. */
    if (!tty_is_pts(process->tty_nr, &number) || process->session != process->pid ||
        !program_is_shell(snapshot, process))
        return 0;
    const struct holder *holders =
        relations_master_holders(context->relations, (uint64_t)number + 1, &count);
    for (size_t i = 0; i < count; i++) {
        const struct process *holder = &snapshot->processes[holders[i].process];

        /* Every devpts counts from 0: a container's terminal is not ours. */
        if (holder == process || holder->ns_mnt != process->ns_mnt ||
            !process_knows(holder, FACT_BIT(FACT_NAMESPACES)))
            continue;
        const struct connection *connection = outbound_of(context, holder);
        if (!connection || is_runner(context, holder))
            continue;
        strbuf_add_format(evidence, "/dev/pts/%u is held by ", number);
        add_relay(context, holder, connection, evidence);
        bool is_known = program_is_trusted(snapshot, holder) &&
                        !program_is_interpreter(snapshot, holder) &&
                        !program_is_one_of(program_name(snapshot, holder), relays);
        return is_known ? 0.5F : 1;
    }
    return 0;
}
