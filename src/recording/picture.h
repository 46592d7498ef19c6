/* SPDX-License-Identifier: MIT */
/*
 * picture - a snapshot in a form that stays the same where the machine does: strings by
 * their number in a dictionary, and what belongs to a process in its order.
 *
 * In the records of a picture a text_ref is {number, length}, and a range says how many
 * items only.
 */
#ifndef RECORDING_PICTURE_H
#define RECORDING_PICTURE_H

#include "model/snapshot.h"
#include "recording/dictionary.h"

struct picture_section {
    char *items;
    size_t count;
    size_t capacity; /* items */
};

struct picture {
    struct snapshot_header header;
    struct picture_section sections[SECTION_COUNT]; /* none of a closer look, no strings */
};

void picture_release(struct picture *picture);
void picture_clear(struct picture *picture);

/* Room for so many items, which are the caller's to fill in. */
char *picture_extend(struct picture *picture, enum snapshot_section section, size_t count);

void picture_take(struct picture *picture, const struct snapshot *snapshot,
                  struct dictionary *dictionary);

/* Whether a section is part of a picture. */
bool picture_has(enum snapshot_section section);

/* Into a cleared builder, to be sealed. False when something in it does not hold; what
 * is sealed is to be verified by snapshot_open() all the same. */
bool picture_build(const struct picture *picture, const struct dictionary *dictionary,
                   struct snapshot_builder *builder);

#endif
