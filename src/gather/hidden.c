/* SPDX-License-Identifier: MIT */
#include "gather/hidden.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gather/parse.h"

enum {
    STATUS_SIZE_MAX = 256 * 1024,
    LISTED_SIZE_MAX = 16 * 1024 * 1024,
    /* What the kernel allows at most; it tells less inside a pid namespace. */
    PID_MAX_LIMIT = 4194304,
    /* Of a recording: what the recorder saw needs no second look. */
    SIGHTINGS_BELIEVED = 2,
};

/* The system call itself: libraries are preloaded to lie about this, too. */
static bool answers(int32_t pid)
{
    return syscall(SYS_kill, pid, 0) == 0 || errno == EPERM;
}

/* A system call filter may answer kill(2) with EPERM whatever the pid, and the
 * /proc here may be another pid namespace's: then nothing can be compared. */
static bool is_blind(const struct procfs *procfs, struct strbuf *text)
{
    uint64_t self;

    if (!procfs->is_live || answers(INT32_MAX) || !answers(getpid()))
        return true;
    return procfs_read_link(procfs->root, "self", text) != 0 ||
           !span_is_u64(strbuf_span(text), &self) || self != (uint64_t)getpid();
}

void hidden_init(struct hidden *hidden, const struct procfs *procfs)
{
    uint64_t pid_max = 0;

    *hidden = (struct hidden){.procfs = procfs, .cursor = 1, .pid_max = PID_MAX_LIMIT};
    hidden->is_blind = is_blind(procfs, &hidden->text);
    if (procfs_read(procfs, procfs->root, "sys/kernel/pid_max", 64, &hidden->text) == 0) {
        struct span text = strbuf_span(&hidden->text);

        if (span_take_u64(&text, &pid_max) && pid_max > 1 && pid_max <= PID_MAX_LIMIT)
            hidden->pid_max = (int32_t)pid_max;
    }
    strbuf_clear(&hidden->text);
    if (!hidden->is_blind)
        procfs_read(procfs, procfs->root, "self/mountinfo", LISTED_SIZE_MAX, &hidden->text);
    cgroups_init(&hidden->cgroups, strbuf_span(&hidden->text));
}

void hidden_release(struct hidden *hidden)
{
    cgroups_release(&hidden->cgroups);
    strbuf_release(&hidden->text);
}

enum sight { SIGHT_NOTHING, SIGHT_WITHOUT_DIRECTORY, SIGHT_WITH_DIRECTORY };

static enum sight look_at(struct hidden *hidden, int32_t pid)
{
    char path[32];
    uint64_t leader = 0;

    if (!answers(pid))
        return SIGHT_NOTHING;
    snprintf(path, sizeof path, "%d/status", pid);
    int result = procfs_read_piece(hidden->procfs, hidden->procfs->root, path, STATUS_SIZE_MAX,
                                   &hidden->text);
    /* It may have exited in between. Threads have a directory, too. */
    if (result == -ENOENT || result == -ESRCH)
        return answers(pid) ? SIGHT_WITHOUT_DIRECTORY : SIGHT_NOTHING;
    if (result < 0 || !parse_thread_group(strbuf_span(&hidden->text), &leader) ||
        leader != (uint64_t)pid)
        return SIGHT_NOTHING;
    return SIGHT_WITH_DIRECTORY;
}

static struct suspect *find_suspect(struct hidden *hidden, int32_t pid)
{
    for (size_t i = 0; i < hidden->suspect_count; i++)
        if (hidden->suspects[i].pid == pid)
            return &hidden->suspects[i];
    return NULL;
}

void hidden_consider(struct hidden *hidden, const struct procfs_numbers *listed, int32_t pid)
{
    struct suspect *suspect = find_suspect(hidden, pid);

    if (hidden->is_blind || pid <= 0 || (suspect && suspect->was_seen) ||
        procfs_numbers_have(listed, pid))
        return;
    enum sight sight = look_at(hidden, pid);
    if (sight == SIGHT_NOTHING)
        return;
    if (!suspect) {
        if (hidden->suspect_count == HIDDEN_SUSPECTS_MAX)
            return;
        suspect = &hidden->suspects[hidden->suspect_count++];
        *suspect = (struct suspect){.pid = pid};
    }
    suspect->was_seen = true;
    suspect->sightings++;
    suspect->has_directory = sight == SIGHT_WITH_DIRECTORY;
}

/* Once around all pids while the kernel counts somebody whom we do not know. */
static bool wants_large_slice(struct hidden *hidden, uint32_t surplus)
{
    bool is_explained = surplus <= hidden->explained || surplus <= hidden->suspect_count;

    hidden->surplus_passes = is_explained ? 0 : hidden->surplus_passes + 1;
    return hidden->surplus_passes >= HIDDEN_SURPLUS_PASSES;
}

static void search_slice(struct hidden *hidden, const struct procfs_numbers *listed,
                         int32_t slice)
{
    if (slice > hidden->pid_max)
        slice = hidden->pid_max;
    for (int32_t i = 0; i < slice; i++) {
        hidden_consider(hidden, listed, hidden->cursor);
        hidden->cursor = hidden->cursor < hidden->pid_max ? hidden->cursor + 1 : 1;
    }
}

struct cgroup_search {
    struct hidden *hidden;
    const struct procfs_numbers *listed;
};

static void consider_member(void *context, int32_t pid)
{
    const struct cgroup_search *search = context;

    hidden_consider(search->hidden, search->listed, pid);
}

static void search_cgroups(struct hidden *hidden, const struct procfs_numbers *listed,
                           size_t count)
{
    struct cgroup_search search = {hidden, listed};

    cgroups_walk(&hidden->cgroups, count, consider_member, &search);
}

void hidden_search(struct hidden *hidden, const struct procfs_numbers *listed, uint32_t surplus)
{
    size_t known = hidden->suspect_count;

    if (hidden->is_blind)
        return;
    for (size_t i = 0; i < known; i++)
        hidden_consider(hidden, listed, hidden->suspects[i].pid);
    if (!wants_large_slice(hidden, surplus)) {
        hidden->swept = 0;
        search_cgroups(hidden, listed, CGROUPS_STEP);
        search_slice(hidden, listed, HIDDEN_SLICE);
        return;
    }
    if (hidden->swept == 0)
        search_cgroups(hidden, listed, CGROUPS_ALL);
    search_slice(hidden, listed, HIDDEN_LARGE_SLICE);
    hidden->swept += HIDDEN_LARGE_SLICE;
    if (hidden->swept >= hidden->pid_max) {
        hidden->swept = 0;
        hidden->explained = surplus;
    }
}

static void add(struct snapshot_builder *builder, int32_t pid, enum hidden_how how,
                uint32_t sightings, const char *evidence)
{
    const struct hidden_process process = {
        .pid = pid,
        .how = how,
        .sightings = sightings,
        .evidence = snapshot_builder_text(builder, span_of_string(evidence)),
    };

    snapshot_builder_add_hidden(builder, &process);
}

void hidden_publish(struct hidden *hidden, const struct mounts *mounts,
                    struct snapshot_builder *builder)
{
    size_t kept = 0;
    char text[96];

    for (size_t i = 0; i < hidden->suspect_count; i++) {
        struct suspect suspect = hidden->suspects[i];

        if (!suspect.was_seen)
            continue;
        snprintf(text, sizeof text, "pid %d answers, but %s", suspect.pid,
                 suspect.has_directory ? "/proc does not list it" : "/proc has nothing of it");
        add(builder, suspect.pid, HIDDEN_UNLISTED, suspect.sightings, text);
        suspect.was_seen = false;
        hidden->suspects[kept++] = suspect;
    }
    hidden->suspect_count = kept;
    for (size_t i = 0; i < mounts->cover_count; i++)
        add(builder, mounts->covers[i].pid, HIDDEN_MOUNTED_OVER, mounts->covers[i].sightings,
            mounts->covers[i].text);
}

void hidden_of_recording(struct hidden *hidden, const struct procfs_numbers *pids,
                         struct snapshot_builder *builder)
{
    struct procfs_numbers listed = {0};
    struct span text, word;
    uint64_t pid;
    char evidence[64];

    if (procfs_read(hidden->procfs, hidden->procfs->root, "listed", LISTED_SIZE_MAX,
                    &hidden->text) != 0)
        return;
    text = strbuf_span(&hidden->text);
    while (span_take_word(&text, &word))
        if (span_is_u64(word, &pid) && pid <= INT32_MAX)
            procfs_numbers_add(&listed, (int32_t)pid);
    procfs_numbers_sort(&listed);
    for (size_t i = 0; i < pids->count; i++)
        if (!procfs_numbers_have(&listed, pids->items[i])) {
            snprintf(evidence, sizeof evidence, "pid %d was not listed when this was recorded",
                     pids->items[i]);
            add(builder, pids->items[i], HIDDEN_UNLISTED, SIGHTINGS_BELIEVED, evidence);
        }
    procfs_numbers_release(&listed);
}
