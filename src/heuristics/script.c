/* SPDX-License-Identifier: MIT */
/* What is run by a shell or an interpreter. */
#include "heuristics/script.h"

#include <stdio.h>

#include "heuristics/arguments.h"
#include "heuristics/program.h"

bool is_descriptor_path(struct span path)
{
    struct span pid;

    if (span_starts_with(path, "/dev/fd/"))
        return true;
    return span_take_string(&path, "/proc/") && span_take_until(&path, '/', &pid) &&
           span_starts_with(path, "fd/");
}

/* The first argument of an interpreter is its script unless it is an option: which of
 * those take a value is a matter of each. */
static bool find_script(const struct check_context *context, const struct process *process,
                        struct span *ret_word)
{
    const struct snapshot *snapshot = context->snapshot;
    struct span word;

    if (program_is_shell(snapshot, process)) {
        struct shell_mode mode = shell_mode_of(snapshot, process);
        *ret_word = mode.first_word;
        return mode.has_script;
    }
    if (!program_is_interpreter(snapshot, process) ||
        !argument_at(snapshot, process, 1, &word) || span_length(word) == 0 ||
        span_starts_with(word, "-"))
        return false;
    *ret_word = word;
    return true;
}

/* The descriptor that a shell reads its script from: bash, dash and ksh, zsh. */
static bool find_open_script(const struct check_context *context, const struct process *process,
                             struct span word, struct span *ret_target)
{
    static const int32_t numbers[] = {255, 10, 11};
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;

    for (uint32_t i = 0; i < process->descriptors.count; i++)
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
            struct span target = snapshot_span(context->snapshot, at[i].target), bare = target;

            if (at[i].fd != numbers[n] || at[i].kind != DESCRIPTOR_FILE)
                continue;
            span_take_end(&bare, DELETED_SUFFIX);
            /* The script may have opened a file of its own there. */
            if (!span_equals_span(base_name(bare), base_name(word)))
                continue;
            *ret_target = target;
            return true;
        }
    return false;
}

static void add_resolved(struct strbuf *path, struct span cwd, struct span word)
{
    for (;;) {
        if (span_take_string(&word, "./"))
            continue;
        if (!span_take_string(&word, "../"))
            break;
        while (cwd.end > cwd.at && *--cwd.end != '/')
            ;
    }
    if (!span_starts_with(word, "/")) {
        strbuf_add_span(path, cwd);
        strbuf_add_char(path, '/');
    }
    strbuf_add_span(path, word);
}

bool script_path(const struct check_context *context, const struct process *process,
                 struct strbuf *ret_path)
{
    struct span word, target;

    strbuf_clear(ret_path);
    if (!process_knows(process, FACT_BIT(FACT_CMDLINE) | FACT_BIT(FACT_EXE)) ||
        !find_script(context, process, &word))
        return false;
    if (find_open_script(context, process, word, &target)) {
        span_take_end(&target, DELETED_SUFFIX);
        strbuf_add_span(ret_path, target);
        return true;
    }
    if (!span_starts_with(word, "/") && process->cwd.length == 0)
        return false;
    add_resolved(ret_path, snapshot_span(context->snapshot, process->cwd), word);
    return true;
}

/* The descriptor that the last part of the path numbers. */
static const struct descriptor *find_descriptor(const struct check_context *context,
                                                const struct process *process, struct span path)
{
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;
    struct span name = base_name(path);
    char number[16];

    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        snprintf(number, sizeof number, "%d", at[i].fd);
        if (span_equals(name, number))
            return &at[i];
    }
    return NULL;
}

float check_script_memfd(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;

    if (!program_is_shell(snapshot, process) && !program_is_interpreter(snapshot, process))
        return 0;

    struct shell_mode mode = shell_mode_of(snapshot, process);
    if (!mode.has_script || !is_descriptor_path(mode.first_word))
        return 0;
    /* bash <(...) reads a pipe, which is no memfd. */
    const struct descriptor *script = find_descriptor(context, process, mode.first_word);
    if (!script || script->kind != DESCRIPTOR_MEMFD)
        return 0;
    strbuf_add_span(evidence, mode.first_word);
    strbuf_add_string(evidence, " -> ");
    strbuf_add_span(evidence, snapshot_span(snapshot, script->target));
    return 1;
}

float check_script_deleted(const struct check_context *context, const struct process *process,
                           struct strbuf *evidence)
{
    struct span word, target;

    /* The kernel says so of the open file; that it is not merely named so, the
     * name in the arguments says. */
    if (!find_script(context, process, &word) || span_ends_with(word, DELETED_SUFFIX) ||
        !find_open_script(context, process, word, &target) ||
        !span_ends_with(target, DELETED_SUFFIX))
        return 0;
    strbuf_add_string(evidence, "runs ");
    strbuf_add_span(evidence, target);
    return 1;
}
