/* SPDX-License-Identifier: MIT */
/* Parts of a process that ran, and that need not be read again all the same. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "gather/reading.h"

/* In its first moments: seen for the first time lately, and started lately. */
static bool is_young(const struct gather *gather, const struct kept *kept)
{
    uint64_t started_ns =
        kept->process.starttime * ((uint64_t)NS_PER_S / gather->ticks_per_second);

    return (uint32_t)gather->pass - kept->first_pass < KEPT_PLACE_PASSES &&
           gather->now_ns < started_ns + KEPT_YOUNG_S * (uint64_t)NS_PER_S;
}

static const struct kept *kept_of(const struct reading *reading, enum fact fact)
{
    const struct gather *gather = reading->gather;
    const struct kept *kept = reading->sample.kept;

    if (!kept || reading->is_focus || gather->is_sweeping ||
        kept->process.facts[fact] != FACT_KNOWN || is_young(gather, kept) ||
        kept_is_turn(gather, reading->process.pid, KEPT_PLACE_PASSES))
        return NULL;
    return kept;
}

const struct process *kept_of_place(struct reading *reading, enum fact fact)
{
    const struct kept *kept = kept_of(reading, fact);

    if (!kept)
        return NULL;
    reading->owes_place = true;
    return &kept->process;
}

const struct process *kept_of_program(struct reading *reading, enum fact fact)
{
    const struct kept *kept = kept_of(reading, fact);

    if (!kept || kept->process.mark.faults != reading->faults || kept->has_no_memory ||
        reading->process.facts[FACT_STAT] != FACT_KNOWN ||
        reading->process.flags & PROCESS_PF_EXITING)
        return NULL;
    reading->owes_place = true;
    return &kept->process;
}

const struct process *kept_of_exe(struct reading *reading)
{
    const struct process *process = kept_of_program(reading, FACT_EXE);

    if (!process || process->facts[FACT_EXE_FILE] != FACT_KNOWN ||
        !(process->exe_file.flags & EXE_ON_LOCAL_FS) ||
        process->facts[FACT_NAMESPACES] != FACT_KNOWN ||
        reading->process.facts[FACT_NAMESPACES] != FACT_KNOWN ||
        process->ns_mnt != reading->process.ns_mnt ||
        !kept_is_same_file(reading->gather, reading->sample.kept))
        return NULL;
    return process;
}

/* Those of the gatherer itself are the files it keeps open, by the thousand. */
static bool is_ours(const struct gather *gather, const struct process *process)
{
    return process->pid == snapshot_builder_header(gather->texts.builder)->collector_pid;
}

/* Linux >= 6.2 tells how many descriptors are open as the directory's size. */
static bool has_as_many(const struct reading *reading, uint32_t count)
{
    struct statx directory;

    return count > 0 &&
           statx(reading->body, "fd", AT_STATX_DONT_SYNC, STATX_SIZE, &directory) == 0 &&
           directory.stx_size == count;
}

static const struct kept *kept_with_descriptors(const struct reading *reading)
{
    const struct gather *gather = reading->gather;
    const struct kept *kept = kept_of(reading, FACT_DESCRIPTORS);
    const struct process *process = &reading->process;

    if (gather->is_path_new)
        return NULL;
    if (is_ours(gather, process) && !reading->is_focus && !gather->is_sweeping)
        return reading->sample.kept;
    if (!kept || process->facts[FACT_SOCKETS] != FACT_KNOWN ||
        process->facts[FACT_EXE] != FACT_KNOWN || process->facts[FACT_CMDLINE] != FACT_KNOWN ||
        !text_ref_equals(process->exe, kept->process.exe) ||
        !text_ref_equals(process->cmdline, kept->process.cmdline) ||
        reading->body != reading->directory ||
        !has_as_many(reading, kept->process.descriptor_count))
        return NULL;
    return kept;
}

enum fact_state kept_descriptors(struct reading *reading)
{
    const struct kept *kept = kept_with_descriptors(reading);
    struct process *process = &reading->process;

    if (!kept || (kept->process.facts[FACT_DESCRIPTORS] != FACT_KNOWN &&
                  kept->process.facts[FACT_DESCRIPTORS] != FACT_TRUNCATED))
        return FACT_NOT_ASKED;
    process->descriptor_count = kept->process.descriptor_count;
    process->descriptors.count = kept->process.descriptors.count;
    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        struct descriptor descriptor = kept_descriptor(reading->gather, kept, i);

        lists_add_descriptor(&reading->gather->lists, &descriptor);
    }
    reading->owes_place = true;
    reading->owes_descriptors = !is_ours(reading->gather, process);
    return (enum fact_state)kept->process.facts[FACT_DESCRIPTORS];
}

/* What goes into the process itself, and needs nothing that was read before but exe. */
static const fact_mask facts_that_can_be_added =
    FACT_BIT(FACT_CWD) | FACT_BIT(FACT_ROOT) | FACT_BIT(FACT_CGROUP) | FACT_BIT(FACT_LOGINUID) |
    FACT_BIT(FACT_SHA256) | FACT_BIT(FACT_ENVIRON) | FACT_BIT(FACT_MAPS) |
    FACT_BIT(FACT_DESCRIPTORS);

static void take_lists(struct kept *kept, const struct reading *reading, fact_mask added)
{
    const struct lists *lists = &reading->gather->lists;

    if (added & FACT_BIT(FACT_MAPS)) {
        free(kept->maps);
        kept->maps = memory_copy(lists->maps, lists->map_count, sizeof *kept->maps);
    }
    if (added & FACT_BIT(FACT_DESCRIPTORS))
        kept_set_descriptors(kept, lists->descriptors, (uint32_t)lists->descriptor_count);
}

static bool add_facts(struct gather *gather, struct kept *kept, fact_mask missing)
{
    struct reading reading = kept_reading(gather, kept);

    reading.wanted = missing;
    reading.has_no_memory = kept->has_no_memory;
    reading.directory = reading.body = procfs_open_process(&gather->procfs, kept->process.pid);
    if (reading.directory < 0)
        return false;
    gather->lists.map_count = 0;
    gather->lists.descriptor_count = 0;
    kept_load_exe(&reading);
    reading_add(&reading);
    close(reading.directory);
    if (reading.is_gone || !kept_is_still_there(gather, kept))
        return false;
    reading.wanted = kept->process.mark.wanted | missing;
    if (missing & FACT_BIT(FACT_ENVIRON))
        reading_compare_paths(&reading);
    kept->process = reading.process;
    kept->process.mark.wanted |= missing & ~reading.put_off & FACT_ALL;
    kept->has_failures |= kept_has_failed(&kept->process);
    take_lists(kept, &reading, missing & ~reading.put_off);
    return true;
}

bool kept_add_facts(struct gather *gather, struct kept *kept, fact_mask wanted)
{
    fact_mask missing = wanted & ~kept->process.mark.wanted;
    bool is_left = missing & ~allowance_may_wait || allowance_is_left(&gather->allowance);

    if (missing & ~facts_that_can_be_added ||
        (missing && is_left && !add_facts(gather, kept, missing)))
        return false;
    missing = wanted & ~kept->process.mark.wanted;
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if ((missing | kept->put_off) & ~kept->process.mark.wanted & FACT_BIT(fact))
            kept->process.facts[fact] =
                missing & FACT_BIT(fact) ? FACT_PENDING : FACT_NOT_ASKED;
    kept->put_off = missing;
    return true;
}

static bool read_descriptors_again(struct gather *gather, struct kept *kept)
{
    struct reading reading = kept_reading(gather, kept);
    struct process *process = &reading.process;

    if (!gather_may_begin(gather, process, FACT_DESCRIPTORS))
        return false;
    reading.directory = reading.body = procfs_open_process(&gather->procfs, process->pid);
    if (reading.directory < 0)
        return false;
    gather->lists.descriptor_count = 0;
    process->descriptors = (struct range){0};
    enum fact_state state = read_descriptors(&reading);
    close(reading.directory);
    if (state != FACT_KNOWN || !kept_is_still_there(gather, kept))
        return false;
    kept_set_descriptors(kept, gather->lists.descriptors, process->descriptors.count);
    kept->process.descriptors.count = process->descriptors.count;
    kept->process.descriptor_count = process->descriptor_count;
    kept->owes_descriptors = false;
    return true;
}

void kept_look_again(struct gather *gather)
{
    struct snapshot_builder *builder = gather->texts.builder;
    const uint32_t count = snapshot_builder_header(builder)->counts.processes;
    uint32_t at = 0;

    for (size_t i = 0; i < gather->samples.current_count; i++) {
        struct kept *kept = gather->samples.current[i].kept;

        if (gather->sockets.newcomers.count == 0)
            return;
        if (!kept || !kept->owes_descriptors || !read_descriptors_again(gather, kept))
            continue;
        while (at < count && snapshot_builder_process(builder, at)->pid != kept->process.pid)
            at++;
        if (at < count)
            kept_put_out_descriptors(gather, kept, snapshot_builder_process(builder, at));
    }
}
