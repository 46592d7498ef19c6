/* SPDX-License-Identifier: MIT */
/*
 * whitelist_offer - whitelist entries for one process, and what each would excuse
 * besides it: its blast radius, over the snapshot in hand. Pure; adds no entry.
 */
#ifndef ENGINE_WHITELIST_OFFER_H
#define ENGINE_WHITELIST_OFFER_H

#include "base/strbuf.h"
#include "engine/refresh.h"

struct whitelist_offer {
    enum whitelist_kind kind;
    struct strbuf text;               /* the entry; empty: not known, and not offered */
    bool is_already_there;            /* the whitelist has it */
    unsigned matches;                 /* live processes */
    unsigned flagged_matches;         /* of them flagged now */
    unsigned drops;                   /* of those not flagged with it */
    unsigned others_flagged;          /* flagged matches of another program */
    int32_t other_pid;                /* one of them */
    struct strbuf stays;              /* its reasons that no entry lowers: "RSH+6 DEL+4" */
    bool is_broad;                    /* over 5 % of the processes, or others_flagged */
    double score_before, score_after; /* of the process itself */
};

enum { WHITELIST_OFFER_COUNT = WHITELIST_KIND_COUNT };

/* Those that vouch for the process in order of preference: hash, path, pattern, name,
 * user; and last the rule that excuses one reason of it, and nothing else. */
struct whitelist_offers {
    struct whitelist_offer offers[WHITELIST_OFFER_COUNT];
};

/* Whom, and which of its reasons, the entries are for. */
struct whitelist_subject {
    uint32_t process; /* its index */
    int heuristic;    /* of the reason, in the catalogue; -1: none */
    /* Of its executable, or NULL while it is not known; processes that run the same file
     * (by device and inode) then match as well, though their hashes were not computed. */
    const struct sha256 *hash;
};

/* What could stand in the whitelist for it. */
void whitelist_offers_write(struct whitelist_offers *offers, const struct refresh *refresh,
                            const struct whitelist_subject *subject,
                            const struct scoring_options *options);
void whitelist_offers_release(struct whitelist_offers *offers);

/* A glob that outlives an update: "/opt/app-1.2/x" gives "/opt/app-*" "/x", and a
 * path without numbers gains a "*" behind its name. */
void whitelist_suggest_pattern(struct span exe, struct strbuf *out);

#endif
