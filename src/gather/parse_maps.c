/* SPDX-License-Identifier: MIT */
/* /proc/PID/maps: "start-end perms offset major:minor inode   name". */
#include "gather/parse.h"

static const struct {
    char set, clear;
    uint32_t flag;
} permission_columns[] = {
    {'r', '-', MAP_READ     },
    {'w', '-', MAP_WRITE    },
    {'x', '-', MAP_EXECUTE  },
    {'s', 'p', MAP_IS_SHARED},
};

/* By column, never by searching: a name may contain "rwxp" as well. */
static bool take_permissions(struct span *in, uint32_t *ret_permissions)
{
    struct span rest = *in;
    uint32_t permissions = 0;

    for (size_t i = 0; i < sizeof permission_columns / sizeof *permission_columns; i++) {
        if (span_take_char(&rest, permission_columns[i].set))
            permissions |= permission_columns[i].flag;
        else if (!span_take_char(&rest, permission_columns[i].clear))
            return false;
    }
    *in = rest;
    *ret_permissions = permissions;
    return true;
}

bool parse_map(struct span line, struct map *ret_map, struct span *ret_name)
{
    struct map map = {0};
    uint64_t dev_major, dev_minor;

    if (!span_take_hex(&line, &map.start) || !span_take_char(&line, '-') ||
        !span_take_hex(&line, &map.end) || !span_take_char(&line, ' ') ||
        !take_permissions(&line, &map.permissions) || !span_take_char(&line, ' ') ||
        !span_take_hex(&line, &map.offset) || !span_take_char(&line, ' ') ||
        !span_take_hex(&line, &dev_major) || !span_take_char(&line, ':') ||
        !span_take_hex(&line, &dev_minor) || !span_take_char(&line, ' ') ||
        !span_take_u64(&line, &map.inode))
        return false;
    /* Behind the inode there is a space even when no name follows. */
    if (!span_take_char(&line, ' ') || map.end <= map.start || dev_major > UINT32_MAX ||
        dev_minor > UINT32_MAX)
        return false;

    map.dev_major = (uint32_t)dev_major;
    map.dev_minor = (uint32_t)dev_minor;
    span_skip_blanks(&line);
    *ret_map = map;
    *ret_name = line;
    return true;
}
