/* SPDX-License-Identifier: MIT */
#include "model/relations.h"

#include <stdlib.h>

#include "base/memory.h"

static void find_parents(struct relations *relations)
{
    const struct snapshot *snapshot = relations->snapshot;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *parent = snapshot_parent(snapshot, &snapshot->processes[i]);

        relations->parents[i] = parent ? snapshot_index(snapshot, parent) : RELATION_NONE;
    }
}

/* Counting sort by parent, so that siblings stay in pid order. */
static void group_children(struct relations *relations)
{
    size_t count = relations->snapshot->process_count;
    uint32_t first = 0;

    for (size_t i = 0; i < count; i++)
        if (relations->parents[i] != RELATION_NONE)
            relations->children[relations->parents[i]].count++;
    for (size_t i = 0; i < count; i++) {
        relations->children[i].first = first;
        first += relations->children[i].count;
        relations->children[i].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (relations->parents[i] == RELATION_NONE)
            continue;
        struct range *siblings = &relations->children[relations->parents[i]];
        relations->child_list[siblings->first + siblings->count++] = (uint32_t)i;
    }
}

static int compare_holders(const void *left, const void *right)
{
    const struct holder *a = left, *b = right;

    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    if (a->process != b->process)
        return a->process < b->process ? -1 : 1;
    return (a->fd > b->fd) - (a->fd < b->fd);
}

static void add_holder(struct holders *holders, struct holder holder)
{
    holders->items =
        memory_grow(holders->items, holders->count, &holders->capacity, sizeof *holders->items);
    holders->items[holders->count++] = holder;
}

static void sort_holders(struct holders *holders)
{
    if (holders->count > 0)
        qsort(holders->items, holders->count, sizeof *holders->items, compare_holders);
}

static const struct holder *find_holders(const struct holders *holders, uint64_t of,
                                         size_t *ret_count)
{
    size_t low = 0, high = holders->count, count = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (holders->items[middle].of < of)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < holders->count && holders->items[low + count].of == of)
        count++;
    *ret_count = count;
    return count > 0 ? &holders->items[low] : NULL;
}

static void index_descriptor(struct relations *relations, uint32_t process,
                             const struct descriptor *descriptor)
{
    const struct holder holder = {descriptor->inode, process, descriptor->fd};
    const struct socket *socket;

    relations->descriptor_kinds[process] |= 1u << descriptor->kind;
    switch (descriptor->kind) {
    case DESCRIPTOR_SOCKET:
        socket = relations_socket(relations, descriptor->inode);
        if (!socket)
            break;
        relations->connections[relations->connection_count++] = (struct connection){
            .process = process,
            .socket = (uint32_t)(socket - relations->snapshot->sockets),
            .fd = descriptor->fd,
        };
        add_holder(&relations->sockets, holder);
        if (socket->state == SOCKET_LISTEN && socket->local_port != 0)
            add_holder(&relations->listeners,
                       (struct holder){socket->local_port, process, descriptor->fd});
        break;
    case DESCRIPTOR_PIPE:
        add_holder(&relations->pipes, holder);
        break;
    case DESCRIPTOR_PTMX:
        add_holder(&relations->masters, holder);
        break;
    default:
        break;
    }
}

static void index_descriptors(struct relations *relations)
{
    const struct snapshot *snapshot = relations->snapshot;

    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        struct range range = process->descriptors;

        if (process->tracer_pid != 0)
            add_holder(&relations->traced,
                       (struct holder){(uint64_t)process->tracer_pid, i, -1});
        relations->connections_of[i].first = (uint32_t)relations->connection_count;
        for (uint32_t n = range.first; n < range.first + range.count; n++)
            index_descriptor(relations, i, &snapshot->descriptors[n]);
        relations->connections_of[i].count =
            (uint32_t)relations->connection_count - relations->connections_of[i].first;
    }
    sort_holders(&relations->pipes);
    sort_holders(&relations->sockets);
    sort_holders(&relations->masters);
    sort_holders(&relations->listeners);
    sort_holders(&relations->traced);
}

struct relations *relations_new(const struct snapshot *snapshot)
{
    size_t count = snapshot->process_count;
    struct relations *relations = memory_new(1, sizeof *relations);

    relations->snapshot = snapshot;
    relations->parents = memory_new(count, sizeof *relations->parents);
    relations->children = memory_new(count, sizeof *relations->children);
    relations->child_list = memory_new(count, sizeof *relations->child_list);
    relations->connections_of = memory_new(count, sizeof *relations->connections_of);
    relations->connections =
        memory_new(snapshot->descriptor_count, sizeof *relations->connections);
    relations->descriptor_kinds = memory_new(count, sizeof *relations->descriptor_kinds);
    find_parents(relations);
    group_children(relations);
    index_descriptors(relations);
    return relations;
}

void relations_free(struct relations *relations)
{
    if (!relations)
        return;
    free(relations->parents);
    free(relations->children);
    free(relations->child_list);
    free(relations->connections_of);
    free(relations->connections);
    free(relations->pipes.items);
    free(relations->sockets.items);
    free(relations->masters.items);
    free(relations->listeners.items);
    free(relations->traced.items);
    free(relations->descriptor_kinds);
    free(relations);
}

const struct process *relations_parent(const struct relations *relations,
                                       const struct process *process)
{
    uint32_t parent = relations->parents[process - relations->snapshot->processes];

    return parent == RELATION_NONE ? NULL : &relations->snapshot->processes[parent];
}

bool relations_is_ancestor(const struct relations *relations, const struct process *ancestor,
                           const struct process *descendant)
{
    const struct process *at = descendant;

    while ((at = relations_parent(relations, at)))
        if (at == ancestor)
            return true;
    return false;
}

const struct connection *relations_connections(const struct relations *relations,
                                               const struct process *process,
                                               uint32_t *ret_count)
{
    struct range range = relations->connections_of[process - relations->snapshot->processes];

    *ret_count = range.count;
    return relations->connections + range.first;
}

const struct holder *relations_pipe_holders(const struct relations *relations, uint64_t inode,
                                            size_t *ret_count)
{
    return find_holders(&relations->pipes, inode, ret_count);
}

const struct holder *relations_socket_holders(const struct relations *relations, uint64_t inode,
                                              size_t *ret_count)
{
    return find_holders(&relations->sockets, inode, ret_count);
}

const struct holder *relations_master_holders(const struct relations *relations, uint64_t index,
                                              size_t *ret_count)
{
    return find_holders(&relations->masters, index, ret_count);
}

const struct holder *relations_listeners(const struct relations *relations, uint16_t port,
                                         size_t *ret_count)
{
    return find_holders(&relations->listeners, port, ret_count);
}

const struct holder *relations_traced(const struct relations *relations, int32_t tracer_pid,
                                      size_t *ret_count)
{
    return find_holders(&relations->traced, (uint64_t)tracer_pid, ret_count);
}

const struct socket *relations_socket(const struct relations *relations, uint64_t inode)
{
    const struct snapshot *snapshot = relations->snapshot;
    size_t low = 0, high = snapshot->socket_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (snapshot->sockets[middle].inode < inode)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == snapshot->socket_count || snapshot->sockets[low].inode != inode)
        return NULL;
    return &snapshot->sockets[low];
}
