/* SPDX-License-Identifier: MIT */
/*
 * keymap - the keys in force: the rows of the key table that a preset has, and on them
 * what the user bound otherwise. Who dispatches, explains or draws keys asks it, and no
 * one asks the table.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/preferences.h"

struct key_row;

struct keymap {
    struct key_row *rows;
    size_t count;
};

/* Made anew. */
void keymap_make(struct keymap *map, enum key_preset preset, const struct key_bindings *bound);
void keymap_release(struct keymap *map);

/* The row of a key in a context (enum context), or NULL; under --readonly the rows that
 * act are not there. */
const struct key_row *keymap_find(const struct keymap *map, unsigned context, int key,
                                  bool is_readonly);

/* The first key of an action there, or 0. */
int keymap_key_of(const struct keymap *map, unsigned context, const char *action_name);

/* Take in that a key is an action's in a context, or with "none" nobody's. NULL, or what
 * is wrong (static): names as help shows them. */
const char *key_bindings_add(struct key_bindings *bound, const char *context, const char *key,
                             const char *action);
void key_bindings_release(struct key_bindings *bound);

#endif
