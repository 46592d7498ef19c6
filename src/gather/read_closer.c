/* SPDX-License-Identifier: MIT */
/* What only a closer look at one process reads. Each part goes with the fact whose
 * read hangs where it does: that fact's quarantine is its own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gather/parse.h"
#include "gather/reading.h"

enum {
    ENVIRON_SIZE_MAX = 256 * 1024,
    SMALL_FILE_MAX = 16 * 1024,
};

struct looking {
    struct reading *reading;
    struct closer closer;
};

static struct text_ref add_text(struct looking *looking, struct span text)
{
    return snapshot_builder_text(looking->reading->builder, text);
}

static struct span text_of(const struct looking *looking)
{
    return strbuf_span(&looking->reading->gather->text);
}

static bool is_there(enum fact_state state)
{
    return state == FACT_KNOWN || state == FACT_TRUNCATED;
}

static enum fact_state read_variables(struct looking *looking)
{
    struct reading *reading = looking->reading;
    enum fact_state state = reading_file(reading, reading->body, "environ", ENVIRON_SIZE_MAX);
    struct span text = text_of(looking), piece, name;

    if (!is_there(state))
        return state;
    while (span_take_until(&text, '\0', &piece)) {
        struct span value = piece;
        const char *equals = memchr(piece.at, '=', span_length(piece));

        /* Programs that rewrite their title overwrite this memory with blanks. */
        if (span_length(piece) == 0)
            continue;
        name = (struct span){piece.at, equals ? equals : piece.at};
        value.at = equals ? equals + 1 : piece.at;
        if (looking->closer.variable_count++ < CLOSER_VARIABLES_MAX)
            snapshot_builder_add_variable(reading->builder, name, value);
        else
            state = FACT_TRUNCATED;
    }
    return state;
}

static void read_thread(struct looking *looking, int tasks, int32_t tid)
{
    struct reading *reading = looking->reading;
    struct gather *gather = reading->gather;
    struct process_stat stat;
    char path[32];

    snprintf(path, sizeof path, "%d/stat", tid);
    if (procfs_read_piece(&gather->procfs, tasks, path, STAT_SIZE_MAX, &gather->text) != 0 ||
        !parse_stat(text_of(looking), &stat))
        return; /* it ended meanwhile */
    struct thread thread = {
        .pid = reading->process.pid,
        .tid = tid,
        .cpu_percent = -1,
        .state = stat.state,
        .cpu_ticks = (uint64_t)stat.utime + (uint64_t)stat.stime,
        .start_ticks = (uint64_t)stat.starttime,
        .comm = add_text(looking, stat.comm),
    };
    snprintf(path, sizeof path, "%d/wchan", tid);
    if (procfs_read_piece(&gather->procfs, tasks, path, STAT_SIZE_MAX, &gather->text) == 0 &&
        !span_equals(text_of(looking), "0"))
        thread.waits_in = add_text(looking, text_of(looking));
    snapshot_builder_add_thread(reading->builder, &thread);
}

static enum fact_state read_threads(struct looking *looking)
{
    struct reading *reading = looking->reading;
    struct gather *gather = reading->gather;
    int tasks = procfs_open_directory(&gather->procfs, reading->directory, "task");

    if (tasks < 0)
        return reading_error(reading, tasks);
    int error = procfs_list(tasks, &gather->descriptors);
    size_t count = error ? 0 : gather->descriptors.count;
    for (size_t i = 0; i < count && i < CLOSER_THREADS_MAX; i++)
        read_thread(looking, tasks, gather->descriptors.items[i]);
    close(tasks);
    looking->closer.thread_count = (uint32_t)count;
    if (error)
        return reading_error(reading, error);
    return count > CLOSER_THREADS_MAX ? FACT_TRUNCATED : FACT_KNOWN;
}

static enum fact_state read_limits(struct looking *looking)
{
    struct reading *reading = looking->reading;
    enum fact_state state = reading_file(reading, reading->directory, "limits", SMALL_FILE_MAX);
    struct span text = text_of(looking), line;
    struct limit_line parsed;

    if (state != FACT_KNOWN)
        return state;
    span_take_line(&text, &line); /* the heading */
    while (span_take_line(&text, &line)) {
        if (!parse_limit(line, &parsed))
            return FACT_FAILED;
        const struct limit limit = {
            add_text(looking, parsed.name), add_text(looking, parsed.soft),
            add_text(looking, parsed.hard), add_text(looking, parsed.unit)};
        snapshot_builder_add_limit(reading->builder, &limit);
    }
    return FACT_KNOWN;
}

/* A number in a file of its own, or what stands for it where there is none. */
static int64_t read_number(struct looking *looking, const char *path, int64_t otherwise)
{
    struct reading *reading = looking->reading;
    int64_t value;

    if (procfs_read_piece(&reading->gather->procfs, reading->directory, path, STAT_SIZE_MAX,
                          &reading->gather->text) != 0)
        return otherwise;
    struct span text = text_of(looking);
    return span_take_i64(&text, &value) ? value : otherwise;
}

static enum fact_state read_security(struct looking *looking)
{
    struct reading *reading = looking->reading;
    struct closer *closer = &looking->closer;
    struct process_security security;
    enum fact_state state =
        reading_file(reading, reading->directory, "status", STATUS_SIZE_MAX);

    if (state != FACT_KNOWN)
        return state;
    if (!parse_security(text_of(looking), &security))
        return FACT_FAILED;
    closer->cap_inheritable = security.cap_inheritable;
    closer->cap_bounding = security.cap_bounding;
    closer->seccomp_filters = security.seccomp_filters;
    closer->umask = security.umask;
    closer->group_count = security.group_count;
    memcpy(closer->groups, security.groups, sizeof closer->groups);
    closer->audit_session = (uint32_t)read_number(looking, "sessionid", AUDIT_SESSION_NONE);
    closer->oom_score_adj = (int32_t)read_number(looking, "oom_score_adj", 0);
    return FACT_KNOWN;
}

static void read_places(struct looking *looking)
{
    static const struct {
        const char *path, *kind;
        size_t offset;
    } links[] = {
        {"ns/cgroup", "cgroup", offsetof(struct closer, ns_cgroup)},
        {"ns/ipc",    "ipc",    offsetof(struct closer, ns_ipc)   },
        {"ns/uts",    "uts",    offsetof(struct closer, ns_uts)   },
        {"ns/time",   "time",   offsetof(struct closer, ns_time)  },
    };
    struct reading *reading = looking->reading;
    struct strbuf *text = &reading->gather->text;

    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (procfs_read_link(reading->body, links[i].path, text) == 0)
            parse_numbered_link(strbuf_span(text), links[i].kind,
                                (uint64_t *)((char *)&looking->closer + links[i].offset));
    if (procfs_read_link(reading->body, "root", text) == 0)
        looking->closer.root = add_text(looking, strbuf_span(text));
}

static enum fact_state read_label(struct looking *looking)
{
    struct reading *reading = looking->reading;
    struct gather *gather = reading->gather;

    read_places(looking);
    int result = procfs_read_piece(&gather->procfs, reading->directory, "attr/current",
                                   STAT_SIZE_MAX, &gather->text);
    if (result == -EINVAL) /* no security module has anything to say */
        return FACT_KNOWN;
    if (result < 0)
        return reading_error(reading, result);

    struct span text = text_of(looking);
    while (text.at < text.end && (text.end[-1] == '\n' || text.end[-1] == '\0'))
        text.end--;
    looking->closer.label = add_text(looking, text);
    return FACT_KNOWN;
}

static enum fact_state read_openings(struct looking *looking)
{
    struct reading *reading = looking->reading;
    struct gather *gather = reading->gather;
    size_t count = gather->lists.descriptor_count;
    char path[32];

    if (!is_there((enum fact_state)reading->process.facts[FACT_DESCRIPTORS]))
        return (enum fact_state)reading->process.facts[FACT_DESCRIPTORS];
    for (size_t i = 0; i < count && i < CLOSER_OPENINGS_MAX; i++) {
        struct opening opening = {.fd = gather->lists.descriptors[i].fd};

        snprintf(path, sizeof path, "fdinfo/%d", opening.fd);
        if (procfs_read_piece(&gather->procfs, reading->body, path, SMALL_FILE_MAX,
                              &gather->text) >= 0 &&
            parse_fdinfo(text_of(looking), &opening))
            snapshot_builder_add_opening(reading->builder, &opening);
    }
    looking->closer.opening_count = (uint32_t)count;
    return count > CLOSER_OPENINGS_MAX ? FACT_TRUNCATED : FACT_KNOWN;
}

static enum fact_state compare_with_package(struct looking *looking,
                                            const struct program_look *look)
{
    struct reading *reading = looking->reading;
    const struct process *process = &reading->process;
    struct gather *gather = reading->gather;

    if (process->facts[FACT_PACKAGE] != FACT_KNOWN || process->facts[FACT_SHA256] != FACT_KNOWN)
        return (enum fact_state)process->facts[FACT_PACKAGE];
    if (process->package.length == 0 || !gather->paths.packages)
        return FACT_KNOWN;
    if (!look->has_md5)
        return FACT_TRUNCATED;
    switch (packages_compare(gather->paths.packages, strbuf_span(&gather->exe), &look->md5,
                             &process->sha256)) {
    case PACKAGE_INTACT:
        looking->closer.integrity = INTEGRITY_INTACT;
        break;
    case PACKAGE_MODIFIED:
        looking->closer.integrity = INTEGRITY_MODIFIED;
        break;
    default:
        break;
    }
    return FACT_KNOWN;
}

/* Both by the file worker: what is at the end of the link may hang. */
static enum fact_state read_program(struct looking *looking)
{
    struct reading *reading = looking->reading;
    const struct gather_files *files = &reading->gather->files;
    const struct process *process = &reading->process;
    struct program_look look = {0};

    looking->closer.states[CLOSER_INTEGRITY] = FACT_NOT_ASKED;
    if (!is_there((enum fact_state)process->facts[FACT_EXE_FILE]))
        return (enum fact_state)process->facts[FACT_EXE_FILE];
    if (process->exe_file.ino == 0)
        return FACT_KNOWN;
    /* A recording's pids are other processes here, if any. */
    if (!files->look || !reading->gather->procfs.is_live)
        return FACT_NOT_ASKED;
    enum fact_state state = files->look(files->context, process->pid, process->starttime,
                                        &process->exe_file, &look);
    if (state == FACT_KNOWN) {
        looking->closer.elf = look.elf;
        looking->closer.states[CLOSER_INTEGRITY] =
            (uint8_t)compare_with_package(looking, &look);
    } else {
        looking->closer.states[CLOSER_INTEGRITY] = (uint8_t)state;
    }
    return state;
}

static const struct {
    enum closer_part part;
    enum fact fact; /* what its read is like */
    bool needs_memory;
    enum fact_state (*read)(struct looking *looking);
} parts[] = {
    {CLOSER_SECURITY,  FACT_STATUS,      false, read_security },
    {CLOSER_LIMITS,    FACT_STATUS,      false, read_limits   },
    {CLOSER_THREADS,   FACT_STAT,        false, read_threads  },
    {CLOSER_LABEL,     FACT_NAMESPACES,  true,  read_label    },
    {CLOSER_VARIABLES, FACT_ENVIRON,     true,  read_variables},
    {CLOSER_OPENINGS,  FACT_DESCRIPTORS, true,  read_openings },
    {CLOSER_PROGRAM,   FACT_EXE_FILE,    true,  read_program  },
};

void read_closer(struct reading *reading)
{
    struct looking looking = {.reading = reading, .closer.pid = reading->process.pid};

    for (size_t i = 0; i < sizeof parts / sizeof *parts && !reading->is_gone; i++) {
        enum fact_state state = FACT_KNOWN;

        if (!parts[i].needs_memory || !reading->has_no_memory)
            state = reading_may_begin(reading, parts[i].fact) ? parts[i].read(&looking)
                                                              : FACT_BLOCKED;
        looking.closer.states[parts[i].part] = (uint8_t)state;
    }
    reading->process.facts[FACT_INTEGRITY] = looking.closer.states[CLOSER_INTEGRITY];
    reading->process.integrity = (uint8_t)looking.closer.integrity;
    snapshot_builder_set_closer(reading->builder, &looking.closer);
}
