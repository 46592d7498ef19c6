/* SPDX-License-Identifier: MIT */
/*
 * snapshot_layout - what the writer and the checker of a block must agree on, and
 * whoever stores blocks in another form.
 */
#ifndef MODEL_SNAPSHOT_LAYOUT_H
#define MODEL_SNAPSHOT_LAYOUT_H

#include "model/snapshot.h"

enum { SNAPSHOT_ALIGNMENT = 8 };

/* Where in a record its text references are. */
struct text_places {
    const size_t *offsets;
    size_t count;
};

struct text_places snapshot_text_places(enum snapshot_section section);
struct text_places snapshot_header_text_places(void);

static inline struct text_ref *snapshot_text_at(void *record, size_t offset)
{
    return (struct text_ref *)(void *)((char *)record + offset);
}

static const char snapshot_magic[8] = {'P', 'R', 'O', 'C', 'W', 'T', 'C', 'H'};

static inline size_t snapshot_item_size(enum snapshot_section section)
{
    static const size_t sizes[] = {
        [SECTION_PROCESSES] = sizeof(struct process),
        [SECTION_MAPS] = sizeof(struct map),
        [SECTION_DESCRIPTORS] = sizeof(struct descriptor),
        [SECTION_SOCKETS] = sizeof(struct socket),
        [SECTION_NOTES] = sizeof(struct note),
        [SECTION_HIDDEN] = sizeof(struct hidden_process),
        [SECTION_CLOSER] = sizeof(struct closer),
        [SECTION_VARIABLES] = sizeof(struct variable),
        [SECTION_THREADS] = sizeof(struct thread),
        [SECTION_LIMITS] = sizeof(struct limit),
        [SECTION_OPENINGS] = sizeof(struct opening),
        [SECTION_STRINGS] = 1,
    };

    return sizes[section];
}

#endif
