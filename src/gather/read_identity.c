/* SPDX-License-Identifier: MIT */
/* Where a process belongs: CPU share, cgroup, namespaces, login uid; all with
 * the sample of the pass before in hand. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "gather/parse.h"
#include "gather/reading.h"

enum { SMALL_FILE_MAX = 16 * 1024, FOCUS_SAMPLE_LEAST_NS = 200000000 };

/* Recordings may hold the earlier sample as stat.before and uptime.before. */
static bool recorded_sample(struct reading *reading, uint64_t *ret_ticks, uint64_t *ret_ns)
{
    struct gather *gather = reading->gather;
    struct process_stat stat;
    uint64_t ns;

    if (procfs_read(&gather->procfs, gather->procfs.root, "uptime.before", SMALL_FILE_MAX,
                    &gather->text) != 0 ||
        !parse_seconds(strbuf_span(&gather->text), &ns) ||
        procfs_read(&gather->procfs, reading->directory, "stat.before", SMALL_FILE_MAX,
                    &gather->text) != 0 ||
        !parse_stat(strbuf_span(&gather->text), &stat) ||
        (uint64_t)stat.starttime != reading->process.starttime)
        return false;
    *ret_ticks = (uint64_t)stat.utime + (uint64_t)stat.stime;
    *ret_ns = ns;
    return true;
}

enum fact_state read_cpu(struct reading *reading)
{
    struct gather *gather = reading->gather;
    uint64_t ticks = reading->process.utime + reading->process.stime;
    uint64_t ticks_before, taken_ns;

    if (reading->process.facts[FACT_STAT] != FACT_KNOWN)
        return (enum fact_state)reading->process.facts[FACT_STAT];
    reading->sample.cpu_ticks = ticks;
    reading->sample.taken_ns = gather->now_ns;
    if (reading->before) {
        ticks_before = reading->before->cpu_ticks;
        taken_ns = reading->before->taken_ns;
    } else if (gather->procfs.is_live || !recorded_sample(reading, &ticks_before, &taken_ns)) {
        return FACT_PENDING;
    }
    if (taken_ns == 0 || gather->now_ns <= taken_ns)
        return FACT_PENDING;
    /* Ticks are too coarse for the moment since the list was read. */
    if (reading->is_focus && gather->now_ns - taken_ns < FOCUS_SAMPLE_LEAST_NS)
        return FACT_PENDING;

    /* The sum may step back by a tick when the kernel rescales its parts. */
    double used = ticks > ticks_before ? (double)(ticks - ticks_before) : 0;
    double seconds = (double)(gather->now_ns - taken_ns) / 1e9;
    reading->process.cpu_percent = (float)(100 * used / gather->ticks_per_second / seconds);
    return FACT_KNOWN;
}

/* See SAMPLE_SWEEP_PASSES. */
static bool is_still_true(const struct reading *reading)
{
    const struct sample *before = reading->before;

    return before && !reading->is_focus && reading->process.threads == 1 &&
           reading->process.facts[FACT_STATUS] == FACT_KNOWN &&
           before->switches == reading->process.switches &&
           (reading->gather->pass + (uint64_t)reading->process.pid) % SAMPLE_SWEEP_PASSES != 0;
}

enum fact_state read_cgroup(struct reading *reading)
{
    struct sample *sample = &reading->sample;
    struct span path;

    if (!is_still_true(reading) || sample->cgroup_state == FACT_NOT_ASKED) {
        enum fact_state state =
            reading_file(reading, reading->directory, "cgroup", SMALL_FILE_MAX);

        if (state == FACT_KNOWN && !parse_cgroup(strbuf_span(&reading->gather->text), &path))
            state = FACT_FAILED;
        sample->cgroup_state = (uint8_t)state;
        if (state == FACT_KNOWN && !(sample->cgroup && span_equals(path, sample->cgroup))) {
            free(sample->cgroup);
            sample->cgroup = memory_new(span_length(path) + 1, 1);
            memcpy(sample->cgroup, path.at, span_length(path));
        }
    }
    if (sample->cgroup_state == FACT_KNOWN)
        reading->process.cgroup = reading_text(reading, span_of_string(sample->cgroup));
    return (enum fact_state)sample->cgroup_state;
}

enum fact_state read_loginuid(struct reading *reading)
{
    struct sample *sample = &reading->sample;
    uint64_t uid;

    if (!is_still_true(reading) || sample->loginuid_state == FACT_NOT_ASKED) {
        enum fact_state state =
            reading_file(reading, reading->directory, "loginuid", SMALL_FILE_MAX);

        if (state == FACT_KNOWN) {
            struct span text = strbuf_span(&reading->gather->text);

            if (span_take_u64(&text, &uid) && uid <= UINT32_MAX)
                sample->loginuid = (uint32_t)uid;
            else
                state = FACT_FAILED;
        }
        sample->loginuid_state = (uint8_t)state;
    }
    if (sample->loginuid_state == FACT_KNOWN)
        reading->process.loginuid = sample->loginuid;
    return (enum fact_state)sample->loginuid_state;
}

static const struct {
    const char *path;
    const char *kind;
} namespace_links[NAMESPACE_COUNT] = {
    [NAMESPACE_NET] = {"ns/net",  "net" },
    [NAMESPACE_PID] = {"ns/pid",  "pid" },
    [NAMESPACE_MNT] = {"ns/mnt",  "mnt" },
    [NAMESPACE_USER] = {"ns/user", "user"},
};

static enum fact_state read_namespace_links(struct reading *reading)
{
    struct gather *gather = reading->gather;

    for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
        int error =
            procfs_read_link(reading->directory, namespace_links[i].path, &gather->text);

        if (error)
            return reading_error(reading, error);
        if (!parse_numbered_link(strbuf_span(&gather->text), namespace_links[i].kind,
                                 &reading->sample.namespaces[i]))
            return FACT_FAILED;
    }
    return FACT_KNOWN;
}

enum fact_state read_namespaces(struct reading *reading)
{
    struct sample *sample = &reading->sample;
    struct process *process = &reading->process;

    if (!is_still_true(reading) || sample->namespaces_state == FACT_NOT_ASKED)
        sample->namespaces_state = (uint8_t)read_namespace_links(reading);
    if (sample->namespaces_state == FACT_KNOWN) {
        process->ns_net = sample->namespaces[NAMESPACE_NET];
        process->ns_pid = sample->namespaces[NAMESPACE_PID];
        process->ns_mnt = sample->namespaces[NAMESPACE_MNT];
        process->ns_user = sample->namespaces[NAMESPACE_USER];
    }
    return (enum fact_state)sample->namespaces_state;
}
