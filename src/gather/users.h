/* SPDX-License-Identifier: MIT */
/*
 * users - names of uids: asked of the user database once each, or taken from
 * the passwd file of a recording. A uid without a name is its number.
 */
#ifndef GATHER_USERS_H
#define GATHER_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "gather/gather.h"

struct user {
    uint32_t uid;
    bool is_known; /* false: name is its number, until somebody knows better */
    char *name;
};

struct users {
    struct user *items; /* by ascending uid */
    size_t count;
    size_t capacity;
    struct gather_names names;
    bool is_closed; /* a recording: the user database of this machine is not asked */
};

void users_release(struct users *users);

/* Take the names from the text of a passwd(5) file and ask nobody else. */
void users_load(struct users *users, struct span passwd);

/* Never NULL; valid until the next call. May wait for a name service, unless there
 * are names: then *ret_is_known may be false, and it is the uid. */
const char *users_name(struct users *users, uint32_t uid, bool *ret_is_known);

#endif
