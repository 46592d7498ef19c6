/* SPDX-License-Identifier: MIT */
#include "model/snapshot.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "model/snapshot_layout.h"

enum { FIRST_SLOT_COUNT = 4096 };

struct section {
    char *items;
    size_t count;
    size_t capacity;
};

/* Open addressing; a slot holds the reference, offset 0 means free (offset 0
 * of the pool is the empty string, which never needs a slot). */
struct intern_table {
    struct text_ref *slots;
    size_t slot_count; /* a power of two */
    size_t used;
};

struct snapshot_builder {
    struct snapshot_header header;
    struct section sections[SECTION_COUNT];
    struct intern_table intern;
};

static size_t aligned(size_t size)
{
    return (size + SNAPSHOT_ALIGNMENT - 1) / SNAPSHOT_ALIGNMENT * SNAPSHOT_ALIGNMENT;
}

static uint32_t section_add(struct snapshot_builder *builder, enum snapshot_section section,
                            const void *item)
{
    struct section *array = &builder->sections[section];
    size_t size = snapshot_item_size(section);

    if (array->count == UINT32_MAX)
        fatal("snapshot overflow");
    array->items = memory_grow(array->items, array->count, &array->capacity, size);
    memcpy(array->items + array->count * size, item, size);
    return (uint32_t)array->count++;
}

static uint32_t pool_add(struct section *pool, struct span text)
{
    size_t length = span_length(text), need = pool->count + length + 1;

    if (need > SNAPSHOT_SIZE_MAX)
        fatal("snapshot overflow");
    if (aligned(need) > pool->capacity) {
        pool->capacity = aligned(need * 2);
        pool->items = memory_resize(pool->items, pool->capacity, 1);
    }

    uint32_t offset = (uint32_t)pool->count;
    if (length > 0)
        memcpy(pool->items + offset, text.at, length);
    pool->items[offset + length] = '\0';
    pool->count = need;
    return offset;
}

static struct text_ref *slot_of(const struct snapshot_builder *builder, struct span text)
{
    const struct intern_table *table = &builder->intern;
    const char *pool = builder->sections[SECTION_STRINGS].items;
    size_t at = span_hash(text) & (table->slot_count - 1);

    while (table->slots[at].offset != 0) {
        struct text_ref ref = table->slots[at];
        if (ref.length == span_length(text) &&
            memcmp(pool + ref.offset, text.at, ref.length) == 0)
            break;
        at = (at + 1) & (table->slot_count - 1);
    }
    return &table->slots[at];
}

static void intern_grow(struct snapshot_builder *builder)
{
    struct intern_table old = builder->intern;
    const char *pool = builder->sections[SECTION_STRINGS].items;

    builder->intern.slot_count = old.slot_count * 2;
    builder->intern.slots = memory_new(builder->intern.slot_count, sizeof *old.slots);
    for (size_t i = 0; i < old.slot_count; i++) {
        struct text_ref ref = old.slots[i];
        if (ref.offset != 0)
            *slot_of(builder, span_of(pool + ref.offset, ref.length)) = ref;
    }
    free(old.slots);
}

struct snapshot_builder *snapshot_builder_new(void)
{
    struct snapshot_builder *builder = memory_new(1, sizeof *builder);

    builder->intern.slot_count = FIRST_SLOT_COUNT;
    builder->intern.slots = memory_new(FIRST_SLOT_COUNT, sizeof *builder->intern.slots);
    snapshot_builder_clear(builder);
    return builder;
}

void snapshot_builder_free(struct snapshot_builder *builder)
{
    if (!builder)
        return;
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        free(builder->sections[section].items);
    free(builder->intern.slots);
    free(builder);
}

void snapshot_builder_clear(struct snapshot_builder *builder)
{
    builder->header = (struct snapshot_header){0};
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        builder->sections[section].count = 0;
    builder->intern.used = 0;
    memset(builder->intern.slots, 0,
           builder->intern.slot_count * sizeof *builder->intern.slots);
    pool_add(&builder->sections[SECTION_STRINGS], span_of_string(""));
}

struct snapshot_header *snapshot_builder_header(struct snapshot_builder *builder)
{
    return &builder->header;
}

struct text_ref snapshot_builder_text(struct snapshot_builder *builder, struct span text)
{
    if (span_length(text) == 0)
        return (struct text_ref){0};
    if ((builder->intern.used + 1) * 4 > builder->intern.slot_count * 3)
        intern_grow(builder);

    struct text_ref *slot = slot_of(builder, text);
    if (slot->offset == 0) {
        slot->length = (uint32_t)span_length(text);
        slot->offset = pool_add(&builder->sections[SECTION_STRINGS], text);
        builder->intern.used++;
    }
    return *slot;
}

uint32_t snapshot_builder_add_process(struct snapshot_builder *builder,
                                      const struct process *process)
{
    return section_add(builder, SECTION_PROCESSES, process);
}

uint32_t snapshot_builder_add_map(struct snapshot_builder *builder, const struct map *map)
{
    return section_add(builder, SECTION_MAPS, map);
}

uint32_t snapshot_builder_add_descriptor(struct snapshot_builder *builder,
                                         const struct descriptor *descriptor)
{
    return section_add(builder, SECTION_DESCRIPTORS, descriptor);
}

uint32_t snapshot_builder_add_socket(struct snapshot_builder *builder,
                                     const struct socket *socket)
{
    return section_add(builder, SECTION_SOCKETS, socket);
}

void snapshot_builder_add_note(struct snapshot_builder *builder, uint32_t level,
                               const char *text)
{
    struct note note = {
        .level = level,
        .text = snapshot_builder_text(builder, span_of_string(text)),
    };

    section_add(builder, SECTION_NOTES, &note);
}

void snapshot_builder_add_hidden(struct snapshot_builder *builder,
                                 const struct hidden_process *hidden)
{
    section_add(builder, SECTION_HIDDEN, hidden);
}

void snapshot_builder_set_closer(struct snapshot_builder *builder, const struct closer *closer)
{
    builder->sections[SECTION_CLOSER].count = 0;
    section_add(builder, SECTION_CLOSER, closer);
}

void snapshot_builder_add_variable(struct snapshot_builder *builder, struct span name,
                                   struct span value)
{
    const struct variable variable = {snapshot_builder_text(builder, name),
                                      snapshot_builder_text(builder, value)};

    section_add(builder, SECTION_VARIABLES, &variable);
}

void snapshot_builder_add_thread(struct snapshot_builder *builder, const struct thread *thread)
{
    section_add(builder, SECTION_THREADS, thread);
}

void snapshot_builder_add_limit(struct snapshot_builder *builder, const struct limit *limit)
{
    section_add(builder, SECTION_LIMITS, limit);
}

void snapshot_builder_add_opening(struct snapshot_builder *builder,
                                  const struct opening *opening)
{
    section_add(builder, SECTION_OPENINGS, opening);
}

struct process *snapshot_builder_process(struct snapshot_builder *builder, uint32_t index)
{
    return (struct process *)builder->sections[SECTION_PROCESSES].items + index;
}

size_t snapshot_builder_size(const struct snapshot_builder *builder)
{
    size_t size = aligned(sizeof(struct snapshot_header));

    for (unsigned section = 0; section < SECTION_COUNT; section++)
        size += aligned(builder->sections[section].count * snapshot_item_size(section));
    return size;
}

static int compare_processes(const void *left, const void *right)
{
    const struct process *a = left, *b = right;

    return (a->pid > b->pid) - (a->pid < b->pid);
}

static int compare_sockets(const void *left, const void *right)
{
    const struct socket *a = left, *b = right;

    return (a->inode > b->inode) - (a->inode < b->inode);
}

static int compare_threads(const void *left, const void *right)
{
    const struct thread *a = left, *b = right;

    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    return (a->tid > b->tid) - (a->tid < b->tid);
}

/* Whoever listens on a port accepts connections that carry the same local port:
 * those came in. */
struct listener {
    uint64_t ns_net;
    uint16_t port;
    uint8_t protocol;
};

static int compare_listeners(const void *left, const void *right)
{
    const struct listener *a = left, *b = right;

    if (a->ns_net != b->ns_net)
        return a->ns_net < b->ns_net ? -1 : 1;
    if (a->protocol != b->protocol)
        return a->protocol < b->protocol ? -1 : 1;
    return (a->port > b->port) - (a->port < b->port);
}

/* TCP says LISTEN; an unconnected UDP socket with a port serves just so. */
static bool is_listener(const struct socket *socket)
{
    return socket_is_internet(socket) && socket->local_port != 0 && socket->remote_port == 0 &&
           (socket->protocol == IPPROTO_UDP ? socket->state == SOCKET_CLOSE
                                            : socket->state == SOCKET_LISTEN);
}

static void mark_outbound(struct socket *sockets, size_t count)
{
    struct listener *listeners = memory_new(count, sizeof *listeners);
    size_t listener_count = 0;

    for (size_t i = 0; i < count; i++)
        if (is_listener(&sockets[i]))
            listeners[listener_count++] = (struct listener){
                sockets[i].ns_net, sockets[i].local_port, sockets[i].protocol};
    if (listener_count > 0)
        qsort(listeners, listener_count, sizeof *listeners, compare_listeners);

    for (size_t i = 0; i < count; i++) {
        struct socket *socket = &sockets[i];
        struct listener key = {socket->ns_net, socket->local_port, socket->protocol};

        socket->flags &= (uint8_t)~SOCKET_IS_OUTBOUND;
        if (socket_is_internet(socket) && socket->remote_port != 0 &&
            socket->state != SOCKET_LISTEN &&
            !bsearch(&key, listeners, listener_count, sizeof *listeners, compare_listeners))
            socket->flags |= SOCKET_IS_OUTBOUND;
    }
    free(listeners);
}

/* Whoever lists processes lists them by pid. */
static bool is_in_order(const struct process *processes, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (processes[i - 1].pid > processes[i].pid)
            return false;
    return true;
}

static void sort_sections(struct snapshot_builder *builder)
{
    struct section *processes = &builder->sections[SECTION_PROCESSES];
    struct section *sockets = &builder->sections[SECTION_SOCKETS];
    struct section *threads = &builder->sections[SECTION_THREADS];

    if (!is_in_order((const struct process *)processes->items, processes->count))
        qsort(processes->items, processes->count, sizeof(struct process), compare_processes);
    if (threads->count > 0)
        qsort(threads->items, threads->count, sizeof(struct thread), compare_threads);
    if (sockets->count > 0) {
        qsort(sockets->items, sockets->count, sizeof(struct socket), compare_sockets);
        mark_outbound((struct socket *)sockets->items, sockets->count);
    }
}

/* Room to align the section's end was reserved by whoever added to it. */
static struct iovec piece_of(struct section *array, size_t item_size)
{
    size_t bytes = array->count * item_size;

    if (aligned(bytes) > bytes)
        memset(array->items + bytes, 0, aligned(bytes) - bytes);
    return (struct iovec){array->items, aligned(bytes)};
}

void snapshot_builder_seal_pieces(struct snapshot_builder *builder,
                                  struct iovec (*ret_pieces)[SNAPSHOT_PIECES])
{
    struct snapshot_header *header = &builder->header;
    size_t offset = sizeof *header;

    _Static_assert(sizeof(struct snapshot_header) % SNAPSHOT_ALIGNMENT == 0, "alignment");
    sort_sections(builder);
    memcpy(header->magic, snapshot_magic, sizeof header->magic);
    header->version = SNAPSHOT_VERSION;
    header->header_size = sizeof *header;
    header->size = snapshot_builder_size(builder);
    (*ret_pieces)[0] = (struct iovec){header, sizeof *header};
    for (unsigned section = 0; section < SECTION_COUNT; section++) {
        struct section *array = &builder->sections[section];
        size_t item_size = snapshot_item_size(section);

        header->item_sizes[section] = (uint32_t)item_size;
        header->sections[section].offset = offset;
        header->sections[section].count = array->count;
        (*ret_pieces)[section + 1] = piece_of(array, item_size);
        offset += (*ret_pieces)[section + 1].iov_len;
    }
}

void snapshot_builder_seal(struct snapshot_builder *builder, void *ret_block)
{
    struct iovec pieces[SNAPSHOT_PIECES];
    char *end = ret_block;

    snapshot_builder_seal_pieces(builder, &pieces);
    for (size_t i = 0; i < SNAPSHOT_PIECES; i++)
        if (pieces[i].iov_len > 0)
            end =
                (char *)memcpy(end, pieces[i].iov_base, pieces[i].iov_len) + pieces[i].iov_len;
}
