/* SPDX-License-Identifier: MIT */
#include "tests/support/scored.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

static const struct heuristic_info catalogue_rows[] = {
    {.key = "deleted_exe", .chip = "DEL", .title = "Its executable was deleted from disk"        },
    {.key = "tmp_exe",     .chip = "TMP", .title = "It runs from a directory for temporary files"},
    {.key = "high_cpu",    .chip = "CPU", .title = "It uses much CPU"                            },
    {.key = "ptraced",     .chip = "PTR", .title = "Another process controls it (ptrace)"        },
};
enum { CATALOGUE_COUNT = sizeof catalogue_rows / sizeof *catalogue_rows, HIGH_CPU = 2 };

static const struct heuristic_info *const catalogue[CATALOGUE_COUNT] = {
    &catalogue_rows[0], &catalogue_rows[1], &catalogue_rows[2], &catalogue_rows[3]};

static const struct socket sockets[] = {
    {.inode = 10,
     .family = AF_INET,
     .protocol = IPPROTO_TCP,
     .state = SOCKET_ESTABLISHED,
     .local_port = 50000,
     .remote_port = 4444,
     .remote = {127, 0, 0, 1}},
    {.inode = 11,
     .family = AF_INET,
     .protocol = IPPROTO_TCP,
     .state = SOCKET_ESTABLISHED,
     .local_port = 50001,
     .remote_port = 443,
     .remote = {10, 0, 0, 1}},
    {.inode = 12,
     .family = AF_INET,
     .protocol = IPPROTO_TCP,
     .state = SOCKET_LISTEN,
     .local_port = 80},
};

static const struct descriptor descriptors[] = {
    {.fd = 3, .kind = DESCRIPTOR_SOCKET, .inode = 10},
    {.fd = 4, .kind = DESCRIPTOR_SOCKET, .inode = 10},
    {.fd = 5, .kind = DESCRIPTOR_SOCKET, .inode = 11},
    {.fd = 6, .kind = DESCRIPTOR_SOCKET, .inode = 12},
};
enum { DESCRIPTOR_COUNT = sizeof descriptors / sizeof *descriptors };

static struct text_ref text_of(struct snapshot_builder *builder, const char *text)
{
    return snapshot_builder_text(builder, span_of_string(text ? text : ""));
}

/* "a|b" becomes "a\0b\0". */
static struct text_ref arguments_of(struct snapshot_builder *builder, const char *text)
{
    if (!text || !*text)
        return text_of(builder, "");

    char *copy = memory_copy_string(text);
    size_t length = strlen(copy);

    for (size_t i = 0; i < length; i++)
        if (copy[i] == '|')
            copy[i] = '\0';
    struct text_ref arguments = snapshot_builder_text(builder, span_of(copy, length + 1));
    free(copy);
    return arguments;
}

static void add_process(struct snapshot_builder *builder, const struct scored_process *from,
                        bool has_sockets)
{
    struct process process = {
        .pid = from->pid,
        .ppid = from->ppid,
        .starttime = from->starttime,
        .state = 'S',
        .threads = 1,
        .flags = from->flags,
        .comm = text_of(builder, from->comm),
        .user = text_of(builder, from->user),
        .uid = {from->uid,  from->uid, from->uid, from->uid},
        .exe = text_of(builder, from->exe),
        .cmdline = arguments_of(builder, from->cmdline),
        .cpu_percent = from->cpu_percent < 0 ? 0 : from->cpu_percent,
        .descriptors = {0, has_sockets ? DESCRIPTOR_COUNT : 0         },
    };
    static const enum fact known[] = {FACT_STAT,    FACT_STATUS,      FACT_CMDLINE, FACT_EXE,
                                      FACT_SOCKETS, FACT_DESCRIPTORS, FACT_CPU};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        process.facts[known[i]] = FACT_KNOWN;
    if (from->cpu_percent < 0) {
        process.facts[FACT_CPU] = FACT_DENIED;
        snapshot_builder_header(builder)->counts.denied++;
    }
    snapshot_builder_add_process(builder, &process);
}

static void build_snapshot(struct scored *scored, const struct scored_process *processes,
                           size_t count)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->realtime_ns = INT64_C(1764000000500000000);
    header->uptime_ms = 1000000;
    header->host = text_of(builder, "web1");
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
        snapshot_builder_add_socket(builder, &sockets[i]);
    for (size_t i = 0; i < DESCRIPTOR_COUNT; i++)
        snapshot_builder_add_descriptor(builder, &descriptors[i]);
    for (size_t i = 0; i < count; i++)
        add_process(builder, &processes[i], i == 0);

    scored->block = block_open(builder, &scored->snapshot);
    scored->relations = relations_new(&scored->snapshot);
}

static const struct heuristic_info *find_heuristic(const char *key)
{
    for (size_t i = 0; i < CATALOGUE_COUNT; i++)
        if (strcmp(catalogue_rows[i].key, key) == 0)
            return &catalogue_rows[i];
    fail_msg("no heuristic %s", key);
    return NULL;
}

static void add_verdict(struct scores *scores, uint32_t index,
                        const struct scored_process *from)
{
    struct verdict *verdict = &scores->verdicts[index];

    *verdict = (struct verdict){
        .first_reason = (uint32_t)scores->reason_count,
        .heuristic_score = from->total_score,
        .total_score = from->total_score,
        .severity = from->severity,
        .is_flagged = from->total_score >= 3,
    };
    scores->flagged_count += verdict->is_flagged;
    for (size_t i = 0; i < SCORED_REASONS_MAX && from->reasons[i].key; i++) {
        const struct scored_reason *reason = &from->reasons[i];
        scores->reasons[scores->reason_count++] = (struct reason){
            .heuristic = find_heuristic(reason->key),
            .strength = reason->is_excused ? 0 : 1,
            .weight = reason->points,
            .points = reason->points,
            .score = reason->score,
            .evidence = reason->evidence,
            .is_whitelisted = reason->is_whitelisted,
        };
        verdict->reason_count++;
        verdict->is_whitelisted |= reason->is_whitelisted;
    }
}

/* The builder sorts by pid; so must the rows be written. */
void scored_init(struct scored *scored, const struct scored_process *processes, size_t count)
{
    *scored = (struct scored){0};
    build_snapshot(scored, processes, count);
    scored->scores.verdicts = memory_new(count, sizeof *scored->scores.verdicts);
    scored->scores.reasons =
        memory_new(count * SCORED_REASONS_MAX, sizeof *scored->scores.reasons);
    scored->scores.count = count;
    scored->assessment = (struct assessment){
        .catalogue = catalogue,
        .catalogue_count = CATALOGUE_COUNT,
        .processes = memory_new(count, sizeof *scored->assessment.processes),
        .process_count = count,
    };
    for (uint32_t i = 0; i < count; i++) {
        if (processes[i].pid != scored->snapshot.processes[i].pid)
            fail_msg("the processes of a scored machine must ascend by pid");
        add_verdict(&scored->scores, i, &processes[i]);
        if (processes[i].cpu_percent < 0)
            heuristic_set_add(&scored->assessment.processes[i].not_assessed, HIGH_CPU);
    }
}

void scored_release(struct scored *scored)
{
    relations_free(scored->relations);
    free(scored->scores.verdicts);
    free(scored->scores.reasons);
    free(scored->assessment.processes);
    free(scored->block);
}
