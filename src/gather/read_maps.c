/* SPDX-License-Identifier: MIT */
/* Mappings: asked one by one where the kernel can (Linux >= 6.11), else text. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/map_query.h"
#include "gather/parse.h"
#include "gather/reading.h"

enum { MAPS_COUNT_MAX = 65536, MAPS_SIZE_MAX = 8 * 1024 * 1024 };

static bool is_interesting(const struct map *map, struct span name)
{
    if (!(map->permissions & MAP_EXECUTE))
        return false;
    if (map->permissions & MAP_WRITE)
        return true;
    if (map->inode == 0)
        return !map_is_of_kernel(name);
    return span_starts_with(name, "/memfd:") || span_ends_with(name, DELETED_SUFFIX);
}

/* The device that maps tells is the file system's, and stat's may be another
 * (btrfs subvolumes, overlayfs): there the name has to do. */
static bool is_own_exe(const struct reading *reading, const struct map *map, struct span name)
{
    const struct exe_file *file = &reading->process.exe_file;

    if (map->inode == 0 || !(map->permissions & MAP_EXECUTE))
        return false;
    if (reading->process.facts[FACT_EXE_FILE] == FACT_KNOWN && file->ino == map->inode &&
        file->dev == makedev(map->dev_major, map->dev_minor))
        return true;
    return reading->gather->exe.length > 0 &&
           span_equals(name, strbuf_string(&reading->gather->exe));
}

/* What an upgrade of a library leaves: it was unlinked, and its successor is there. */
static bool is_replaced(struct reading *reading, struct span name)
{
    struct gather *gather = reading->gather;

    if (!gather->procfs.is_live || !span_take_end(&name, DELETED_SUFFIX) ||
        !span_starts_with(name, "/") || span_starts_with(name, "/memfd:") ||
        reading->process.facts[FACT_NAMESPACES] != FACT_KNOWN ||
        reading->process.ns_mnt != gather->own_namespaces[NAMESPACE_MNT])
        return false;
    strbuf_clear(&gather->file_name);
    strbuf_add_span(&gather->file_name, name);
    return paths_examine(&gather->paths, strbuf_string(&gather->file_name), 0, 0) &
           EXE_PATH_EXISTS;
}

static void add_map(struct reading *reading, struct map map, struct span name)
{
    struct map_list *list = &reading->gather->maps;

    list->seen++;
    if (is_own_exe(reading, &map, name))
        reading->process.maps_flags |= MAPS_EXE_IS_MAPPED;
    if (!reading->is_focus && !(map.permissions & MAP_EXECUTE))
        return;
    if (map.permissions & MAP_EXECUTE && map.inode != 0 && is_replaced(reading, name))
        map.permissions |= MAP_PATH_EXISTS;
    list->is_interesting |= is_interesting(&map, name);
    map.name = (struct text_ref){(uint32_t)list->names.length, (uint32_t)span_length(name)};
    strbuf_add_span(&list->names, name);
    list->items = memory_grow(list->items, list->count, &list->capacity, sizeof map);
    list->items[list->count++] = map;
}

static enum fact_state add_text_maps(struct reading *reading, struct span text, bool is_cut)
{
    struct span line, name;
    struct map map;

    while (span_take_line(&text, &line)) {
        if (reading->gather->maps.seen == MAPS_COUNT_MAX || (is_cut && span_length(text) == 0))
            return FACT_TRUNCATED;
        if (!parse_map(line, &map, &name))
            return FACT_FAILED;
        add_map(reading, map, name);
    }
    return FACT_KNOWN;
}

static enum fact_state read_text_maps(struct reading *reading)
{
    struct gather *gather = reading->gather;
    int result =
        procfs_read(&gather->procfs, reading->body, "maps", MAPS_SIZE_MAX, &gather->text);

    if (result < 0)
        return reading_error(reading, result);
    return add_text_maps(reading, strbuf_span(&gather->text), result == PROCFS_TRUNCATED);
}

/* -ENOTTY before anything was added: this kernel does not know the question. */
static int query_maps(struct reading *reading, int fd)
{
    struct map_name name;
    struct map map;
    uint64_t address = 0;
    int error = 0;

    while (reading->gather->maps.seen < MAPS_COUNT_MAX) {
        error = map_query(fd, address, MAP_EXECUTE, &map, &name);
        if (error)
            break;
        add_map(reading, map, span_of(name.bytes, name.length));
        address = map.end;
    }
    if (error == 0)
        return PROCFS_TRUNCATED;
    return error == -ENOENT ? 0 : error;
}

static enum fact_state read_queried_maps(struct reading *reading)
{
    struct gather *gather = reading->gather;
    int fd = procfs_open_file(&gather->procfs, reading->body, "maps");

    if (fd < 0)
        return reading_error(reading, fd);
    int result = query_maps(reading, fd);
    close(fd);
    if (result == -ENOTTY && gather->maps.seen == 0) {
        gather->has_no_map_query = true;
        return read_text_maps(reading);
    }
    if (result < 0)
        return reading_error(reading, result);
    return result == PROCFS_TRUNCATED ? FACT_TRUNCATED : FACT_KNOWN;
}

static void keep_maps(struct reading *reading)
{
    const struct map_list *list = &reading->gather->maps;
    struct lists *lists = &reading->gather->lists;

    reading->process.map_count = list->seen;
    if (!list->is_interesting && !reading->is_focus)
        return;
    for (size_t i = 0; i < list->count; i++) {
        struct map map = list->items[i];
        struct text_ref name = map.name;

        map.name = reading_text(
            reading, span_of(strbuf_string(&list->names) + name.offset, name.length));
        lists->maps =
            memory_grow(lists->maps, lists->map_count, &lists->map_capacity, sizeof map);
        lists->maps[lists->map_count++] = map;
        reading->process.maps.count++;
    }
}

enum fact_state read_maps(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct map_list *list = &gather->maps;

    list->count = 0;
    list->seen = 0;
    list->is_interesting = false;
    strbuf_clear(&list->names);

    bool is_queried = gather->procfs.is_live && !gather->has_no_map_query && !reading->is_focus;
    enum fact_state state = is_queried ? read_queried_maps(reading) : read_text_maps(reading);
    if (state == FACT_KNOWN || state == FACT_TRUNCATED)
        keep_maps(reading);
    else
        reading->process.maps_flags = 0;
    return state;
}
