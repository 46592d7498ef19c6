/* SPDX-License-Identifier: MIT */
#include "model/snapshot.h"

#include <float.h>
#include <string.h>

#include "base/problem.h"
#include "model/snapshot_layout.h"

/* Each returns what is wrong, or NULL. */

static const char *check_header(const struct snapshot_header *header, size_t size)
{
    if (memcmp(header->magic, snapshot_magic, sizeof header->magic) != 0)
        return "not a procwatch snapshot";
    if (header->version != SNAPSHOT_VERSION)
        return "a snapshot of another version";
    if (header->header_size != sizeof *header)
        return "a snapshot of another build";
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        if (header->item_sizes[section] != snapshot_item_size(section))
            return "a snapshot of another build";
    if (header->size != size)
        return "a snapshot cut short";
    if (header->ticks_per_second == 0 || header->cpus == 0 || header->page_size == 0)
        return "impossible machine facts";
    return NULL;
}

static const char *check_extents(const struct snapshot_header *header)
{
    for (unsigned section = 0; section < SECTION_COUNT; section++) {
        struct snapshot_extent extent = header->sections[section];
        uint64_t bytes, end;

        if (extent.offset % SNAPSHOT_ALIGNMENT != 0 || extent.offset < sizeof *header)
            return "misplaced section";
        if (extent.count > UINT32_MAX ||
            __builtin_mul_overflow(extent.count, snapshot_item_size(section), &bytes) ||
            __builtin_add_overflow(extent.offset, bytes, &end) || end > header->size)
            return "section beyond the end";
    }
    return NULL;
}

static bool is_good_text(const struct snapshot *snapshot, struct text_ref text)
{
    uint64_t end = (uint64_t)text.offset + text.length;

    return end < snapshot->strings_size && snapshot->strings[end] == '\0';
}

static bool is_good_range(struct range range, size_t count, uint64_t *total)
{
    *total += range.count;
    return (uint64_t)range.first + range.count <= count && *total <= count;
}

static const char *check_processes(const struct snapshot *snapshot)
{
    uint64_t maps = 0, descriptors = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];

        if (process->pid <= 0 || (i > 0 && process->pid <= process[-1].pid))
            return "processes out of order";
        for (unsigned fact = 0; fact < FACT_COUNT; fact++)
            if (process->facts[fact] >= FACT_STATE_COUNT)
                return "unknown fact state";
        if (!is_good_range(process->maps, snapshot->map_count, &maps) ||
            !is_good_range(process->descriptors, snapshot->descriptor_count, &descriptors))
            return "list beyond its array";
        /* Not NaN and not negative, so that it can be compared and printed. */
        if (!(process->cpu_percent >= 0.0f && process->cpu_percent <= 1e9f))
            return "impossible CPU share";
        if (!(process->child_fault_rate >= 0.0f && process->child_fault_rate <= FLT_MAX))
            return "impossible fault rate";
    }
    return NULL;
}

static bool has_good_texts(const struct snapshot *snapshot, const void *record,
                           struct text_places places)
{
    for (size_t i = 0; i < places.count; i++)
        if (!is_good_text(snapshot,
                          *(const struct text_ref *)(const void *)((const char *)record +
                                                                   places.offsets[i])))
            return false;
    return true;
}

static const char *check_texts(const struct snapshot *snapshot)
{
    const struct snapshot_header *header = snapshot->header;

    for (unsigned section = 0; section < SECTION_COUNT; section++) {
        struct text_places places = snapshot_text_places(section);
        const char *records = (const char *)header + header->sections[section].offset;

        for (uint64_t i = 0; places.count > 0 && i < header->sections[section].count; i++)
            if (!has_good_texts(snapshot, records + i * snapshot_item_size(section), places))
                return "text beyond the string pool";
    }
    return has_good_texts(snapshot, header, snapshot_header_text_places())
               ? NULL
               : "text beyond the string pool";
}

static const char *check_side_arrays(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->descriptor_count; i++)
        if (snapshot->descriptors[i].kind > DESCRIPTOR_ANONYMOUS)
            return "bad descriptor";
    for (size_t i = 1; i < snapshot->socket_count; i++)
        if (snapshot->sockets[i].inode < snapshot->sockets[i - 1].inode)
            return "sockets out of order";
    for (size_t i = 0; i < snapshot->note_count; i++)
        if (snapshot->notes[i].level > PROBLEM_ERROR)
            return "bad note";
    for (size_t i = 0; i < snapshot->hidden_count; i++)
        if (snapshot->hidden[i].how >= HIDDEN_HOW_COUNT)
            return "bad hidden process";
    return NULL;
}

static const char *check_closer(const struct snapshot *snapshot)
{
    const struct closer *closer = snapshot->closer;

    if (snapshot->header->sections[SECTION_CLOSER].count > 1)
        return "two closer looks";
    if (closer) {
        for (unsigned part = 0; part < CLOSER_PART_COUNT; part++)
            if (closer->states[part] >= FACT_STATE_COUNT)
                return "unknown fact state";
        if (closer->elf.interpreter[ELF_INTERPRETER_SIZE - 1] != '\0' ||
            closer->elf.build_id_length > ELF_BUILD_ID_MAX)
            return "bad program facts";
    }
    for (size_t i = 0; i < snapshot->thread_count; i++) {
        const struct thread *thread = &snapshot->threads[i];

        if (i > 0 && (thread->pid < thread[-1].pid ||
                      (thread->pid == thread[-1].pid && thread->tid <= thread[-1].tid)))
            return "threads out of order";
        if (!(thread->cpu_percent >= -1.0f && thread->cpu_percent <= 1e9f))
            return "impossible CPU share";
    }
    for (size_t i = 1; i < snapshot->opening_count; i++)
        if (snapshot->openings[i].fd <= snapshot->openings[i - 1].fd)
            return "descriptors out of order";
    return NULL;
}

static const void *section_of(const struct snapshot_header *header,
                              enum snapshot_section section)
{
    return (const char *)header + header->sections[section].offset;
}

static struct snapshot describe(const struct snapshot_header *header)
{
    return (struct snapshot){
        .header = header,
        .processes = section_of(header, SECTION_PROCESSES),
        .process_count = header->sections[SECTION_PROCESSES].count,
        .maps = section_of(header, SECTION_MAPS),
        .map_count = header->sections[SECTION_MAPS].count,
        .descriptors = section_of(header, SECTION_DESCRIPTORS),
        .descriptor_count = header->sections[SECTION_DESCRIPTORS].count,
        .sockets = section_of(header, SECTION_SOCKETS),
        .socket_count = header->sections[SECTION_SOCKETS].count,
        .notes = section_of(header, SECTION_NOTES),
        .note_count = header->sections[SECTION_NOTES].count,
        .hidden = section_of(header, SECTION_HIDDEN),
        .hidden_count = header->sections[SECTION_HIDDEN].count,
        .closer = header->sections[SECTION_CLOSER].count > 0
                      ? section_of(header, SECTION_CLOSER)
                      : NULL,
        .variables = section_of(header, SECTION_VARIABLES),
        .variable_count = header->sections[SECTION_VARIABLES].count,
        .threads = section_of(header, SECTION_THREADS),
        .thread_count = header->sections[SECTION_THREADS].count,
        .limits = section_of(header, SECTION_LIMITS),
        .limit_count = header->sections[SECTION_LIMITS].count,
        .openings = section_of(header, SECTION_OPENINGS),
        .opening_count = header->sections[SECTION_OPENINGS].count,
        .strings = section_of(header, SECTION_STRINGS),
        .strings_size = header->sections[SECTION_STRINGS].count,
    };
}

bool snapshot_open(const void *block, size_t size, struct snapshot *ret_snapshot,
                   const char **ret_reason)
{
    const struct snapshot_header *header = block;
    const char *wrong = NULL;

    if (size < sizeof *header || size > SNAPSHOT_SIZE_MAX)
        wrong = "impossible size";
    if (!wrong)
        wrong = check_header(header, size);
    if (!wrong)
        wrong = check_extents(header);
    if (!wrong) {
        struct snapshot snapshot = describe(header);

        wrong = check_processes(&snapshot);
        if (!wrong)
            wrong = check_texts(&snapshot);
        if (!wrong)
            wrong = check_side_arrays(&snapshot);
        if (!wrong)
            wrong = check_closer(&snapshot);
        if (!wrong) {
            *ret_snapshot = snapshot;
            return true;
        }
    }
    *ret_reason = wrong;
    return false;
}

const char *snapshot_string(const struct snapshot *snapshot, struct text_ref text)
{
    return snapshot->strings + text.offset;
}

struct span snapshot_span(const struct snapshot *snapshot, struct text_ref text)
{
    return span_of(snapshot->strings + text.offset, text.length);
}

_Static_assert(offsetof(struct process, pid) == 0 && offsetof(struct thread, pid) == 0 &&
                   offsetof(struct opening, fd) == 0,
               "records begin with the number they ascend by");

/* The first of them whose number is not below that one, or their end. */
static size_t first_from(const void *records, size_t count, size_t record_size, int64_t number)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const int32_t *at = (const void *)((const char *)records + middle * record_size);

        if (*at < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct process *snapshot_find(const struct snapshot *snapshot, int32_t pid)
{
    size_t at = first_from(snapshot->processes, snapshot->process_count,
                           sizeof *snapshot->processes, pid);

    if (at == snapshot->process_count || snapshot->processes[at].pid != pid)
        return NULL;
    return &snapshot->processes[at];
}

const struct process *snapshot_find_identity(const struct snapshot *snapshot, int32_t pid,
                                             uint64_t starttime)
{
    const struct process *process = snapshot_find(snapshot, pid);

    return process && process->starttime == starttime ? process : NULL;
}

const struct opening *snapshot_opening(const struct snapshot *snapshot, int32_t fd)
{
    size_t at =
        first_from(snapshot->openings, snapshot->opening_count, sizeof *snapshot->openings, fd);

    if (at == snapshot->opening_count || snapshot->openings[at].fd != fd)
        return NULL;
    return &snapshot->openings[at];
}

static size_t first_thread(const struct snapshot *snapshot, int64_t pid)
{
    return first_from(snapshot->threads, snapshot->thread_count, sizeof *snapshot->threads,
                      pid);
}

const struct thread *snapshot_threads(const struct snapshot *snapshot, int32_t pid,
                                      size_t *ret_count)
{
    size_t first = first_thread(snapshot, pid);

    *ret_count = first_thread(snapshot, (int64_t)pid + 1) - first;
    return snapshot->threads + first;
}

/* A parent cannot be younger than its child: such a pair is a reused pid, and
 * refusing it also makes every walk to the root end. Equal start times happen
 * (one tick is 10 ms); then the smaller pid is taken for the older. */
static bool is_plausible_parent(const struct process *parent, const struct process *child)
{
    if (parent->starttime != child->starttime)
        return parent->starttime < child->starttime;
    return parent->pid < child->pid;
}

const struct process *snapshot_parent(const struct snapshot *snapshot,
                                      const struct process *process)
{
    const struct process *parent = snapshot_find(snapshot, process->ppid);

    return parent && is_plausible_parent(parent, process) ? parent : NULL;
}

double snapshot_age(const struct snapshot *snapshot, const struct process *process)
{
    double uptime = (double)snapshot->header->uptime_ms / 1000;
    double start = (double)process->starttime / snapshot->header->ticks_per_second;

    return start < uptime ? uptime - start : 0;
}
