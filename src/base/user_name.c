/* SPDX-License-Identifier: MIT */
#include "base/user_name.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>

#include "base/memory.h"

/* An entry that needs more is no entry of a person. */
enum { FIRST_SIZE = 1024, ENTRY_SIZE_MAX = 64 * 1024 };

char *user_name_find(uint32_t uid)
{
    struct passwd entry, *found = NULL;
    size_t size = FIRST_SIZE;
    char *room = memory_new(size, 1);

    /* getpwuid_r(3) says ERANGE when the entry needs more room. */
    while (getpwuid_r(uid, &entry, room, size, &found) == ERANGE && size < ENTRY_SIZE_MAX) {
        size *= 2;
        room = memory_resize(room, size, 1);
    }
    char *name = found && found->pw_name[0] ? memory_copy_string(found->pw_name) : NULL;
    free(room);
    return name;
}
