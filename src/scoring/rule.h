/* SPDX-License-Identifier: MIT */
/*
 * rule - an entry of the whitelist for one reason of some processes:
 *
 *     wx_mem path=/opt/app/service
 *     unusual_parent parent=postgres path=/usr/bin/dash
 *     memfd_exe pattern=/memfd:agent* parent=/opt/agent/bin/agentd
 *
 * The key of a heuristic, then conditions that all must hold, about the executable of
 * the process or of its parent. A condition ends where the next one begins.
 */
#ifndef SCORING_RULE_H
#define SCORING_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "model/snapshot.h"

struct rule {
    uint32_t heuristic;
    char *path;    /* of the executable, exact */
    char *pattern; /* glob over it; without a slash over the file's name */
    char *parent;  /* the same for the parent's executable */
    bool has_hash;
    struct sha256 hash; /* of the executable */
};

/* Returns NULL, or what is wrong with the text (static). */
const char *rule_parse(const char *text, struct rule *ret_rule);
void rule_release(struct rule *rule);

/* Whether it excuses that reason of the process. */
bool rule_excuses(const struct rule *rule, const struct snapshot *snapshot,
                  const struct process *process, uint32_t heuristic);

#endif
