/* SPDX-License-Identifier: MIT */
/*
 * map_query - PROCMAP_QUERY of Linux 6.11: ask an open /proc/PID/maps for one
 * mapping, without the text of all others. Declared here because the headers of
 * a Debian 12 do not know it yet (include/uapi/linux/fs.h).
 */
#ifndef GATHER_MAP_QUERY_H
#define GATHER_MAP_QUERY_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "model/process.h"

struct map_name {
    char bytes[PATH_MAX];
    size_t length; /* 0: none, or longer than the kernel can say */
};

/*
 * The first mapping at the address or behind it that has all the permissions
 * (of MAP_READ, MAP_WRITE, MAP_EXECUTE). Returns 0 with everything but the
 * map's name, which goes to *ret_name; -ENOENT when there is none any more,
 * -ENOTTY when the kernel does not know the question.
 */
int map_query(int maps_fd, uint64_t address, uint32_t permissions, struct map *ret_map,
              struct map_name *ret_name);

#endif
