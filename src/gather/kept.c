/* SPDX-License-Identifier: MIT */
#include "gather/kept.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/parse.h"
#include "gather/reading.h"

void kept_free(struct kept *kept, size_t *descriptor_count)
{
    if (!kept)
        return;
    if (kept->schedstat >= 0) {
        close(kept->schedstat);
        --*descriptor_count;
    }
    free(kept->maps);
    free(kept->descriptors);
    free(kept);
}

static struct range put_out_maps(struct gather *gather, const struct map *maps, uint32_t count)
{
    struct range range = {.count = count};

    for (uint32_t i = 0; i < count; i++) {
        struct map map = maps[i];

        map.name = texts_put_out(&gather->texts, map.name);
        uint32_t index = snapshot_builder_add_map(gather->texts.builder, &map);
        if (i == 0)
            range.first = index;
    }
    return range;
}

void kept_set_descriptors(struct kept *kept, const struct descriptor *descriptors,
                          uint32_t count)
{
    free(kept->descriptors);
    kept->descriptors = count > 0 ? memory_new(count, sizeof *kept->descriptors) : NULL;
    for (uint32_t i = 0; i < count; i++)
        kept->descriptors[i] = (struct kept_descriptor){
            .inode = descriptors[i].inode,
            .fd = descriptors[i].fd,
            .target = descriptors[i].target.offset & ((1u << TEXT_BITS) - 1),
            .kind = descriptors[i].kind & ((1u << (32 - TEXT_BITS)) - 1),
        };
}

struct descriptor kept_descriptor(const struct gather *gather, const struct kept *kept,
                                  uint32_t index)
{
    const struct kept_descriptor *descriptor = &kept->descriptors[index];

    return (struct descriptor){
        .fd = descriptor->fd,
        .kind = descriptor->kind,
        .inode = descriptor->inode,
        .target = texts_at(&gather->texts, descriptor->target),
    };
}

static struct range put_out_descriptors(struct gather *gather,
                                        const struct descriptor *descriptors, uint32_t count)
{
    struct range range = {.count = count};

    for (uint32_t i = 0; i < count; i++) {
        struct descriptor descriptor = descriptors[i];

        descriptor.target = texts_put_out(&gather->texts, descriptor.target);
        uint32_t index = snapshot_builder_add_descriptor(gather->texts.builder, &descriptor);
        if (i == 0)
            range.first = index;
    }
    return range;
}

void kept_put_out(struct gather *gather, const struct process *process, const struct map *maps,
                  const struct descriptor *descriptors)
{
    struct snapshot_builder *builder = gather->texts.builder;
    struct process *out =
        snapshot_builder_process(builder, snapshot_builder_add_process(builder, process));

    for (size_t i = 0; i < PROCESS_TEXT_COUNT; i++) {
        struct text_ref *text = (struct text_ref *)((char *)out + process_texts[i]);
        *text = texts_put_out(&gather->texts, *text);
    }
    out->maps = put_out_maps(gather, maps, process->maps.count);
    out->descriptors = put_out_descriptors(gather, descriptors, process->descriptors.count);
}

/* Into the list of the gatherer, as they were when they were read. */
static void load_descriptors(struct gather *gather, const struct kept *kept)
{
    gather->lists.descriptor_count = 0;
    for (uint32_t i = 0; i < kept->process.descriptors.count; i++) {
        struct descriptor descriptor = kept_descriptor(gather, kept, i);

        lists_add_descriptor(&gather->lists, &descriptor);
    }
}

void kept_put_out_again(struct gather *gather, const struct kept *kept)
{
    load_descriptors(gather, kept);
    kept_put_out(gather, &kept->process, kept->maps, gather->lists.descriptors);
}

void kept_put_out_descriptors(struct gather *gather, const struct kept *kept,
                              struct process *process)
{
    load_descriptors(gather, kept);
    process->descriptor_count = kept->process.descriptor_count;
    process->descriptors =
        put_out_descriptors(gather, gather->lists.descriptors, kept->process.descriptors.count);
}

bool kept_has_failed(const struct process *process)
{
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (process->facts[fact] == FACT_FAILED)
            return true;
    return false;
}

/* What the cache answers for, by fact. */
static const struct {
    enum fact fact;
    uint32_t offset;
    uint32_t size;
} answered_for[] = {
#define MEMBER(fact, member)                                                        \
    {                                                                               \
        fact, offsetof(struct process, member), sizeof((struct process *)0)->member \
    }
    MEMBER(FACT_STAT, pgrp),
    MEMBER(FACT_STAT, session),
    MEMBER(FACT_STAT, tty_nr),
    MEMBER(FACT_STAT, utime),
    MEMBER(FACT_STAT, stime),
    MEMBER(FACT_STAT, child_faults),
    MEMBER(FACT_STATUS, cap_effective),
    MEMBER(FACT_STATUS, cap_permitted),
    MEMBER(FACT_STATUS, seccomp),
    MEMBER(FACT_STATUS, no_new_privs),
    MEMBER(FACT_CMDLINE, cmdline),
    MEMBER(FACT_ENVIRON, environ_flags),
    MEMBER(FACT_ENVIRON, ld_preload),
    MEMBER(FACT_ENVIRON, ld_audit),
    MEMBER(FACT_ENVIRON, ld_library_path),
    MEMBER(FACT_EXE, exe),
    MEMBER(FACT_EXE_FILE, exe_file),
    MEMBER(FACT_CWD, cwd),
    MEMBER(FACT_ROOT, root),
    MEMBER(FACT_MAPS, map_count),
    MEMBER(FACT_MAPS, maps_flags),
    MEMBER(FACT_MAPS, maps.count),
    MEMBER(FACT_DESCRIPTORS, descriptor_count),
    MEMBER(FACT_DESCRIPTORS, descriptors.count),
    MEMBER(FACT_CGROUP, cgroup),
    MEMBER(FACT_NAMESPACES, ns_net),
    MEMBER(FACT_NAMESPACES, ns_pid),
    MEMBER(FACT_NAMESPACES, ns_mnt),
    MEMBER(FACT_NAMESPACES, ns_user),
    MEMBER(FACT_LOGINUID, loginuid),
#undef MEMBER
};

static bool are_same_descriptors(const struct gather *gather, const struct kept *kept,
                                 const struct descriptor *descriptors)
{
    for (uint32_t i = 0; i < kept->process.descriptors.count; i++) {
        struct descriptor descriptor = kept_descriptor(gather, kept, i);

        if (memcmp(&descriptor, &descriptors[i], sizeof descriptor) != 0)
            return false;
    }
    return true;
}

static bool was_true(const struct gather *gather, const struct kept *kept,
                     const struct process *process)
{
    for (size_t i = 0; i < sizeof answered_for / sizeof *answered_for; i++) {
        enum fact fact = answered_for[i].fact;
        const char *then = (const char *)&kept->process + answered_for[i].offset;
        const char *now = (const char *)process + answered_for[i].offset;

        if (kept->process.facts[fact] != process->facts[fact] ||
            memcmp(then, now, answered_for[i].size) != 0)
            return false;
    }
    /* Empty arrays may be NULL. */
    return (process->maps.count == 0 ||
            memcmp(kept->maps, gather->lists.maps, process->maps.count * sizeof *kept->maps) ==
                0) &&
           are_same_descriptors(gather, kept, gather->lists.descriptors);
}

/* Unless it woke up while we compared. */
static bool has_deceived(struct gather *gather, struct kept *kept,
                         const struct reading *reading)
{
    return !was_true(gather, kept, &reading->process) && kept_did_not_run(gather, kept);
}

/* What was opened for the pass before goes on to serve. */
static void take_schedstat(struct reading *reading, struct kept *old)
{
    if (!old || old->schedstat < 0 || reading->schedstat >= 0)
        return;
    reading->schedstat = old->schedstat;
    old->schedstat = -1;
}

void kept_prepare(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct sample *before = samples_find(&gather->samples, reading->process.pid);
    const struct kept *kept = before ? before->kept : NULL;

    /* With threads it is of no use; with one open there is no need. */
    if (!reading->keeps_sample || reading->is_focus || !gather->procfs.is_live ||
        gather->samples.descriptor_count >= gather->descriptor_max ||
        (kept && (kept->schedstat >= 0 || kept->process.threads > 1)))
        return;
    int fd = procfs_open_file(&gather->procfs, reading->directory, "schedstat");
    if (fd < 0)
        return;
    if (!kept_read_times(fd, &reading->times) || reading->times.arrivals == 0) {
        close(fd);
        return;
    }
    reading->schedstat = fd;
    gather->samples.descriptor_count++;
}

/* What schedstat said before the process was read that is kept. */
static struct times times_before(const struct gather *gather, const struct kept *kept)
{
    const struct read_mark *mark = &kept->process.mark;

    return gather->now_of == kept->process.pid
               ? gather->now
               : (struct times){mark->runtime_ns, mark->arrivals};
}

void kept_mark(struct reading *reading)
{
    const struct gather *gather = reading->gather;
    const struct kept *old = reading->sample.kept;

    if (!reading->keeps_sample || gather->pass == 0 || !gather->procfs.is_live)
        return;
    if (old && old->schedstat >= 0 && reading->schedstat < 0)
        reading->times = times_before(gather, old); /* comparing looks again */
    reading->process.mark = (struct read_mark){
        .runtime_ns = reading->times.runtime_ns,
        .arrivals = reading->times.arrivals,
        .faults = reading->faults,
        .wanted = reading->wanted & ~reading->put_off & FACT_ALL,
        .flags = MARK_IS_KEPT | (reading->lacks_name ? MARK_IS_VOID : 0) |
                 (reading->has_no_memory ? MARK_HAS_NO_MEMORY : 0) |
                 (reading->owes_place ? MARK_OWES_PLACE : 0) |
                 (reading->owes_descriptors ? MARK_OWES_DESCRIPTORS : 0),
    };
}

void kept_store(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct gather_counts *counts = &snapshot_builder_header(reading->builder)->counts;
    struct process *process = &reading->process;
    struct kept *old = reading->sample.kept;
    struct kept *kept = memory_new(1, sizeof *kept);

    if (gather->is_sweeping && old) {
        counts->sweep_reads++;
        counts->sweep_disagreements += has_deceived(gather, old, reading);
    }
    take_schedstat(reading, old);
    *kept = (struct kept){
        .process = *process,
        .maps = memory_copy(gather->lists.maps, process->maps.count, sizeof *kept->maps),
        .put_off = reading->put_off,
        .packages_serial = (uint32_t)gather->paths.serial,
        .first_pass = old ? old->first_pass : (uint32_t)gather->pass,
        .schedstat = reading->schedstat,
        .has_no_memory = reading->has_no_memory,
        .owes_place = reading->owes_place,
        .owes_descriptors = reading->owes_descriptors,
        .has_failures = kept_has_failed(process),
        .is_void = reading->lacks_name,
    };
    kept_set_descriptors(kept, gather->lists.descriptors, process->descriptors.count);
    reading->schedstat = -1;
    if (process->facts[FACT_EXE_FILE] == FACT_KNOWN &&
        process->exe_file.flags & EXE_ON_LOCAL_FS)
        exe_table_add(&gather->exe_table, process);
    kept_free(old, &gather->samples.descriptor_count);
    reading->sample.kept = kept;
}
