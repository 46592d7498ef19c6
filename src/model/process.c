/* SPDX-License-Identifier: MIT */
#include "model/process.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/span.h"

const size_t process_texts[PROCESS_TEXT_COUNT] = {
    offsetof(struct process, comm),
    offsetof(struct process, user),
    offsetof(struct process, cmdline),
    offsetof(struct process, exe),
    offsetof(struct process, cwd),
    offsetof(struct process, root),
    offsetof(struct process, package),
    offsetof(struct process, cgroup),
    offsetof(struct process, ld_preload),
    offsetof(struct process, ld_audit),
    offsetof(struct process, ld_library_path),
};

const char *fact_name(enum fact fact)
{
    static const char *const names[] = {
        [FACT_STAT] = "stat",
        [FACT_STATUS] = "status",
        [FACT_CMDLINE] = "cmdline",
        [FACT_ENVIRON] = "environ",
        [FACT_EXE] = "exe",
        [FACT_EXE_FILE] = "exe_file",
        [FACT_CWD] = "cwd",
        [FACT_MAPS] = "maps",
        [FACT_DESCRIPTORS] = "fd",
        [FACT_SOCKETS] = "sockets",
        [FACT_CPU] = "cpu",
        [FACT_SHA256] = "sha256",
        [FACT_CGROUP] = "cgroup",
        [FACT_NAMESPACES] = "ns",
        [FACT_LOGINUID] = "loginuid",
        [FACT_PACKAGE] = "package",
        [FACT_ROOT] = "root",
        [FACT_WRITTEN_CODE] = "written_code",
        [FACT_INTEGRITY] = "integrity",
    };
    _Static_assert(sizeof names / sizeof *names == FACT_COUNT, "a name for each fact");

    return names[fact];
}

const char *fact_state_name(enum fact_state state)
{
    static const char *const names[] = {
        [FACT_NOT_ASKED] = "not asked", [FACT_KNOWN] = "known",
        [FACT_TRUNCATED] = "truncated", [FACT_PENDING] = "pending",
        [FACT_DENIED] = "denied",       [FACT_FAILED] = "failed",
        [FACT_BLOCKED] = "blocked",
    };
    _Static_assert(sizeof names / sizeof *names == FACT_STATE_COUNT, "a name for each state");

    return names[state];
}

static bool is_known(uint8_t state)
{
    return state == FACT_KNOWN || state == FACT_TRUNCATED;
}

fact_mask process_known(const struct process *process)
{
    fact_mask known = 0;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (is_known(process->facts[fact]))
            known |= FACT_BIT(fact);
    return known;
}

bool process_knows(const struct process *process, fact_mask facts)
{
    for (; facts != 0; facts &= facts - 1)
        if (!is_known(process->facts[__builtin_ctz(facts)]))
            return false;
    return true;
}

bool process_is_half_read(const struct process *process)
{
    const fact_mask late = FACT_BIT(FACT_CPU) | FACT_BIT(FACT_SHA256) | FACT_CLOSER;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (process->facts[fact] == FACT_PENDING && !(late & FACT_BIT(fact)))
            return true;
    return false;
}

bool process_is_kernel_thread(const struct process *process)
{
    return process->flags & PROCESS_PF_KTHREAD;
}

bool process_is_zombie(const struct process *process)
{
    return process->state == 'Z' || process->state == 'X';
}

bool tty_is_pts(int32_t tty_nr, uint32_t *ret_number)
{
    /* Linux, Documentation/admin-guide/devices.txt: Unix98 pty slaves. */
    enum { FIRST_MAJOR = 136, LAST_MAJOR = 143, MINORS = 256 };
    uint32_t major = tty_major(tty_nr);

    if (major < FIRST_MAJOR || major > LAST_MAJOR)
        return false;
    *ret_number = (major - FIRST_MAJOR) * MINORS + tty_minor(tty_nr);
    return true;
}

bool process_runs_same_file(const struct process *a, const struct process *b)
{
    return process_knows(a, FACT_BIT(FACT_EXE_FILE)) &&
           process_knows(b, FACT_BIT(FACT_EXE_FILE)) && a->exe_file.ino != 0 &&
           a->exe_file.dev == b->exe_file.dev && a->exe_file.ino == b->exe_file.ino;
}

bool exe_is_memfd(const char *exe)
{
    return strncmp(exe, "/memfd:", strlen("/memfd:")) == 0;
}

bool map_is_of_kernel(struct span name)
{
    static const char *const names[] = {"[vdso]", "[vsyscall]", "[uprobes]", "[sigpage]",
                                        "[vectors]"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equals(name, names[i]))
            return true;
    return false;
}

void map_format_permissions(const struct map *map, char (*ret_text)[MAP_PERMISSIONS_SIZE])
{
    char *at = *ret_text;

    *at++ = map->permissions & MAP_READ ? 'r' : '-';
    *at++ = map->permissions & MAP_WRITE ? 'w' : '-';
    *at++ = map->permissions & MAP_EXECUTE ? 'x' : '-';
    *at++ = map->permissions & MAP_IS_SHARED ? 's' : 'p';
    *at = '\0';
}

uint32_t process_exe_bare_length(const struct process *process, const char *exe)
{
    uint32_t length = (uint32_t)strlen(exe);
    bool is_unlinked =
        process->facts[FACT_EXE_FILE] != FACT_KNOWN || process->exe_file.nlink == 0;

    if (is_unlinked && span_ends_with(span_of(exe, length), DELETED_SUFFIX))
        return length - (uint32_t)strlen(DELETED_SUFFIX);
    return length;
}

bool socket_is_internet(const struct socket *socket)
{
    return socket->family == AF_INET || socket->family == AF_INET6;
}

const char *socket_protocol_name(const struct socket *socket)
{
    switch (socket->protocol) {
    case IPPROTO_TCP:
        return "tcp";
    case IPPROTO_UDP:
        return "udp";
    case IPPROTO_RAW:
        return "raw";
    default:
        return "ip";
    }
}

const char *socket_state_name(enum socket_state state)
{
    static const char *const names[] = {
        [SOCKET_ESTABLISHED] = "ESTABLISHED", [SOCKET_SYN_SENT] = "SYN_SENT",
        [SOCKET_SYN_RECV] = "SYN_RECV",       [SOCKET_FIN_WAIT1] = "FIN_WAIT1",
        [SOCKET_FIN_WAIT2] = "FIN_WAIT2",     [SOCKET_TIME_WAIT] = "TIME_WAIT",
        [SOCKET_CLOSE] = "UNCONNECTED",       [SOCKET_CLOSE_WAIT] = "CLOSE_WAIT",
        [SOCKET_LAST_ACK] = "LAST_ACK",       [SOCKET_LISTEN] = "LISTEN",
        [SOCKET_CLOSING] = "CLOSING",
    };

    if (state >= sizeof names / sizeof *names || !names[state])
        return "?";
    return names[state];
}

static void format_address(const struct socket *socket, const uint8_t *address, uint16_t port,
                           char (*ret_text)[SOCKET_ADDRESS_SIZE])
{
    static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};
    char host[INET6_ADDRSTRLEN] = "?";

    if (socket->family == AF_INET6 && memcmp(address, v4_mapped, sizeof v4_mapped) != 0) {
        inet_ntop(AF_INET6, address, host, sizeof host);
        snprintf(*ret_text, sizeof *ret_text, "[%s]:%u", host, port);
        return;
    }
    inet_ntop(AF_INET, socket->family == AF_INET6 ? address + sizeof v4_mapped : address, host,
              sizeof host);
    snprintf(*ret_text, sizeof *ret_text, "%s:%u", host, port);
}

void socket_format_local(const struct socket *socket, char (*ret_text)[SOCKET_ADDRESS_SIZE])
{
    format_address(socket, socket->local, socket->local_port, ret_text);
}

void socket_format_remote(const struct socket *socket, char (*ret_text)[SOCKET_ADDRESS_SIZE])
{
    format_address(socket, socket->remote, socket->remote_port, ret_text);
}
