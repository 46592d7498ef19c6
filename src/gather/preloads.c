/* SPDX-License-Identifier: MIT */
#include "gather/preloads.h"

#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PRELOAD_SIZE_MAX = 64 * 1024 };

static void read_preloads(const struct procfs *procfs, struct strbuf *ret_text)
{
    if (!procfs->is_live) {
        if (procfs_read(procfs, procfs->root, "ld.so.preload", PRELOAD_SIZE_MAX, ret_text) < 0)
            strbuf_clear(ret_text);
        return;
    }
    /* The system calls themselves: such a library hides its own file. */
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/etc/ld.so.preload",
                          O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    strbuf_reserve(ret_text, PRELOAD_SIZE_MAX);
    long got = syscall(SYS_read, fd, ret_text->bytes, (size_t)PRELOAD_SIZE_MAX);
    syscall(SYS_close, fd);
    ret_text->length = got > 0 ? (size_t)got : 0;
    ret_text->bytes[ret_text->length] = '\0';
}

void preloads_of_host(const struct procfs *procfs, struct strbuf *ret_text)
{
    strbuf_clear(ret_text);
    read_preloads(procfs, ret_text);
    while (ret_text->length > 0 && ret_text->bytes[ret_text->length - 1] == '\n')
        strbuf_truncate(ret_text, ret_text->length - 1);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* glibc relocates the pointers of the dynamic section, other libraries may not. */
static const char *string_table(const struct link_map *map)
{
    for (const ElfW(Dyn) *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_STRTAB)
            return entry->d_un.d_ptr < map->l_addr
                       ? (const char *)(map->l_addr + entry->d_un.d_ptr)
                       : (const char *)entry->d_un.d_ptr;
    return NULL;
}

static bool needs(const struct link_map *map, const char *name)
{
    const char *strings = string_table(map);

    for (const ElfW(Dyn) *entry = map->l_ld; strings && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_NEEDED &&
            strcmp(base_name(strings + entry->d_un.d_val), name) == 0)
            return true;
    return false;
}

/* Also: the interpreter, which is loaded before all others, and the vdso. */
static bool is_needed(const struct link_map *first, const struct link_map *map)
{
    const char *name = base_name(map->l_name);

    if (map == first || strncmp(name, "ld-", 3) == 0 || strncmp(name, "linux-", 6) == 0)
        return true;
    for (const struct link_map *other = first; other; other = other->l_next)
        if (other != map && needs(other, name))
            return true;
    return false;
}

void preloads_of_ourselves(struct strbuf *ret_path)
{
    const struct link_map *first = _r_debug.r_map;

    strbuf_clear(ret_path);
    for (const struct link_map *map = first; map; map = map->l_next)
        if (map->l_name[0] != '\0' && !is_needed(first, map)) {
            strbuf_add_string(ret_path, map->l_name);
            return;
        }
}
