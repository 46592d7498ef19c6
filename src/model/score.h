/* SPDX-License-Identifier: MIT */
/*
 * score - what scoring concluded about each process, and how it got there.
 *
 * Per reason: points = strength x weight, then rules, its family, the whitelist.
 * The scores of the reasons add up to heuristic_score, and
 * total_score = heuristic_score + ml_weight x ml_score.
 */
#ifndef MODEL_SCORE_H
#define MODEL_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"

enum severity {
    SEVERITY_NONE,     /* no reason */
    SEVERITY_LOW,      /* weak reasons only, whatever their sum; or small ones */
    SEVERITY_HIGH,     /* a code or relation reason of 3 or more */
    SEVERITY_CRITICAL, /* a code or relation reason of 5 or more */
    SEVERITY_COUNT
};

struct reason {
    const struct heuristic_info *heuristic;
    float strength;
    uint16_t heuristic_index;
    bool is_in_family;    /* lowered because another reason tells the same fact */
    bool is_whitelisted;  /* an entry matched and may lower it, or: */
    const char *rule;     /* the rule that excuses it wholly, for display; or NULL */
    double weight;        /* in force */
    double points;        /* strength x weight */
    double score;         /* what is left after family and whitelist */
    const char *evidence; /* raw */
};

struct verdict {
    uint32_t first_reason; /* of reasons */
    uint32_t reason_count;
    double heuristic_score;
    double ml_score; /* 0 .. 1 */
    double total_score;
    enum severity severity;
    bool is_flagged;      /* total_score >= min_score */
    bool is_whitelisted;  /* some entry matches */
    bool is_acknowledged; /* the user has seen it: not flagged in this session */
    /* "names: sshd": which entry, for display; NULL without one. */
    const char *whitelist_entry;
};

/* Parallel to the snapshot's processes. */
struct scores {
    struct verdict *verdicts;
    size_t count;
    struct reason *reasons; /* by process, highest score first */
    size_t reason_count;
    size_t reason_capacity;
    struct arena texts;
    uint32_t flagged_count;
    uint32_t whitelisted_count;
    uint32_t acknowledged_count;
    double max_score;
};

#endif
