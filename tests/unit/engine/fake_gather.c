/* SPDX-License-Identifier: MIT */
#include "tests/unit/engine/fake_gather.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gather/gather.h"

struct fake_gather *fake_gather;

void fake_gather_init(void)
{
    if (!fake_gather)
        fake_gather = mmap(NULL, sizeof *fake_gather, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(fake_gather, 0, sizeof *fake_gather);
    fake_gather->count = 10;
}

struct gather {
    struct gather_options options;
    size_t inherited;
};

int gather_open_events(void)
{
    return -ENOTSUP;
}

bool gather_census_pays(void)
{
    return true;
}

void gather_open_census(struct gather_census *ret_census)
{
    fake_gather->censuses++;
    *ret_census = (struct gather_census){0};
}

int gather_new(const struct gather_options *options, struct gather **ret_gather,
               const char **ret_reason)
{
    if (fake_gather->refuses) {
        *ret_reason = "/proc is not procfs\033[2J";
        return -ENOTSUP;
    }
    *ret_gather = calloc(1, sizeof **ret_gather);
    (*ret_gather)->options = *options;
    fake_gather->gatherers++;
    return 0;
}

void gather_free(struct gather *gather)
{
    if (gather)
        fake_gather->gatherers--;
    free(gather);
}

static void rest(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void read_cmdline(const struct gather *gather, struct process *process, int index)
{
    const struct gather_watch *watch = &gather->options.watch;

    process->facts[FACT_CMDLINE] = FACT_PENDING;
    if (watch->is_late(watch->context, process->pid))
        return;
    process->facts[FACT_CMDLINE] = FACT_BLOCKED;
    if (watch->is_quarantined(watch->context, process->pid, process->starttime, FACT_CMDLINE))
        return;
    watch->before(watch->context, process->pid, process->starttime, FACT_CMDLINE);
    if (index >= fake_gather->crashes_from &&
        index < fake_gather->crashes_from + fake_gather->crashes) {
        signal(SIGILL, SIG_DFL); /* cmocka has a handler */
        __builtin_trap();        /* kill(2) is filtered in a reader */
    }
    while (fake_gather->is_hanging[index])
        rest(5);
    process->facts[FACT_CMDLINE] = FACT_KNOWN;
}

static struct process digested(const struct gather *gather)
{
    struct process process = {.pid = fake_gather->digested_pid,
                              .starttime = fake_gather->digested_starttime};
    struct stat stat_buffer;
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/exe", process.pid);
    if (stat(path, &stat_buffer) != 0)
        return process;
    process.exe_file = (struct exe_file){
        .dev = (uint32_t)stat_buffer.st_dev,
        .ino = stat_buffer.st_ino,
        .size = (uint64_t)stat_buffer.st_size,
        .mtime_ns = stat_buffer.st_mtim.tv_sec * 1000000000L + stat_buffer.st_mtim.tv_nsec,
        .ctime_ns = stat_buffer.st_ctim.tv_sec * 1000000000L + stat_buffer.st_ctim.tv_nsec,
    };
    process.facts[FACT_SHA256] = (uint8_t)gather->options.files.digest(
        gather->options.files.context, process.pid, process.starttime, &process.exe_file,
        &process.sha256);
    return process;
}

/* How much there was to inherit shows in the next header. */
void gather_inherit(struct gather *gather, const struct snapshot *snapshot)
{
    gather->inherited = snapshot->process_count;
}

void gather_succeed(struct gather *gather, const struct snapshot *snapshot)
{
    gather_inherit(gather, snapshot);
}

int gather_pass(struct gather *gather, const struct gather_request *request,
                struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    const struct gather_watch *watch = &gather->options.watch;

    if (fake_gather->is_failing)
        return -EMFILE;
    header->ticks_per_second = 100;
    header->cpus = 1;
    header->page_size = 4096;
    header->collector_pid = getpid();
    header->uptime_ms = gather->inherited;
    if (request->focus_pid)
        header->flags |= SNAPSHOT_HAS_FOCUS;
    header->focus_pid = request->focus_pid;
    if (fake_gather->digested_pid && !request->focus_pid) {
        struct process process = digested(gather);
        snapshot_builder_add_process(builder, &process);
    }
    for (int i = 0; i < fake_gather->count; i++) {
        struct process process = {.pid = FAKE_FIRST_PID + i, .starttime = (uint64_t)i + 1};

        if (request->focus_pid && request->focus_pid != process.pid)
            continue;
        watch->before(watch->context, process.pid, process.starttime, FACT_STATUS);
        process.facts[FACT_STATUS] = FACT_KNOWN;
        read_cmdline(gather, &process, i);
        header->counts.blocked += process.facts[FACT_CMDLINE] == FACT_BLOCKED;
        snapshot_builder_add_process(builder, &process);
        if (fake_gather->pass_ms)
            rest(fake_gather->pass_ms / fake_gather->count);
    }
    header->unfinished =
        request->may_put_off && fake_gather->passes < fake_gather->puts_off ? 1 : 0;
    fake_gather->passes++;
    return 0;
}
