/* SPDX-License-Identifier: MIT */
/*
 * whitelist - which processes the user vouches for, and how far that goes.
 *
 * Identity is the executable. A name entry is matched as the guide says (comm),
 * which a process can choose, so the entry that matched is always shown; but a
 * pattern or path that contains a slash only ever matches the executable's real
 * path, never a name that looks like one.
 */
#ifndef SCORING_WHITELIST_H
#define SCORING_WHITELIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"
#include "model/snapshot.h"
#include "scoring/rule.h"

enum whitelist_kind {
    WHITELIST_NAME,    /* comm, exact */
    WHITELIST_USER,    /* name or uid of the effective user */
    WHITELIST_PATTERN, /* glob; with a slash on the exe's path, else on comm */
    WHITELIST_HASH,    /* SHA-256 of the executable */
    WHITELIST_PATH,    /* executable, exact; never a deleted or memfd one */
    WHITELIST_RULE,    /* one reason of some processes: scoring/rule.h */
    WHITELIST_KIND_COUNT
};

enum whitelist_mode { WHITELIST_GUIDE, WHITELIST_STRICT };

struct whitelist_entry {
    enum whitelist_kind kind;
    char *text;         /* as written */
    struct sha256 hash; /* WHITELIST_HASH */
    uint32_t uid;       /* WHITELIST_USER that is a number; else UINT32_MAX */
    struct rule rule;   /* WHITELIST_RULE */
};

struct whitelist {
    enum whitelist_mode mode;
    double reduction;     /* each reason of a matched process is lowered by this */
    double high_severity; /* but not one whose points are this or more */
    struct whitelist_entry *entries;
    size_t count;
    size_t capacity;
    size_t rule_count; /* of the entries */
};

/* Empty, mode guide, reduction 3, high_severity 5. */
void whitelist_init(struct whitelist *whitelist);
void whitelist_release(struct whitelist *whitelist);

/* A deep copy into an uninitialised one. */
void whitelist_copy(struct whitelist *ret_copy, const struct whitelist *whitelist);

/* Adds once: an equal entry is not added again. Returns NULL, or what is wrong
 * with the text (static): a hash that is none, a path that is not absolute, an
 * empty text. */
const char *whitelist_add(struct whitelist *whitelist, enum whitelist_kind kind,
                          const char *text);
bool whitelist_remove(struct whitelist *whitelist, enum whitelist_kind kind, const char *text);

/* Whether it vouches for the process; a rule never does. */
bool whitelist_entry_matches(const struct whitelist_entry *entry,
                             const struct snapshot *snapshot, const struct process *process);

/* The strongest kind of entry that matches (hash before path before pattern
 * before name before user), or NULL. */
const struct whitelist_entry *whitelist_find(const struct whitelist *whitelist,
                                             const struct snapshot *snapshot,
                                             const struct process *process);

/* The rule that excuses that reason of the process, or NULL. */
const struct whitelist_entry *whitelist_find_rule(const struct whitelist *whitelist,
                                                  const struct snapshot *snapshot,
                                                  const struct process *process,
                                                  uint32_t heuristic);

/* Which entry it was for processes that look the same to all of them: most of a machine
 * looks like somebody else. Wants to be zero at first, and is of one whitelist and one
 * snapshot. */
enum { WHITELIST_MEMO_SIZE = 128 };

struct whitelist_memo {
    struct whitelist_memo_item {
        const struct process *process; /* NULL: free */
        const struct whitelist_entry *entry;
    } items[WHITELIST_MEMO_SIZE];
};

/* As whitelist_find(). */
const struct whitelist_entry *whitelist_recall(struct whitelist_memo *memo,
                                               const struct whitelist *whitelist,
                                               const struct snapshot *snapshot,
                                               const struct process *process);

/* Some entry is a hash, or a rule has one: the digests of all executables are wanted. */
bool whitelist_wants_hashes(const struct whitelist *whitelist);

/* "names", "users": the key under whitelist: in the YAML. */
const char *whitelist_kind_key(enum whitelist_kind kind);

#endif
