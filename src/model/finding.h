/* SPDX-License-Identifier: MIT */
/*
 * finding - what a heuristic noticed in one process: key, strength, evidence.
 * No weight: how much it counts is the business of scoring.
 */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/facts.h"

/* What kind of statement a heuristic makes; decides severity, and what a
 * whitelist entry may excuse in strict mode. */
enum signal_class {
    SIGNAL_CODE,     /* what runs is not what the file system vouches for */
    SIGNAL_RELATION, /* who talks to whom, who started whom */
    SIGNAL_WEAK,     /* context */
};

/* Signals about one fact count as the strongest plus at most one point. */
enum signal_family {
    FAMILY_NONE,        /* counts by itself */
    FAMILY_EXE_BACKING, /* where the program file is and whether it still is */
    FAMILY_MEMORY,      /* executable memory without a file */
    FAMILY_NAME,        /* who it says it is */
    FAMILY_COMMAND,     /* what its command line does */
    FAMILY_LINEAGE,     /* who started it */
    FAMILY_SHELL,       /* a shell wired to somewhere */
    FAMILY_CONNECTIONS, /* how much it talks */
    FAMILY_PRELOAD,     /* what was put into it */
    FAMILY_SCRIPT,      /* where its script is and whether it still is */
    FAMILY_PLACE,       /* where it stands */
    FAMILY_COUNT
};

/* What the tables of the program say about one heuristic. */
struct heuristic_info {
    const char *key;  /* name in the YAML, JSON and manual */
    const char *chip; /* three or four letters for the list: "DEL" */
    double weight;    /* default points */
    fact_mask needs;  /* without these the verdict is "not assessed" */
    enum signal_class class;
    enum signal_family family;
    const char *title;    /* "Executable was deleted from disk" */
    const char *innocent; /* who does this honestly, and how to tell */
    const char *verify;   /* what to type to see for oneself; {pid} is filled in */
};

enum { HEURISTICS_MAX = 128 };

struct finding {
    uint32_t heuristic;   /* index in the catalogue */
    float strength;       /* 0 .. 1; 0 is shown with its excuse on request */
    const char *evidence; /* the exact artefact, raw: sanitise before showing */
};

struct heuristic_set {
    uint64_t bits[HEURISTICS_MAX / 64];
};

static inline void heuristic_set_add(struct heuristic_set *set, uint32_t heuristic)
{
    set->bits[heuristic / 64] |= UINT64_C(1) << heuristic % 64;
}

static inline bool heuristic_set_has(const struct heuristic_set *set, uint32_t heuristic)
{
    return set->bits[heuristic / 64] >> heuristic % 64 & 1;
}

/* The first member at *at or behind it, in *at; false when there is none. */
static inline bool heuristic_set_next(const struct heuristic_set *set, uint32_t *at)
{
    for (uint32_t word = *at / 64; word < HEURISTICS_MAX / 64; word++) {
        uint64_t bits = set->bits[word];

        if (word == *at / 64)
            bits &= UINT64_MAX << *at % 64;
        if (bits != 0) {
            *at = word * 64 + (uint32_t)__builtin_ctzll(bits);
            return true;
        }
    }
    return false;
}

struct process_findings {
    uint32_t first; /* of findings */
    uint32_t count;
    struct heuristic_set not_assessed; /* facts missing */
};

/* The findings of a whole snapshot, parallel to its processes. */
struct assessment {
    const struct heuristic_info *const *catalogue;
    size_t catalogue_count;
    struct process_findings *processes;
    size_t process_count;
    struct finding *findings; /* by process, then in catalogue order */
    size_t finding_count;
    size_t finding_capacity;
    struct finding *spare; /* of heuristics_reassess(), kept for the next time */
    size_t spare_capacity;
    struct arena texts;       /* evidence */
    struct arena tuned_texts; /* evidence of what was reassessed */
};

#endif
