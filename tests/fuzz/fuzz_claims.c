/* SPDX-License-Identifier: MIT */
/*
 * What a process says of itself: whatever its name, files and arguments are, it is
 * judged and told of, and no report holds a byte that a terminal would obey. The input
 * is lines (its parent's name and program, its own, where it is, a mapping and a file
 * that it has), and then its arguments.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "heuristics/heuristic.h"
#include "report/explanation.h"
#include "report/json.h"
#include "report/table.h"
#include "scoring/scoring.h"
#include "tests/fuzz/target.h"
#include "tests/support/block.h"

static struct text_ref take(struct snapshot_builder *builder, struct span *in)
{
    struct span line = *in;

    if (!span_take_line(in, &line))
        in->at = in->end;
    return snapshot_builder_text(builder, line);
}

static struct process new_process(struct snapshot_builder *builder, int32_t pid,
                                  struct span *in)
{
    struct process process = {
        .pid = pid,
        .ppid = pid - 1,
        .state = 'S',
        .threads = 1,
        .comm = take(builder, in),
        .exe = take(builder, in),
        .exe_file = {.nlink = 1, .size = 4096, .ino = 5, .mode = 0100755},
    };

    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    return process;
}

static void *make_block(struct span in, size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 1;
    header->page_size = 4096;
    struct process parent = new_process(builder, 1, &in);
    snapshot_builder_add_process(builder, &parent);

    struct process process = new_process(builder, 2, &in);
    process.cwd = take(builder, &in);
    process.root = take(builder, &in);
    process.cgroup = take(builder, &in);
    const struct map map = {.start = 0x1000,
                            .end = 0x2000,
                            .permissions = MAP_READ | MAP_EXECUTE,
                            .name = take(builder, &in)};
    const struct descriptor descriptor = {
        .fd = 3, .kind = DESCRIPTOR_FILE, .target = take(builder, &in)};
    process.maps = (struct range){snapshot_builder_add_map(builder, &map), 1};
    process.descriptors =
        (struct range){snapshot_builder_add_descriptor(builder, &descriptor), 1};
    process.cmdline = snapshot_builder_text(builder, in);
    snapshot_builder_add_process(builder, &process);

    return block_of(builder, ret_size);
}

static void expect_harmless(struct strbuf *text)
{
    struct span in = strbuf_span(text);
    struct text_piece piece;

    while (in.at < in.end)
        if (*in.at == '\n' || *in.at == '\t')
            in.at++;
        else if (!text_take_piece(&in, TEXT_UTF8, &piece) || piece.is_escaped)
            abort();
    strbuf_clear(text);
}

static void tell(const struct report *report)
{
    struct strbuf text = {0};

    table_add(report, &(struct table_options){.style = TEXT_UTF8}, &text);
    expect_harmless(&text);
    json_add_document(report, &text);
    expect_harmless(&text);
    explanation_add(report, 1, NULL, TEXT_UTF8, &text);
    expect_harmless(&text);
    strbuf_release(&text);
}

static void judge(const struct snapshot *snapshot, const struct relations *relations)
{
    struct assessment assessment = {0};
    struct scoring_options options;
    struct scores scores = {0};
    struct thresholds thresholds;
    struct view view = {0};

    thresholds_init(&thresholds);
    scoring_options_init(&options);
    heuristics_assess(snapshot, relations, &thresholds, &assessment);
    score_snapshot(snapshot, &assessment, NULL, &options, &scores);
    view_build(&view, snapshot, relations, &scores, &(struct view_options){0});
    tell(&(struct report){.snapshot = snapshot,
                          .relations = relations,
                          .assessment = &assessment,
                          .scores = &scores,
                          .view = &view,
                          .masks_secrets = true,
                          .with_excused = true});
    view_release(&view);
    scores_release(&scores);
    scoring_options_release(&options);
    assessment_release(&assessment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t block_size;
    void *block = make_block(span_of((const char *)data, size), &block_size);
    struct snapshot snapshot;
    const char *reason;

    setlocale(LC_CTYPE, "C.UTF-8");
    if (!snapshot_open(block, block_size, &snapshot, &reason))
        abort();
    struct relations *relations = relations_new(&snapshot);
    judge(&snapshot, relations);
    relations_free(relations);
    free(block);
    return 0;
}
