/* SPDX-License-Identifier: MIT */
#include "gather/system_facts.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "gather/parse.h"

enum {
    SMALL_FILE_MAX = 64 * 1024,
    STAT_FILE_MAX = 4 * 1024 * 1024,
    RECORDED_PAGE_SIZE = 4096, /* where the recording does not say */
    RECORDED_TICKS = 100,
};

/* PROC_PID_INIT_INO, include/linux/proc_ns.h: the same in every kernel. */
#define FIRST_PID_NAMESPACE UINT64_C(0xEFFFFFFC)

static bool read_root_file(struct gather *gather, const char *path, size_t cap,
                           struct span *ret_text)
{
    if (procfs_read(&gather->procfs, gather->procfs.root, path, cap, &gather->text) < 0)
        return false;
    *ret_text = strbuf_span(&gather->text);
    return true;
}

static uint64_t recorded_number(struct gather *gather, const char *path, uint64_t fall_back)
{
    struct span text, line;
    uint64_t number;

    if (read_root_file(gather, path, SMALL_FILE_MAX, &text) && span_take_line(&text, &line) &&
        span_is_u64(line, &number) && number > 0 && number <= UINT32_MAX)
        return number;
    return fall_back;
}

/* Of a procfs from further up, we have more than one pid. */
static bool is_of_our_pid_namespace(struct gather *gather)
{
    struct process_status status;
    struct span text;

    return gather->own_namespaces[NAMESPACE_PID] != 0 &&
           read_root_file(gather, "self/status", SMALL_FILE_MAX, &text) &&
           parse_status(text, &status) && status.ns_depth == 1;
}

void system_facts_learn(struct gather *gather)
{
    static const struct {
        const char *path;
        const char *kind;
    } own_links[NAMESPACE_COUNT] = {
        [NAMESPACE_NET] = {"self/ns/net",  "net" },
        [NAMESPACE_PID] = {"self/ns/pid",  "pid" },
        [NAMESPACE_MNT] = {"self/ns/mnt",  "mnt" },
        [NAMESPACE_USER] = {"self/ns/user", "user"},
    };

    for (size_t i = 0; i < NAMESPACE_COUNT; i++)
        if (procfs_read_link(gather->procfs.root, own_links[i].path, &gather->text) == 0)
            parse_numbered_link(strbuf_span(&gather->text), own_links[i].kind,
                                &gather->own_namespaces[i]);
    gather->is_procfs_ours = gather->procfs.is_live && is_of_our_pid_namespace(gather);
    if (gather->procfs.is_live) {
        gather->page_size = (uint32_t)sysconf(_SC_PAGESIZE);
        gather->ticks_per_second = (uint32_t)sysconf(_SC_CLK_TCK);
    } else {
        gather->page_size = (uint32_t)recorded_number(gather, "page_size", RECORDED_PAGE_SIZE);
        gather->ticks_per_second =
            (uint32_t)recorded_number(gather, "ticks_per_second", RECORDED_TICKS);
    }
}

uint64_t system_facts_now_ns(struct gather *gather)
{
    struct span text;
    uint64_t ns = 0;

    /* Start times count from boot, sleep included (proc_pid_stat(5)). */
    if (gather->procfs.is_live)
        return clock_now_ns(CLOCK_BOOTTIME);
    if (read_root_file(gather, "uptime", SMALL_FILE_MAX, &text))
        parse_seconds(text, &ns);
    return ns;
}

static struct text_ref first_line(struct gather *gather, struct snapshot_builder *builder,
                                  const char *path)
{
    struct span text, line;

    if (!read_root_file(gather, path, SMALL_FILE_MAX, &text) || !span_take_line(&text, &line))
        return (struct text_ref){0};
    return snapshot_builder_text(builder, line);
}

static void read_live(struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    struct utsname names;

    header->realtime_ns = (int64_t)clock_now_ns(CLOCK_REALTIME);
    header->cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
    header->collector_pid = getpid();
    if (uname(&names) == 0) {
        header->host = snapshot_builder_text(builder, span_of_string(names.nodename));
        header->kernel = snapshot_builder_text(builder, span_of_string(names.release));
    }
}

static void read_recorded(struct gather *gather, struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    struct span text;
    uint64_t ns;

    header->flags |= SNAPSHOT_IS_RECORDED;
    header->host = first_line(gather, builder, "sys/kernel/hostname");
    header->kernel = first_line(gather, builder, "sys/kernel/osrelease");
    if (read_root_file(gather, "now", SMALL_FILE_MAX, &text) && parse_seconds(text, &ns) &&
        ns <= INT64_MAX)
        header->realtime_ns = (int64_t)ns;
    if (read_root_file(gather, "stat", STAT_FILE_MAX, &text))
        header->cpus = parse_cpu_count(text);
}

void system_facts_read(struct gather *gather, struct snapshot_builder *builder)
{
    struct snapshot_header *header = snapshot_builder_header(builder);
    struct span text;

    if (gather->procfs.is_live)
        read_live(builder);
    else
        read_recorded(gather, builder);
    if (header->cpus == 0)
        header->cpus = 1;
    header->uptime_ms = gather->now_ns / NS_PER_MS;
    header->interval_ms = gather->last_ns ? (gather->now_ns - gather->last_ns) / NS_PER_MS : 0;
    header->ticks_per_second = gather->ticks_per_second;
    header->page_size = gather->page_size;
    header->ns_net = gather->own_namespaces[NAMESPACE_NET];
    header->ns_pid = gather->own_namespaces[NAMESPACE_PID];
    header->ns_mnt = gather->own_namespaces[NAMESPACE_MNT];
    header->ns_user = gather->own_namespaces[NAMESPACE_USER];
    if (read_root_file(gather, "loadavg", SMALL_FILE_MAX, &text)) {
        parse_loadavg(text, &header->load);
        parse_last_pid(text, &header->last_pid);
    }
    if (read_root_file(gather, "meminfo", SMALL_FILE_MAX, &text))
        parse_meminfo(text, &header->memory_total, &header->memory_available);
}

uint32_t system_facts_process_count(const struct gather *gather)
{
    enum { LINKS_OF_A_DIRECTORY = 2 };
    struct stat proc;

    if (!gather->procfs.is_live ||
        gather->own_namespaces[NAMESPACE_PID] != FIRST_PID_NAMESPACE ||
        fstat(gather->procfs.root, &proc) != 0)
        return 0;
    uint64_t other = gather->pids.directories + LINKS_OF_A_DIRECTORY;
    return proc.st_nlink > other ? (uint32_t)(proc.st_nlink - other) : 0;
}
