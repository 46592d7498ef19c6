/* SPDX-License-Identifier: MIT */
#include "view/row.h"

#include <stdlib.h>

#include "base/memory.h"

const char *verdict_mark(const struct verdict *verdict)
{
    static const char *const marks[SEVERITY_COUNT] = {
        [SEVERITY_NONE] = "",
        [SEVERITY_LOW] = ".",
        [SEVERITY_HIGH] = "!",
        [SEVERITY_CRITICAL] = "!!",
    };

    if (verdict->severity == SEVERITY_NONE && verdict->is_whitelisted)
        return "w";
    return marks[verdict->severity];
}

const struct reason *row_reasons(const struct row *row)
{
    /* A snapshot without any reason has no array to point into. */
    return row->verdict->reason_count > 0 ? row->scores->reasons + row->verdict->first_reason
                                          : NULL;
}

static int compare_sockets(const void *a, const void *b)
{
    const struct socket *left = *(const struct socket *const *)a;
    const struct socket *right = *(const struct socket *const *)b;

    return (left > right) - (left < right);
}

/* One socket may be open under many descriptors (dup(2)): it counts once. */
size_t row_sockets(const struct row *row, bool (*is_wanted)(const struct socket *socket),
                   const struct socket ***ret_sockets)
{
    uint32_t held;
    const struct connection *connections =
        relations_connections(row->relations, row->process, &held);
    const struct socket **sockets = memory_new(held, sizeof *sockets);
    size_t count = 0, distinct = 0;

    for (uint32_t i = 0; i < held; i++) {
        const struct socket *socket = &row->snapshot->sockets[connections[i].socket];

        if (is_wanted(socket))
            sockets[count++] = socket;
    }
    qsort(sockets, count, sizeof *sockets, compare_sockets);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sockets[i] != sockets[i - 1])
            sockets[distinct++] = sockets[i];
    *ret_sockets = sockets;
    return distinct;
}

size_t row_count_sockets(const struct row *row, bool (*is_wanted)(const struct socket *socket))
{
    struct range range =
        row->relations->connections_of[row->process - row->snapshot->processes];
    const struct socket **sockets;

    /* Most have none or one, and a sort asks each of them often. */
    if (range.count == 0)
        return 0;
    if (range.count == 1)
        return is_wanted(
            &row->snapshot->sockets[row->relations->connections[range.first].socket]);
    size_t count = row_sockets(row, is_wanted, &sockets);
    free(sockets);
    return count;
}

static bool is_outbound(const struct socket *socket)
{
    return socket->flags & SOCKET_IS_OUTBOUND;
}

size_t row_outbound_count(const struct row *row)
{
    return row_count_sockets(row, is_outbound);
}

int32_t row_pid(const struct row *row)
{
    return row->thread ? row->thread->tid : row->process->pid;
}

struct span row_unit(const struct row *row)
{
    struct span unit = {0};

    cgroup_find_unit(snapshot_span(row->snapshot, row->process->cgroup), &unit);
    return unit;
}

struct container_name row_container(const struct row *row)
{
    struct container_name name = {.engine = ""};

    cgroup_find_container(snapshot_span(row->snapshot, row->process->cgroup), &name);
    return name;
}

struct text_ref row_parent_name(const struct row *row)
{
    const struct process *parent = relations_parent(row->relations, row->process);

    return parent ? parent->comm : (struct text_ref){0};
}

/* NUL stands between arguments: a search for "sh -c" shall find them. */
static char fold(char c)
{
    if (c == '\0')
        return ' ';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains_folded(struct span text, struct span needle)
{
    size_t length = span_length(needle);

    for (; span_length(text) >= length; text.at++) {
        size_t i = 0;
        while (i < length && fold(text.at[i]) == fold(needle.at[i]))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

bool row_contains(const struct row *row, const char *text)
{
    struct span needle = span_of_string(text);
    const struct text_ref texts[] = {row->process->comm, row->process->cmdline,
                                     row->process->exe};

    if (row->thread)
        return contains_folded(snapshot_span(row->snapshot, row->thread->comm), needle);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (contains_folded(snapshot_span(row->snapshot, texts[i]), needle))
            return true;
    return false;
}
