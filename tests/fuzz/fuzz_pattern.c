/* SPDX-License-Identifier: MIT */
/*
 * What a user writes against what a process is called: the first line is a pattern, the
 * rest the name of a program. As an entry of the whitelist and as a filter, the answer
 * is the same each time, and does not take for ever.
 */
#include <stdlib.h>
#include <string.h>

#include "scoring/whitelist.h"
#include "tests/fuzz/target.h"
#include "tests/support/block.h"
#include "view/filter.h"

enum { PATTERN_MAX = 64, NAME_MAX_LENGTH = 512 };

static size_t cut(const uint8_t *data, size_t size, char *out, size_t max)
{
    size_t length = 0;

    while (length < size && length < max && data[length] != '\n' && data[length] != '\0') {
        out[length] = (char)data[length];
        length++;
    }
    out[length] = '\0';
    return length;
}

static void match_whitelist(const struct snapshot *snapshot, const char *pattern)
{
    struct whitelist whitelist;

    whitelist_init(&whitelist);
    if (!whitelist_add(&whitelist, WHITELIST_PATTERN, pattern)) {
        const struct process *process = &snapshot->processes[0];
        bool does = whitelist_entry_matches(&whitelist.entries[0], snapshot, process);

        if (does != (whitelist_find(&whitelist, snapshot, process) != NULL))
            abort();
    }
    whitelist_release(&whitelist);
}

static void match_filter(const struct snapshot *snapshot, const char *pattern)
{
    char text[PATTERN_MAX + 16] = "exe~\"";
    struct filter_error error;
    size_t at = strlen(text);

    for (const char *c = pattern; *c; c++)
        if (*c != '"' && *c != '\\')
            text[at++] = *c;
    text[at++] = '"';
    text[at] = '\0';
    struct filter *filter = filter_new(text, &error);
    if (filter) {
        const struct row row = {.snapshot = snapshot, .process = &snapshot->processes[0]};

        if (filter_matches(filter, &row) != filter_matches(filter, &row))
            abort();
    }
    filter_free(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char pattern[PATTERN_MAX + 1], name[NAME_MAX_LENGTH + 1];
    size_t length = cut(data, size, pattern, PATTERN_MAX);
    size_t rest = length < size ? length + 1 : size;
    size_t name_length = cut(data + rest, size - rest, name, NAME_MAX_LENGTH);
    struct snapshot_builder *builder = snapshot_builder_new();
    struct process process = {.pid = 1, .starttime = 1};
    struct snapshot snapshot;
    const char *reason;
    size_t block_size;

    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    process.exe = snapshot_builder_text(builder, span_of(name, name_length));
    process.comm = process.exe;
    process.user = snapshot_builder_text(builder, span_of_string("root"));
    snapshot_builder_header(builder)->ticks_per_second = 100;
    snapshot_builder_header(builder)->page_size = 4096;
    snapshot_builder_header(builder)->cpus = 1;
    snapshot_builder_add_process(builder, &process);
    void *block = block_of(builder, &block_size);
    if (!snapshot_open(block, block_size, &snapshot, &reason))
        abort();
    match_whitelist(&snapshot, pattern);
    match_filter(&snapshot, pattern);
    free(block);
    return 0;
}
