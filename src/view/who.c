/* SPDX-License-Identifier: MIT */
#include "view/who.h"

#include <string.h>

#include "base/span.h"

const char *who_parse(const char *text, struct who *ret_who)
{
    struct who who = {.kind = WHO_ADDRESS};
    struct span span = span_trimmed(span_of_string(text)), port = span;

    if (span_length(span) == 0)
        return "asks for :PORT, ADDRESS, /PATH or an inode number";
    if (span_length(span) >= WHO_TEXT_SIZE)
        return "is too long";
    memcpy(who.text, span.at, span_length(span));
    if (*span.at == '/') {
        who.kind = WHO_PATH;
    } else if (span_is_u64(span, &who.number)) {
        who.kind = WHO_INODE;
    } else if (span_take_string(&port, ":") && span_is_u64(port, &who.number)) {
        if (who.number == 0 || who.number > UINT16_MAX)
            return "names no port: 1 to 65535";
        who.kind = WHO_PORT;
    } else if (!strpbrk(who.text, ".:")) {
        return "asks for :PORT, ADDRESS, /PATH or an inode number";
    }
    *ret_who = who;
    return NULL;
}

fact_mask who_needs(const struct who *who)
{
    switch (who->kind) {
    case WHO_ANYBODY:
        break;
    case WHO_PORT:
    case WHO_ADDRESS:
        return FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS);
    case WHO_PATH:
        return FACT_BIT(FACT_EXE) | FACT_BIT(FACT_CWD) | FACT_BIT(FACT_DESCRIPTORS) |
               FACT_BIT(FACT_MAPS);
    case WHO_INODE:
        return FACT_BIT(FACT_EXE_FILE) | FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_MAPS);
    }
    return 0;
}

bool who_is_known(const struct who *who, const struct process *process)
{
    /* Directories and mappings are beside the point where the rest is known. */
    const fact_mask beside = FACT_BIT(FACT_CWD) | FACT_BIT(FACT_MAPS);

    return process_is_kernel_thread(process) ||
           process_knows(process, who_needs(who) & ~beside);
}

static bool is_all_before(const char *end, const char *shown, const char *asked)
{
    size_t length = strlen(asked);

    return (size_t)(end - shown) == length && strncmp(shown, asked, length) == 0;
}

/* "10.0.0.5:4444" is asked for by the whole, or by all before the port; "[::1]:4444" also
 * by what is within the brackets. */
static bool is_address(const char *shown, const char *asked)
{
    const char *port = strrchr(shown, ':');

    if (strcmp(shown, asked) == 0)
        return true;
    if (!port)
        return false;
    return is_all_before(port, shown, asked) ||
           (*shown == '[' && is_all_before(port - 1, shown + 1, asked));
}

static bool socket_matches(const struct who *who, const struct socket *socket)
{
    char local[SOCKET_ADDRESS_SIZE], remote[SOCKET_ADDRESS_SIZE];

    if (who->kind == WHO_PORT)
        return socket->local_port == who->number || socket->remote_port == who->number;
    socket_format_local(socket, &local);
    socket_format_remote(socket, &remote);
    return is_address(local, who->text) || is_address(remote, who->text);
}

static bool has_socket(const struct who *who, const struct row *row)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(row->relations, row->process, &count);

    for (uint32_t i = 0; i < count; i++)
        if (socket_matches(who, &row->snapshot->sockets[connections[i].socket]))
            return true;
    return false;
}

/* The path itself, also deleted since, or something below it. */
static bool is_at(const struct row *row, struct text_ref text, const char *asked)
{
    const char *path = snapshot_string(row->snapshot, text);
    size_t length = strlen(asked);

    if (strncmp(path, asked, length) != 0)
        return false;
    return path[length] == '\0' || asked[length - 1] == '/' || path[length] == '/' ||
           strcmp(path + length, DELETED_SUFFIX) == 0;
}

static bool has_path(const struct who *who, const struct row *row)
{
    const struct process *process = row->process;
    const struct snapshot *snapshot = row->snapshot;

    if (is_at(row, process->exe, who->text) || is_at(row, process->cwd, who->text))
        return true;
    for (uint32_t i = 0; i < process->descriptors.count; i++)
        if (is_at(row, snapshot->descriptors[process->descriptors.first + i].target, who->text))
            return true;
    for (uint32_t i = 0; i < process->maps.count; i++)
        if (is_at(row, snapshot->maps[process->maps.first + i].name, who->text))
            return true;
    return false;
}

static bool has_inode(const struct who *who, const struct row *row)
{
    const struct process *process = row->process;
    const struct snapshot *snapshot = row->snapshot;

    if (process->exe_file.ino == who->number)
        return true;
    for (uint32_t i = 0; i < process->descriptors.count; i++)
        if (snapshot->descriptors[process->descriptors.first + i].inode == who->number)
            return true;
    for (uint32_t i = 0; i < process->maps.count; i++)
        if (snapshot->maps[process->maps.first + i].inode == who->number)
            return true;
    return false;
}

bool who_matches(const struct who *who, const struct row *row)
{
    switch (who->kind) {
    case WHO_ANYBODY:
        return true;
    case WHO_PORT:
    case WHO_ADDRESS:
        return has_socket(who, row);
    case WHO_PATH:
        return has_path(who, row);
    case WHO_INODE:
        return who->number != 0 && has_inode(who, row);
    }
    return false;
}
