/* SPDX-License-Identifier: MIT */
#include "recording/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/snapshot_layout.h"

bool picture_has(enum snapshot_section section)
{
    return section <= SECTION_HIDDEN;
}

void picture_release(struct picture *picture)
{
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        free(picture->sections[section].items);
    *picture = (struct picture){0};
}

void picture_clear(struct picture *picture)
{
    picture->header = (struct snapshot_header){0};
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        picture->sections[section].count = 0;
}

char *picture_extend(struct picture *picture, enum snapshot_section section, size_t count)
{
    struct picture_section *array = &picture->sections[section];
    size_t size = snapshot_item_size(section);

    if (array->count + count > array->capacity) {
        array->capacity = (array->count + count) * 2;
        array->items = memory_resize(array->items, array->capacity, size);
    }
    array->count += count;
    return array->items ? array->items + (array->count - count) * size : NULL;
}

static void number_texts(void *record, struct text_places places,
                         const struct snapshot *snapshot, struct dictionary *dictionary)
{
    for (size_t i = 0; i < places.count; i++) {
        struct text_ref *text = snapshot_text_at(record, places.offsets[i]);

        text->offset = dictionary_number(dictionary, snapshot_span(snapshot, *text));
    }
}

/* A picture that is being taken. */
struct taking {
    struct picture *picture;
    const struct snapshot *snapshot;
    struct dictionary *dictionary;
};

static void take_items(const struct taking *taking, enum snapshot_section section,
                       const void *items, size_t count)
{
    size_t size = snapshot_item_size(section);
    struct text_places places = snapshot_text_places(section);
    char *taken = picture_extend(taking->picture, section, count);

    if (count > 0)
        memcpy(taken, items, count * size);
    for (size_t i = 0; i < count && places.count > 0; i++)
        number_texts(taken + i * size, places, taking->snapshot, taking->dictionary);
}

void picture_take(struct picture *picture, const struct snapshot *snapshot,
                  struct dictionary *dictionary)
{
    const struct taking taking = {picture, snapshot, dictionary};

    picture_clear(picture);
    picture->header = *snapshot->header;
    /* What a block has besides, its writer sets. */
    memset(picture->header.sections, 0, sizeof picture->header.sections);
    picture->header.size = 0;
    number_texts(&picture->header, snapshot_header_text_places(), snapshot, dictionary);
    take_items(&taking, SECTION_PROCESSES, snapshot->processes, snapshot->process_count);
    struct process *processes =
        (struct process *)(void *)picture->sections[SECTION_PROCESSES].items;
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];

        take_items(&taking, SECTION_MAPS, &snapshot->maps[process->maps.first],
                   process->maps.count);
        take_items(&taking, SECTION_DESCRIPTORS,
                   &snapshot->descriptors[process->descriptors.first],
                   process->descriptors.count);
        processes[i].maps.first = processes[i].descriptors.first = 0;
        processes[i].mark = (struct read_mark){0};
    }
    take_items(&taking, SECTION_SOCKETS, snapshot->sockets, snapshot->socket_count);
    take_items(&taking, SECTION_NOTES, snapshot->notes, snapshot->note_count);
    take_items(&taking, SECTION_HIDDEN, snapshot->hidden, snapshot->hidden_count);
}

struct building {
    const struct picture *picture;
    const struct dictionary *dictionary;
    struct snapshot_builder *builder;
    size_t maps, descriptors; /* used so far */
};

static bool place_texts(const struct building *building, void *record,
                        struct text_places places)
{
    for (size_t i = 0; i < places.count; i++) {
        struct text_ref *text = snapshot_text_at(record, places.offsets[i]);
        struct span span;

        if (!dictionary_text(building->dictionary, text->offset, &span) ||
            span_length(span) != text->length)
            return false;
        *text = snapshot_builder_text(building->builder, span);
    }
    return true;
}

static const void *item_at(const struct building *building, enum snapshot_section section,
                           size_t index)
{
    return building->picture->sections[section].items + index * snapshot_item_size(section);
}

static size_t count_of(const struct building *building, enum snapshot_section section)
{
    return building->picture->sections[section].count;
}

static bool build_maps(struct building *building, struct process *process)
{
    if (process->maps.count > count_of(building, SECTION_MAPS) - building->maps)
        return false;
    process->maps.first = (uint32_t)building->maps;
    for (uint32_t i = 0; i < process->maps.count; i++) {
        struct map map;

        memcpy(&map, item_at(building, SECTION_MAPS, building->maps++), sizeof map);
        if (!place_texts(building, &map, snapshot_text_places(SECTION_MAPS)))
            return false;
        snapshot_builder_add_map(building->builder, &map);
    }
    return true;
}

static bool build_descriptors(struct building *building, struct process *process)
{
    if (process->descriptors.count >
        count_of(building, SECTION_DESCRIPTORS) - building->descriptors)
        return false;
    process->descriptors.first = (uint32_t)building->descriptors;
    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        struct descriptor descriptor;

        memcpy(&descriptor, item_at(building, SECTION_DESCRIPTORS, building->descriptors++),
               sizeof descriptor);
        if (!place_texts(building, &descriptor, snapshot_text_places(SECTION_DESCRIPTORS)))
            return false;
        snapshot_builder_add_descriptor(building->builder, &descriptor);
    }
    return true;
}

static bool build_processes(struct building *building)
{
    for (size_t i = 0; i < count_of(building, SECTION_PROCESSES); i++) {
        struct process process;

        memcpy(&process, item_at(building, SECTION_PROCESSES, i), sizeof process);
        if (!place_texts(building, &process, snapshot_text_places(SECTION_PROCESSES)) ||
            !build_maps(building, &process) || !build_descriptors(building, &process))
            return false;
        snapshot_builder_add_process(building->builder, &process);
    }
    return building->maps == count_of(building, SECTION_MAPS) &&
           building->descriptors == count_of(building, SECTION_DESCRIPTORS);
}

static bool build_rest(struct building *building)
{
    for (size_t i = 0; i < count_of(building, SECTION_SOCKETS); i++) {
        struct socket socket;

        memcpy(&socket, item_at(building, SECTION_SOCKETS, i), sizeof socket);
        snapshot_builder_add_socket(building->builder, &socket);
    }
    for (size_t i = 0; i < count_of(building, SECTION_NOTES); i++) {
        struct note note;
        struct span text;

        memcpy(&note, item_at(building, SECTION_NOTES, i), sizeof note);
        if (!dictionary_text(building->dictionary, note.text.offset, &text))
            return false;
        snapshot_builder_add_note(building->builder, note.level, text.at);
    }
    for (size_t i = 0; i < count_of(building, SECTION_HIDDEN); i++) {
        struct hidden_process hidden;

        memcpy(&hidden, item_at(building, SECTION_HIDDEN, i), sizeof hidden);
        if (!place_texts(building, &hidden, snapshot_text_places(SECTION_HIDDEN)))
            return false;
        snapshot_builder_add_hidden(building->builder, &hidden);
    }
    return true;
}

bool picture_build(const struct picture *picture, const struct dictionary *dictionary,
                   struct snapshot_builder *builder)
{
    struct building building = {
        .picture = picture, .dictionary = dictionary, .builder = builder};
    struct snapshot_header *header = snapshot_builder_header(builder);

    *header = picture->header;
    return place_texts(&building, header, snapshot_header_text_places()) &&
           build_processes(&building) && build_rest(&building);
}
