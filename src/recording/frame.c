/* SPDX-License-Identifier: MIT */
/*
 * New strings; how many records of each kind; the header; then for each process which
 * one it was before, its record, its maps, its descriptors; then for each socket which
 * one it was before, and its record; notes and hidden processes by their place. Every
 * record is the difference (xor) to the one before; a new one that to its neighbour,
 * which has much in common with it.
 */
#include "recording/frame.h"

#include <string.h>

#include "model/snapshot_layout.h"

/* Which records of the picture before go with a process of its own. */
struct cursor {
    const struct picture *picture;
    size_t process;           /* of the one looked at last; its count: none yet */
    size_t maps, descriptors; /* the first of its items */
};

static const char *item_at(const struct picture *picture, enum snapshot_section section,
                           size_t index)
{
    const char *items = picture->sections[section].items;

    return items ? items + index * snapshot_item_size(section) : NULL;
}

static const struct process *process_at(const struct picture *picture, size_t index)
{
    return (const struct process *)(const void *)item_at(picture, SECTION_PROCESSES, index);
}

/* Some of a section, one behind the other. */
struct items {
    const char *at;
    size_t count;
};

static struct items items_at(const struct picture *picture, enum snapshot_section section,
                             size_t first, size_t count)
{
    return (struct items){item_at(picture, section, first), count};
}

static struct items all_items(const struct picture *picture, enum snapshot_section section)
{
    return items_at(picture, section, 0, picture->sections[section].count);
}

static size_t process_count(const struct picture *picture)
{
    return picture->sections[SECTION_PROCESSES].count;
}

/* Processes are looked at by ascending place, so their items are found by counting. */
static void move_to(struct cursor *cursor, size_t process)
{
    while (cursor->process < process) {
        const struct process *passed = process_at(cursor->picture, cursor->process++);

        cursor->maps += passed->maps.count;
        cursor->descriptors += passed->descriptors.count;
    }
}

/* Encoding. */

static void put_number(struct strbuf *out, uint32_t number)
{
    strbuf_add(out, &number, sizeof number);
}

/* 0: the one that was to be expected; 1: none (SIZE_MAX); else so many further. */
static void put_place(struct strbuf *out, size_t place, size_t *expected)
{
    if (place == SIZE_MAX) {
        put_number(out, 1);
        return;
    }
    put_number(out, place == *expected ? 0 : (uint32_t)(place - *expected) + 1);
    *expected = place + 1;
}

/* The record minus the one before; NULL: minus nothing. */
static void put_difference(struct strbuf *out, const char *now, const char *before, size_t size)
{
    if (size == 0)
        return;
    strbuf_add(out, now, size);
    if (!before)
        return;
    char *written = out->bytes + out->length - size;
    for (size_t i = 0; i < size; i++)
        written[i] = (char)(written[i] ^ before[i]);
}

static void put_items(struct strbuf *out, enum snapshot_section section, struct items now,
                      struct items before)
{
    size_t size = snapshot_item_size(section);
    size_t common = before.count < now.count ? before.count : now.count;

    put_difference(out, now.at, before.at, common * size);
    if (now.count > common)
        put_difference(out, now.at + common * size, NULL, (now.count - common) * size);
}

/* The place of the same process before, from *from on, which moves along; SIZE_MAX when
 * it is new. */
static size_t find_process(const struct picture *before, size_t *from,
                           const struct process *now)
{
    while (*from < process_count(before) && process_at(before, *from)->pid < now->pid)
        ++*from;
    if (*from < process_count(before) && process_at(before, *from)->pid == now->pid &&
        process_at(before, *from)->starttime == now->starttime)
        return *from;
    return SIZE_MAX;
}

static void put_processes(struct strbuf *out, const struct picture *before,
                          const struct picture *now)
{
    struct cursor then = {.picture = before}, here = {.picture = now};
    size_t expected = 0, from = 0;

    for (size_t i = 0; i < process_count(now); i++) {
        const struct process *process = process_at(now, i);
        size_t place = find_process(before, &from, process);
        bool is_known = place != SIZE_MAX;

        move_to(&here, i);
        if (is_known)
            move_to(&then, place);
        put_place(out, place, &expected);
        const struct process *old = is_known ? process_at(before, place) : NULL;
        const struct process *neighbour = i > 0 ? process_at(now, i - 1) : NULL;
        put_difference(out, (const char *)process, (const char *)(old ? old : neighbour),
                       sizeof *process);
        put_items(out, SECTION_MAPS,
                  items_at(now, SECTION_MAPS, here.maps, process->maps.count),
                  items_at(before, SECTION_MAPS, then.maps, old ? old->maps.count : 0));
        put_items(
            out, SECTION_DESCRIPTORS,
            items_at(now, SECTION_DESCRIPTORS, here.descriptors, process->descriptors.count),
            items_at(before, SECTION_DESCRIPTORS, then.descriptors,
                     old ? old->descriptors.count : 0));
    }
}

static const struct socket *socket_at(const struct picture *picture, size_t index)
{
    return (const struct socket *)(const void *)item_at(picture, SECTION_SOCKETS, index);
}

static void put_sockets(struct strbuf *out, const struct picture *before,
                        const struct picture *now)
{
    size_t count = now->sections[SECTION_SOCKETS].count;
    size_t before_count = before->sections[SECTION_SOCKETS].count, expected = 0, place = 0;

    for (size_t i = 0; i < count; i++) {
        const struct socket *socket = socket_at(now, i);

        if (place < expected)
            place = expected;
        while (place < before_count && socket_at(before, place)->inode < socket->inode)
            place++;
        bool is_known =
            place < before_count && socket_at(before, place)->inode == socket->inode;
        put_place(out, is_known ? place : SIZE_MAX, &expected);
        const struct socket *old = is_known ? socket_at(before, place)
                                   : i > 0  ? socket_at(now, i - 1)
                                            : NULL;
        put_difference(out, (const char *)socket, (const char *)old, sizeof *socket);
    }
}

void frame_encode(const struct picture *before, const struct picture *now,
                  const struct dictionary *dictionary, size_t first_new, struct strbuf *out)
{
    static const enum snapshot_section plain[] = {SECTION_NOTES, SECTION_HIDDEN};

    put_number(out, (uint32_t)(dictionary->count - first_new));
    for (size_t i = first_new; i < dictionary->count; i++) {
        struct span text = {NULL, NULL};

        dictionary_text(dictionary, (uint32_t)i, &text);
        put_number(out, (uint32_t)span_length(text));
        strbuf_add_span(out, text);
    }
    for (unsigned section = 0; picture_has(section); section++)
        put_number(out, (uint32_t)now->sections[section].count);
    put_difference(out, (const char *)&now->header, (const char *)&before->header,
                   sizeof now->header);
    put_processes(out, before, now);
    put_sockets(out, before, now);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        put_items(out, plain[i], all_items(now, plain[i]), all_items(before, plain[i]));
}

/* Decoding. Nothing is believed: counts are bounded by the bytes that are there. */

static bool take_number(struct span *in, uint32_t *ret_number)
{
    if (span_length(*in) < sizeof *ret_number)
        return false;
    memcpy(ret_number, in->at, sizeof *ret_number);
    in->at += sizeof *ret_number;
    return true;
}

static bool take_difference(struct span *in, const char *before, char *ret_now, size_t size)
{
    if (span_length(*in) < size)
        return false;
    if (size > 0)
        memcpy(ret_now, in->at, size);
    in->at += size;
    for (size_t i = 0; before && i < size; i++)
        ret_now[i] = (char)(ret_now[i] ^ before[i]);
    return true;
}

static bool take_items(struct span *in, struct picture *now, enum snapshot_section section,
                       uint32_t count, struct items before)
{
    size_t size = snapshot_item_size(section);
    size_t common = before.count < count ? before.count : count;

    if (count > span_length(*in) / size)
        return false;
    char *items = picture_extend(now, section, count);
    return take_difference(in, before.at, items, common * size) &&
           (count == common ||
            take_difference(in, NULL, items + common * size, (count - common) * size));
}

/* Where it was before; SIZE_MAX for nowhere. */
static bool take_place(struct span *in, size_t count, size_t *expected, size_t *ret_place)
{
    uint32_t step;

    if (!take_number(in, &step))
        return false;
    *ret_place = SIZE_MAX;
    if (step == 1)
        return true;
    if (step > 1)
        step--;
    if (*expected >= count || step >= count - *expected)
        return false;
    *ret_place = *expected + step;
    *expected = *ret_place + 1;
    return true;
}

static bool take_strings(struct span *in, struct dictionary *dictionary)
{
    uint32_t count, length;

    if (!take_number(in, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!take_number(in, &length) || span_length(*in) < length)
            return false;
        dictionary_append(dictionary, span_of(in->at, length));
        in->at += length;
    }
    return true;
}

static bool take_processes(struct span *in, const struct picture *before, uint32_t count,
                           struct picture *now)
{
    struct cursor then = {.picture = before};
    size_t expected = 0, place;

    for (uint32_t i = 0; i < count; i++) {
        struct process process;

        if (!take_place(in, process_count(before), &expected, &place))
            return false;
        const struct process *old = place == SIZE_MAX ? NULL : process_at(before, place);
        if (old)
            move_to(&then, place);
        const struct process *neighbour = i > 0 ? process_at(now, i - 1) : NULL;
        if (!take_difference(in, (const char *)(old ? old : neighbour), (char *)&process,
                             sizeof process) ||
            !take_items(in, now, SECTION_MAPS, process.maps.count,
                        items_at(before, SECTION_MAPS, then.maps, old ? old->maps.count : 0)) ||
            !take_items(in, now, SECTION_DESCRIPTORS, process.descriptors.count,
                        items_at(before, SECTION_DESCRIPTORS, then.descriptors,
                                 old ? old->descriptors.count : 0)))
            return false;
        memcpy(picture_extend(now, SECTION_PROCESSES, 1), &process, sizeof process);
    }
    return true;
}

static bool take_sockets(struct span *in, const struct picture *before, uint32_t count,
                         struct picture *now)
{
    size_t before_count = before->sections[SECTION_SOCKETS].count, expected = 0, place;

    for (uint32_t i = 0; i < count; i++) {
        struct socket socket;

        if (!take_place(in, before_count, &expected, &place))
            return false;
        const struct socket *old = place != SIZE_MAX ? socket_at(before, place)
                                   : i > 0           ? socket_at(now, i - 1)
                                                     : NULL;
        if (!take_difference(in, (const char *)old, (char *)&socket, sizeof socket))
            return false;
        memcpy(picture_extend(now, SECTION_SOCKETS, 1), &socket, sizeof socket);
    }
    return true;
}

bool frame_decode(const struct picture *before, struct span bytes,
                  struct dictionary *dictionary, struct picture *ret_now)
{
    static const enum snapshot_section plain[] = {SECTION_NOTES, SECTION_HIDDEN};
    uint32_t counts[SECTION_COUNT] = {0};

    if (!take_strings(&bytes, dictionary))
        return false;
    for (unsigned section = 0; picture_has(section); section++)
        if (!take_number(&bytes, &counts[section]))
            return false;
    if (!take_difference(&bytes, (const char *)&before->header, (char *)&ret_now->header,
                         sizeof ret_now->header) ||
        !take_processes(&bytes, before, counts[SECTION_PROCESSES], ret_now) ||
        !take_sockets(&bytes, before, counts[SECTION_SOCKETS], ret_now))
        return false;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!take_items(&bytes, ret_now, plain[i], counts[plain[i]],
                        all_items(before, plain[i])))
            return false;
    /* Each process said how many: together they are the counts. */
    return span_length(bytes) == 0 &&
           ret_now->sections[SECTION_MAPS].count == counts[SECTION_MAPS] &&
           ret_now->sections[SECTION_DESCRIPTORS].count == counts[SECTION_DESCRIPTORS];
}
