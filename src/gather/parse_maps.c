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

bool parse_anonymous(struct span line, uint32_t *ret_kib)
{
    uint64_t kib;

    if (!span_take_string(&line, "Anonymous:"))
        return false;
    span_skip_blanks(&line);
    if (!span_take_u64(&line, &kib) || !span_equals(line, " kB") || kib > UINT32_MAX)
        return false;
    *ret_kib = (uint32_t)kib;
    return true;
}

static bool is_code(const struct map *map, struct span name)
{
    return map->permissions & MAP_EXECUTE &&
           !(map->permissions & (MAP_WRITE | MAP_IS_SHARED)) && map->inode != 0 &&
           span_starts_with(name, "/") && !span_starts_with(name, "/dev/zero");
}

struct written_code written_code_of(struct span smaps)
{
    struct written_code code = {0};
    struct span line, name;
    struct map map;
    uint32_t kib, most = 0;
    bool is_counted = false;

    while (span_take_line(&smaps, &line)) {
        if (parse_map(line, &map, &name)) {
            is_counted = is_code(&map, name);
            continue;
        }
        if (!is_counted || !parse_anonymous(line, &kib) || kib == 0)
            continue;
        code.mappings++;
        if (__builtin_add_overflow(code.kib, kib, &code.kib))
            code.kib = UINT32_MAX;
        if (kib <= most)
            continue;
        most = kib;
        code.start = map.start;
        code.end = map.end;
        code.inode = map.inode;
    }
    return code;
}
