/* SPDX-License-Identifier: MIT */
/*
 * arguments - the words of a command line, and questions about them. A process
 * may rewrite its own: what stands here is what it says, not what it is.
 */
#ifndef HEURISTICS_ARGUMENTS_H
#define HEURISTICS_ARGUMENTS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "model/snapshot.h"

/* The argument at that index; false when there are not so many. */
bool argument_at(const struct snapshot *snapshot, const struct process *process, unsigned index,
                 struct span *ret_argument);

/* What follows the last slash. */
struct span base_name(struct span path);

/* Text that many words are looked for in. Nearly every word has a byte that is not
 * in the text at all, which is sooner seen than that the word is not. */
struct haystack {
    struct span text;
    uint64_t bytes[256 / 64]; /* that it contains */
};

struct haystack haystack_of(struct span text);

/* The word stands there with no letter, digit or '_' on either side. */
bool haystack_has_word(const struct haystack *haystack, const char *word);

/* The first of the words that it has, or NULL. */
const char *haystack_find_word(const struct haystack *haystack, const char *const *words);

/* How a shell was asked to run, by its options. */
struct shell_mode {
    bool has_command;       /* -c */
    bool has_script;        /* an operand: the file it reads */
    bool is_interactive;    /* -i */
    struct span first_word; /* the -c text or the script; else empty */
};

struct shell_mode shell_mode_of(const struct snapshot *snapshot, const struct process *process);

#endif
