/* SPDX-License-Identifier: MIT */
#include "ui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/keys.h"

enum { BINDINGS_MAX = 200 };

static const char none[] = "none";

/* The key is bound to something else in these contexts. */
static unsigned overridden(const struct key_bindings *bound, int key)
{
    unsigned contexts = 0;

    for (size_t i = 0; i < bound->count; i++)
        if (bound->items[i].key == key)
            contexts |= bound->items[i].context;
    return contexts;
}

static void add_bound(struct keymap *map, const struct key_bindings *bound)
{
    for (size_t i = 0; i < bound->count; i++) {
        const struct key_binding *binding = &bound->items[i];

        if (!binding->row)
            continue;
        map->rows[map->count] = *binding->row;
        map->rows[map->count].contexts = binding->context;
        map->rows[map->count].key = binding->key;
        map->rows[map->count].bar = NULL;
        map->count++;
    }
}

void keymap_make(struct keymap *map, enum key_preset preset, const struct key_bindings *bound)
{
    keymap_release(map);
    map->rows = memory_new(key_row_count + bound->count, sizeof *map->rows);
    for (size_t i = 0; i < key_row_count; i++) {
        struct key_row row = key_rows[i];

        row.contexts &= ~overridden(bound, row.key);
        if (row.contexts != 0 && (row.presets == 0 || row.presets & preset))
            map->rows[map->count++] = row;
    }
    add_bound(map, bound);
}

void keymap_release(struct keymap *map)
{
    free(map->rows);
    *map = (struct keymap){0};
}

const struct key_row *keymap_find(const struct keymap *map, unsigned context, int key,
                                  bool is_readonly)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->rows[i].key == key && map->rows[i].contexts & context &&
            (map->rows[i].is_readonly_ok || !is_readonly))
            return &map->rows[i];
    return NULL;
}

int keymap_key_of(const struct keymap *map, unsigned context, const char *action_name)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->rows[i].contexts & context &&
            strcmp(map->rows[i].action_name, action_name) == 0)
            return map->rows[i].key;
    return 0;
}

static const struct key_row *find_action(unsigned context, const char *name)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].contexts & context && strcmp(key_rows[i].action_name, name) == 0)
            return &key_rows[i];
    return NULL;
}

static unsigned find_context(const char *name)
{
    for (unsigned context = CONTEXT_LIST; context <= CONTEXT_PROMPT; context <<= 1)
        if (strcmp(context_name((enum context)context), name) == 0)
            return context;
    return 0;
}

const char *key_bindings_add(struct key_bindings *bound, const char *context, const char *key,
                             const char *action)
{
    struct key_binding binding = {.context = find_context(context)};

    if (binding.context == 0)
        return "holds a context that help has not";
    if (!key_parse_name(key, &binding.key))
        return "holds a key that is none: ^L, F9, PgUp, M-j, Space, x";
    /* Whatever else is bound away, there is a way out. */
    if (binding.key == KEY_CONTROL('c'))
        return "cannot bind ^C, which always leads out";
    binding.row = find_action(binding.context, action);
    if (!binding.row && strcmp(action, none) != 0)
        return "holds an action that its context has not";
    for (size_t i = 0; i < bound->count; i++)
        if (bound->items[i].context == binding.context && bound->items[i].key == binding.key)
            return "binds a key twice";
    if (bound->count == BINDINGS_MAX)
        return "holds more than 200 keys";
    bound->items =
        memory_grow(bound->items, bound->count, &bound->capacity, sizeof *bound->items);
    bound->items[bound->count++] = binding;
    return NULL;
}

void key_bindings_release(struct key_bindings *bound)
{
    free(bound->items);
    *bound = (struct key_bindings){0};
}
