/* SPDX-License-Identifier: MIT */
#include "model/snapshot_layout.h"

#include <stddef.h>

#define PLACE(type, member) offsetof(struct type, member)
#define PLACES(list)        ((struct text_places){(list), sizeof(list) / sizeof *(list)})

/* Every text_ref of a record stands here or in process_texts: what is not there is
 * verified by nobody. */
static const size_t of_header[] = {
    PLACE(snapshot_header, host),
    PLACE(snapshot_header, kernel),
    PLACE(snapshot_header, ld_so_preload),
    PLACE(snapshot_header, own_preload),
};
static const size_t of_map[] = {PLACE(map, name)};
static const size_t of_descriptor[] = {PLACE(descriptor, target)};
static const size_t of_note[] = {PLACE(note, text)};
static const size_t of_hidden[] = {PLACE(hidden_process, evidence)};
static const size_t of_closer[] = {PLACE(closer, root), PLACE(closer, label)};
static const size_t of_variable[] = {PLACE(variable, name), PLACE(variable, value)};
static const size_t of_thread[] = {PLACE(thread, comm), PLACE(thread, waits_in)};
static const size_t of_limit[] = {PLACE(limit, name), PLACE(limit, soft), PLACE(limit, hard),
                                  PLACE(limit, unit)};

struct text_places snapshot_header_text_places(void)
{
    return PLACES(of_header);
}

struct text_places snapshot_text_places(enum snapshot_section section)
{
    switch (section) {
    case SECTION_PROCESSES:
        return PLACES(process_texts);
    case SECTION_MAPS:
        return PLACES(of_map);
    case SECTION_DESCRIPTORS:
        return PLACES(of_descriptor);
    case SECTION_NOTES:
        return PLACES(of_note);
    case SECTION_HIDDEN:
        return PLACES(of_hidden);
    case SECTION_CLOSER:
        return PLACES(of_closer);
    case SECTION_VARIABLES:
        return PLACES(of_variable);
    case SECTION_THREADS:
        return PLACES(of_thread);
    case SECTION_LIMITS:
        return PLACES(of_limit);
    default:
        return (struct text_places){0};
    }
}
