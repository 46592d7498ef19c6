/* SPDX-License-Identifier: MIT */
/* Where a process belongs, with the sample of the pass before in hand: CPU
 * share, root, cgroup, namespaces, login uid. */
#include <math.h>

#include <errno.h>

#include "gather/parse.h"
#include "gather/reading.h"

enum {
    SMALL_FILE_MAX = 16 * 1024,
    FOCUS_SAMPLE_LEAST_NS = 200000000,
    HABIT_LEAST_S = 300, /* what a start-up script did in a moment is no habit */
};

/* What is known of its past when it is seen for the first time: a life's mean. */
static float life_fault_rate(const struct gather *gather, const struct process *process)
{
    double age_s = (double)gather->now_ns / 1e9 -
                   (double)process->starttime / (double)gather->ticks_per_second;

    return (float)process->child_faults / (HABIT_LEAST_S + (float)fmax(age_s, 0));
}

/* Recordings may hold the earlier sample as stat.before and uptime.before. */
static bool recorded_sample(struct reading *reading, struct sample *ret_before)
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
    *ret_before = (struct sample){
        .cpu_ticks = (uint64_t)stat.utime + (uint64_t)stat.stime,
        .child_faults = (uint64_t)stat.cminflt,
        .child_fault_rate = life_fault_rate(gather, &reading->process),
        .taken_ns = ns,
    };
    return true;
}

enum fact_state read_cpu(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process *process = &reading->process;
    const struct sample *before = reading->before;
    struct sample recorded;

    if (process->facts[FACT_STAT] != FACT_KNOWN)
        return (enum fact_state)process->facts[FACT_STAT];
    reading->sample.cpu_ticks = process->utime + process->stime;
    reading->sample.child_faults = process->child_faults;
    reading->sample.taken_ns = gather->now_ns;
    if (!before && !gather->procfs.is_live && recorded_sample(reading, &recorded))
        before = &recorded;
    if (!before || before->taken_ns == 0)
        reading->sample.child_fault_rate = life_fault_rate(gather, process);
    if (!before || before->taken_ns == 0 || gather->now_ns <= before->taken_ns)
        return FACT_PENDING;
    /* Ticks are too coarse for the moment since the list was read. */
    if (reading->is_focus && gather->now_ns - before->taken_ns < FOCUS_SAMPLE_LEAST_NS)
        return FACT_PENDING;

    process->cpu_percent = sample_cpu_percent(before->cpu_ticks, reading->sample.cpu_ticks,
                                              (double)(gather->now_ns - before->taken_ns) /
                                                  1e9 * gather->ticks_per_second);
    process->child_fault_rate = reading->sample.child_fault_rate =
        sample_fault_rate(before, process->child_faults, gather->now_ns);
    return FACT_KNOWN;
}

enum fact_state read_root(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct process *kept = kept_of_place(reading, FACT_ROOT);

    if (kept) {
        reading->process.root = kept->root;
        return FACT_KNOWN;
    }
    if (told_is_root(reading, CENSUS_ROOT_IS_OURS)) {
        reading->process.root = reading_text(reading, span_of_string("/"));
        return FACT_KNOWN;
    }
    int error = procfs_read_link(reading->body, "root", &gather->text);
    if (error == -ENAMETOOLONG)
        return FACT_TRUNCATED;
    if (error)
        return reading_error(reading, error);
    reading->process.root = reading_text(reading, strbuf_span(&gather->text));
    return FACT_KNOWN;
}

enum fact_state read_cgroup(struct reading *reading)
{
    const struct process *kept = kept_of_place(reading, FACT_CGROUP);
    struct span path;

    if (kept) {
        reading->process.cgroup = kept->cgroup;
        return FACT_KNOWN;
    }
    enum fact_state state = reading_file(reading, reading->directory, "cgroup", SMALL_FILE_MAX);
    if (state != FACT_KNOWN)
        return state;
    if (!parse_cgroup(strbuf_span(&reading->gather->text), &path))
        return FACT_FAILED;
    reading->process.cgroup = reading_text(reading, path);
    return FACT_KNOWN;
}

enum fact_state read_loginuid(struct reading *reading)
{
    const struct process *kept = kept_of_place(reading, FACT_LOGINUID);
    struct census_task told;
    uint64_t uid;

    if (kept) {
        reading->process.loginuid = kept->loginuid;
        return FACT_KNOWN;
    }
    if (told_task(reading, &told)) {
        reading->process.loginuid = told.loginuid;
        return FACT_KNOWN;
    }
    enum fact_state state =
        reading_file(reading, reading->directory, "loginuid", SMALL_FILE_MAX);
    if (state != FACT_KNOWN)
        return state;

    struct span text = strbuf_span(&reading->gather->text);
    if (!span_take_u64(&text, &uid) || uid > UINT32_MAX)
        return FACT_FAILED;
    reading->process.loginuid = (uint32_t)uid;
    return FACT_KNOWN;
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

/* status tells a pid for each namespace from that of the procfs downwards: one says the
 * same as the link, and is there already. */
static bool is_in_our_pid_namespace(const struct reading *reading)
{
    return reading->gather->is_procfs_ours && reading->process.ns_depth == 1 &&
           reading->process.facts[FACT_STATUS] == FACT_KNOWN;
}

/* Those that are not 0 are known without a look at their links. */
static void learn_namespaces(struct reading *reading, uint64_t (*namespaces)[NAMESPACE_COUNT])
{
    struct census_task told = {0};

    told_task(reading, &told);
    (*namespaces)[NAMESPACE_NET] = told.ns_net;
    (*namespaces)[NAMESPACE_MNT] = told.ns_mnt;
    (*namespaces)[NAMESPACE_USER] = told.ns_user;
    (*namespaces)[NAMESPACE_PID] =
        is_in_our_pid_namespace(reading) ? reading->gather->own_namespaces[NAMESPACE_PID] : 0;
}

enum fact_state read_namespaces(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process *process = &reading->process;
    const struct process *kept = kept_of_place(reading, FACT_NAMESPACES);
    uint64_t namespaces[NAMESPACE_COUNT];

    if (kept) {
        process->ns_net = kept->ns_net;
        process->ns_pid = kept->ns_pid;
        process->ns_mnt = kept->ns_mnt;
        process->ns_user = kept->ns_user;
        return FACT_KNOWN;
    }
    learn_namespaces(reading, &namespaces);
    for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
        if (namespaces[i] != 0)
            continue;
        int error = procfs_read_link(reading->body, namespace_links[i].path, &gather->text);

        if (error)
            return reading_error(reading, error);
        if (!parse_numbered_link(strbuf_span(&gather->text), namespace_links[i].kind,
                                 &namespaces[i]) ||
            namespaces[i] > UINT32_MAX)
            return FACT_FAILED;
    }
    process->ns_net = (uint32_t)namespaces[NAMESPACE_NET];
    process->ns_pid = (uint32_t)namespaces[NAMESPACE_PID];
    process->ns_mnt = (uint32_t)namespaces[NAMESPACE_MNT];
    process->ns_user = (uint32_t)namespaces[NAMESPACE_USER];
    return FACT_KNOWN;
}
