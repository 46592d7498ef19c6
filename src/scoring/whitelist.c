/* SPDX-License-Identifier: MIT */
#include "scoring/whitelist.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "scoring/identity.h"

enum { COMM_LENGTH_MAX = 15 }; /* TASK_COMM_LEN without its NUL */

static const struct {
    const char *key;
    unsigned rank; /* how hard it is to forge: the lower the harder */
} kinds[] = {
    [WHITELIST_NAME] = {"names",    3},
      [WHITELIST_USER] = {"users",    4},
    [WHITELIST_PATTERN] = {"patterns", 2},
      [WHITELIST_HASH] = {"hashes",   0},
    [WHITELIST_RULE] = {"rules",    5},
      [WHITELIST_PATH] = {"paths",    1},
};
_Static_assert(sizeof kinds / sizeof *kinds == WHITELIST_KIND_COUNT, "a row for each kind");

const char *whitelist_kind_key(enum whitelist_kind kind)
{
    return kinds[kind].key;
}

void whitelist_init(struct whitelist *whitelist)
{
    *whitelist = (struct whitelist){
        .mode = WHITELIST_GUIDE,
        .reduction = 3.0,
        .high_severity = 5.0,
    };
}

static void release_entry(struct whitelist_entry *entry)
{
    free(entry->text);
    rule_release(&entry->rule);
}

void whitelist_release(struct whitelist *whitelist)
{
    for (size_t i = 0; i < whitelist->count; i++)
        release_entry(&whitelist->entries[i]);
    free(whitelist->entries);
    *whitelist = (struct whitelist){0};
}

void whitelist_copy(struct whitelist *ret_copy, const struct whitelist *whitelist)
{
    *ret_copy = *whitelist;
    ret_copy->capacity = whitelist->count;
    ret_copy->entries = memory_new(whitelist->count, sizeof *ret_copy->entries);
    for (size_t i = 0; i < whitelist->count; i++) {
        struct whitelist_entry *entry = &ret_copy->entries[i];

        *entry = whitelist->entries[i];
        entry->text = memory_copy_string(whitelist->entries[i].text);
        entry->rule = (struct rule){0};
        if (entry->kind == WHITELIST_RULE && rule_parse(entry->text, &entry->rule))
            fatal("a rule of the whitelist that parsed does so no more");
    }
}

static size_t find_entry(const struct whitelist *whitelist, enum whitelist_kind kind,
                         const char *text)
{
    for (size_t i = 0; i < whitelist->count; i++)
        if (whitelist->entries[i].kind == kind && strcmp(whitelist->entries[i].text, text) == 0)
            return i;
    return whitelist->count;
}

static const char *parse_entry(struct whitelist_entry *entry, const char *text)
{
    uint64_t uid;

    if (text[0] == '\0')
        return "is empty, which would match nothing";
    if (entry->kind == WHITELIST_HASH && !sha256_parse(text, &entry->hash))
        return "is no SHA-256: write 64 hexadecimal digits, as sha256sum prints them";
    if (entry->kind == WHITELIST_PATH && text[0] != '/')
        return "is no absolute path: begin with /";
    if (entry->kind == WHITELIST_USER && span_is_u64(span_of_string(text), &uid)) {
        if (uid >= UINT32_MAX)
            return "is no user id: the largest is 4294967294";
        entry->uid = (uint32_t)uid;
    }
    if (entry->kind == WHITELIST_RULE)
        return rule_parse(text, &entry->rule);
    return NULL;
}

const char *whitelist_add(struct whitelist *whitelist, enum whitelist_kind kind,
                          const char *text)
{
    struct whitelist_entry entry = {.kind = kind, .uid = UINT32_MAX};
    const char *wrong = parse_entry(&entry, text);

    if (wrong || find_entry(whitelist, kind, text) < whitelist->count) {
        rule_release(&entry.rule);
        return wrong;
    }
    entry.text = memory_copy_string(text);
    whitelist->entries = memory_grow(whitelist->entries, whitelist->count, &whitelist->capacity,
                                     sizeof *whitelist->entries);
    whitelist->entries[whitelist->count++] = entry;
    whitelist->rule_count += kind == WHITELIST_RULE;
    return NULL;
}

bool whitelist_remove(struct whitelist *whitelist, enum whitelist_kind kind, const char *text)
{
    size_t at = find_entry(whitelist, kind, text);

    if (at == whitelist->count)
        return false;
    release_entry(&whitelist->entries[at]);
    whitelist->rule_count -= kind == WHITELIST_RULE;
    whitelist->count--;
    memmove(&whitelist->entries[at], &whitelist->entries[at + 1],
            (whitelist->count - at) * sizeof *whitelist->entries);
    return true;
}

static bool has_name(const char *name, const struct snapshot *snapshot,
                     const struct process *process)
{
    struct span comm = snapshot_span(snapshot, process->comm);

    if (!process_knows(process, FACT_BIT(FACT_STAT)))
        return false;
    if (strlen(name) <= COMM_LENGTH_MAX)
        return span_equals(comm, name);

    /* The kernel keeps 15 bytes of a name: the rest must stand in the path. */
    struct span exe = snapshot_span(snapshot, process->exe);
    exe.end = exe.at + process_exe_bare_length(process, exe.at);
    return process_knows(process, FACT_BIT(FACT_EXE)) && span_length(comm) == COMM_LENGTH_MAX &&
           strncmp(comm.at, name, COMM_LENGTH_MAX) == 0 && span_ends_with(exe, name) &&
           span_length(exe) > strlen(name) && exe.end[-(ptrdiff_t)strlen(name) - 1] == '/';
}

static bool has_user(const struct whitelist_entry *entry, const struct snapshot *snapshot,
                     const struct process *process)
{
    if (!process_knows(process, FACT_BIT(FACT_STATUS)))
        return false;
    return (entry->uid != UINT32_MAX && process->uid[ID_EFFECTIVE] == entry->uid) ||
           span_equals(snapshot_span(snapshot, process->user), entry->text);
}

bool whitelist_entry_matches(const struct whitelist_entry *entry,
                             const struct snapshot *snapshot, const struct process *process)
{
    switch (entry->kind) {
    case WHITELIST_NAME:
        return has_name(entry->text, snapshot, process);
    case WHITELIST_USER:
        return has_user(entry, snapshot, process);
    case WHITELIST_PATTERN:
        if (strchr(entry->text, '/'))
            return exe_fits_pattern(entry->text, snapshot, process);
        return process_knows(process, FACT_BIT(FACT_STAT)) &&
               fnmatch(entry->text, snapshot_string(snapshot, process->comm), 0) == 0;
    case WHITELIST_HASH:
        return process->facts[FACT_SHA256] == FACT_KNOWN &&
               memcmp(&entry->hash, &process->sha256, sizeof entry->hash) == 0;
    case WHITELIST_PATH:
        return exe_is_at_path(entry->text, snapshot, process);
    case WHITELIST_RULE:
    case WHITELIST_KIND_COUNT:
        break;
    }
    return false;
}

const struct whitelist_entry *whitelist_find(const struct whitelist *whitelist,
                                             const struct snapshot *snapshot,
                                             const struct process *process)
{
    const struct whitelist_entry *best = NULL;

    for (size_t i = 0; i < whitelist->count; i++) {
        const struct whitelist_entry *entry = &whitelist->entries[i];

        if (best && kinds[best->kind].rank <= kinds[entry->kind].rank)
            continue;
        if (whitelist_entry_matches(entry, snapshot, process))
            best = entry;
    }
    return best;
}

const struct whitelist_entry *whitelist_find_rule(const struct whitelist *whitelist,
                                                  const struct snapshot *snapshot,
                                                  const struct process *process,
                                                  uint32_t heuristic)
{
    for (size_t i = 0; whitelist->rule_count > 0 && i < whitelist->count; i++) {
        const struct whitelist_entry *entry = &whitelist->entries[i];

        if (entry->kind == WHITELIST_RULE &&
            rule_excuses(&entry->rule, snapshot, process, heuristic))
            return entry;
    }
    return NULL;
}

/* In everything that an entry can look at. */
static bool look_same(const struct process *a, const struct process *b)
{
    return text_ref_equals(a->exe, b->exe) && text_ref_equals(a->comm, b->comm) &&
           text_ref_equals(a->user, b->user) && a->uid[ID_EFFECTIVE] == b->uid[ID_EFFECTIVE] &&
           memcmp(a->facts, b->facts, sizeof a->facts) == 0 &&
           (a->exe_file.nlink == 0) == (b->exe_file.nlink == 0) &&
           (a->facts[FACT_SHA256] != FACT_KNOWN ||
            memcmp(&a->sha256, &b->sha256, sizeof a->sha256) == 0);
}

const struct whitelist_entry *whitelist_recall(struct whitelist_memo *memo,
                                               const struct whitelist *whitelist,
                                               const struct snapshot *snapshot,
                                               const struct process *process)
{
    uint32_t mixed =
        (process->exe.offset ^ process->comm.offset * 31 ^ process->uid[ID_EFFECTIVE] * 131) *
        2654435761U;
    struct whitelist_memo_item *item = &memo->items[mixed >> 25];

    if (whitelist->count == whitelist->rule_count)
        return NULL;
    if (!item->process || !look_same(item->process, process))
        *item =
            (struct whitelist_memo_item){process, whitelist_find(whitelist, snapshot, process)};
    return item->entry;
}

bool whitelist_wants_hashes(const struct whitelist *whitelist)
{
    for (size_t i = 0; i < whitelist->count; i++)
        if (whitelist->entries[i].kind == WHITELIST_HASH || whitelist->entries[i].rule.has_hash)
            return true;
    return false;
}
