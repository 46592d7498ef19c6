/* SPDX-License-Identifier: MIT */
#include "ui/panel_maps.h"

#include <string.h>

/* From worst to plain: the order of the tab. */
enum suspicion {
    MAP_WRITABLE_EXECUTABLE,
    MAP_EXECUTABLE_MEMFD,
    MAP_EXECUTABLE_DELETED,
    MAP_EXECUTABLE_ANONYMOUS,
    MAP_PLAIN,
    MAP_SUSPICION_COUNT
};

static const struct {
    enum role role;
    const char *note;
} suspicions[MAP_SUSPICION_COUNT] = {
    [MAP_WRITABLE_EXECUTABLE] = {ROLE_SEVERITY_CRITICAL, "writable and executable" },
    [MAP_EXECUTABLE_MEMFD] = {ROLE_SEVERITY_CRITICAL, "executable, from a memfd"},
    [MAP_EXECUTABLE_DELETED] = {ROLE_SEVERITY_HIGH,     "executable, file deleted"},
    [MAP_EXECUTABLE_ANONYMOUS] = {ROLE_SEVERITY_HIGH,     "executable, from no file"},
    [MAP_PLAIN] = {ROLE_DIM,               ""                        },
};

static enum suspicion suspicion_of(const struct snapshot *snapshot, const struct map *map)
{
    const char *name = snapshot_string(snapshot, map->name);

    if (!(map->permissions & MAP_EXECUTE))
        return MAP_PLAIN;
    if (map->permissions & MAP_WRITE)
        return MAP_WRITABLE_EXECUTABLE;
    if (strncmp(name, "/memfd:", 7) == 0)
        return MAP_EXECUTABLE_MEMFD;
    if (span_ends_with(snapshot_span(snapshot, map->name), DELETED_SUFFIX))
        return MAP_EXECUTABLE_DELETED;
    /* A process names its own in brackets, too: "[anon:libc]", prctl(2). */
    if (map->inode == 0 && !map_is_of_kernel(snapshot_span(snapshot, map->name)))
        return MAP_EXECUTABLE_ANONYMOUS;
    return MAP_PLAIN;
}

static void write_map(struct page *page, const struct snapshot *snapshot, const struct map *map,
                      enum suspicion suspicion)
{
    enum role role = suspicions[suspicion].role;
    char permissions[MAP_PERMISSIONS_SIZE];
    struct strbuf size = {0};

    map_format_permissions(map, &permissions);
    page_line(page);
    page_add(page, role, "%s%s ", suspicion == MAP_PLAIN ? "   " : " ! ", permissions);
    text_add_size(&size, map->end - map->start);
    page_add(page, ROLE_TEXT, "%6s  ", strbuf_string(&size));
    page_add(page, ROLE_DIM, "%12llx  ", (unsigned long long)map->start);
    strbuf_release(&size);

    struct span name = snapshot_span(snapshot, map->name);
    if (span_length(name) > 0)
        page_add_span(page, suspicion == MAP_PLAIN ? ROLE_TEXT : role, name);
    else
        page_add(page, suspicion == MAP_PLAIN ? ROLE_DIM : role, "anonymous");
    if (*suspicions[suspicion].note)
        page_add(page, role, "   %s", suspicions[suspicion].note);
}

static void write_summary(struct page *page, const struct process *process, bool is_full)
{
    enum fact_state state = process->facts[FACT_MAPS];

    page_line(page);
    if (!process_knows(process, FACT_BIT(FACT_MAPS))) {
        page_add(page, ROLE_WARNING, "not known: %s", fact_state_name(state));
        return;
    }
    page_add(page, ROLE_DIM, "%u mappings%s, %u shown%s", process->map_count,
             state == FACT_TRUNCATED ? "+ (cut short by a cap)" : "", process->maps.count,
             is_full ? "" : " (only those of interest)");
    page_line(page);
    page_add(page, ROLE_LABEL, "   PERM   SIZE       ADDRESS  NAME");
}

void panel_maps_write(struct page *page, const struct subject *subject)
{
    const struct snapshot *snapshot =
        subject->full ? &subject->focus->snapshot : subject->row.snapshot;
    const struct process *process = subject->full ? subject->full : subject->row.process;

    write_summary(page, process, subject->full != NULL);
    for (int wanted = 0; wanted < MAP_SUSPICION_COUNT; wanted++)
        for (uint32_t i = 0; i < process->maps.count; i++) {
            const struct map *map = &snapshot->maps[process->maps.first + i];

            if (suspicion_of(snapshot, map) == (enum suspicion)wanted)
                write_map(page, snapshot, map, (enum suspicion)wanted);
        }
}
