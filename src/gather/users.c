/* SPDX-License-Identifier: MIT */
#include "gather/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/user_name.h"
#include "gather/parse.h"

void users_release(struct users *users)
{
    for (size_t i = 0; i < users->count; i++)
        free(users->items[i].name);
    free(users->items);
    *users = (struct users){0};
}

/* Where the uid is, or belongs. */
static size_t place_of(const struct users *users, uint32_t uid)
{
    size_t low = 0, high = users->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (users->items[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct users *users, size_t place, uint32_t uid)
{
    return place < users->count && users->items[place].uid == uid;
}

static const char *insert(struct users *users, size_t place, uint32_t uid, char *name)
{
    users->items =
        memory_grow(users->items, users->count, &users->capacity, sizeof *users->items);
    memmove(users->items + place + 1, users->items + place,
            (users->count - place) * sizeof *users->items);
    users->items[place] = (struct user){uid, true, name};
    users->count++;
    return name;
}

void users_load(struct users *users, struct span passwd)
{
    struct span line, name;
    uint64_t uid;

    users->is_closed = true;
    while (span_take_line(&passwd, &line)) {
        if (!parse_passwd(line, &uid, &name))
            continue;
        size_t place = place_of(users, (uint32_t)uid);
        if (!is_at(users, place, (uint32_t)uid))
            insert(users, place, (uint32_t)uid, memory_copy_span(name));
    }
}

static char *number_name(uint32_t uid)
{
    char text[16];

    snprintf(text, sizeof text, "%u", uid);
    return memory_copy_string(text);
}

/* Of one that was not known when it was asked for last. */
static void ask_again(struct users *users, struct user *user)
{
    const char *name;

    if (user->is_known || !users->names.find(users->names.context, user->uid, &name))
        return;
    user->is_known = true;
    if (name) {
        free(user->name);
        user->name = memory_copy_string(name);
    }
}

const char *users_name(struct users *users, uint32_t uid, bool *ret_is_known)
{
    size_t place = place_of(users, uid);
    bool is_asking_here = !users->is_closed && !users->names.find;

    if (!is_at(users, place, uid)) {
        char *name = is_asking_here ? user_name_find(uid) : NULL;

        insert(users, place, uid, name ? name : number_name(uid));
        users->items[place].is_known = users->is_closed || is_asking_here;
    }
    ask_again(users, &users->items[place]);
    *ret_is_known = users->items[place].is_known;
    return users->items[place].name;
}
