/* SPDX-License-Identifier: MIT */
#include "gather/map_query.h"

#include <errno.h>
#include <sys/ioctl.h>

/* struct procmap_query, include/uapi/linux/fs.h. */
struct query {
    uint64_t size;
    uint64_t query_flags;
    uint64_t query_addr;
    uint64_t vma_start;
    uint64_t vma_end;
    uint64_t vma_flags;
    uint64_t vma_page_size;
    uint64_t vma_offset;
    uint64_t inode;
    uint32_t dev_major;
    uint32_t dev_minor;
    uint32_t vma_name_size;
    uint32_t build_id_size;
    uint64_t vma_name_addr;
    uint64_t build_id_addr;
};

enum {
    QUERY_READABLE = 0x01,
    QUERY_WRITABLE = 0x02,
    QUERY_EXECUTABLE = 0x04,
    QUERY_SHARED = 0x08,
    QUERY_COVERING_OR_NEXT = 0x10,
};

#define QUERY_IOCTL _IOWR('f', 17, struct query)

static const struct {
    uint32_t permission;
    uint64_t flag;
} query_permissions[] = {
    {MAP_READ,      QUERY_READABLE  },
    {MAP_WRITE,     QUERY_WRITABLE  },
    {MAP_EXECUTE,   QUERY_EXECUTABLE},
    {MAP_IS_SHARED, QUERY_SHARED    },
};

enum { PERMISSION_COUNT = sizeof query_permissions / sizeof *query_permissions };

int map_query(int maps_fd, uint64_t address, uint32_t permissions, struct map *ret_map,
              struct map_name *ret_name)
{
    struct query query = {
        .size = sizeof query,
        .query_flags = QUERY_COVERING_OR_NEXT,
        .query_addr = address,
        .vma_name_addr = (uint64_t)(uintptr_t)ret_name->bytes,
        .vma_name_size = sizeof ret_name->bytes,
    };

    for (size_t i = 0; i < PERMISSION_COUNT; i++)
        if (permissions & query_permissions[i].permission)
            query.query_flags |= query_permissions[i].flag;
    if (ioctl(maps_fd, QUERY_IOCTL, &query) != 0) {
        if (errno != ENAMETOOLONG)
            return -errno;
        /* A path that does not fit in PATH_MAX: the mapping counts all the same. */
        query.vma_name_addr = 0;
        query.vma_name_size = 0;
        if (ioctl(maps_fd, QUERY_IOCTL, &query) != 0)
            return -errno;
    }

    *ret_map = (struct map){
        .start = query.vma_start,
        .end = query.vma_end,
        .offset = query.vma_offset,
        .inode = query.inode,
        .dev_major = query.dev_major,
        .dev_minor = query.dev_minor,
    };
    for (size_t i = 0; i < PERMISSION_COUNT; i++)
        if (query.vma_flags & query_permissions[i].flag)
            ret_map->permissions |= query_permissions[i].permission;
    /* The size counts the NUL; 0 for a mapping without a name. */
    ret_name->length = query.vma_name_size > 0 ? query.vma_name_size - 1 : 0;
    return 0;
}
