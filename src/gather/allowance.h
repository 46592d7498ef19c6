/* SPDX-License-Identifier: MIT */
/*
 * allowance - how much one pass may read of processes that were not read before.
 *
 * To read all of a process costs a tenth of a millisecond, and who opens a screen on ten
 * thousand does not want to wait a second for its first list. So a pass takes a glance
 * at each of them, at what tells most for what it costs, and reads the rest of as many
 * as the allowance covers. The others come in the passes that follow: what is not read
 * of them yet is FACT_PENDING. Of some hundreds everything is read at once.
 *
 * Costs are estimates, and no clock is asked: what is read does not depend on how busy
 * the machine is.
 */
#ifndef GATHER_ALLOWANCE_H
#define GATHER_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/facts.h"

enum {
    /* Of a pass, however few there are: in that time everything is read of 500. */
    ALLOWANCE_LEAST_US = 90000,
    ALLOWANCE_PROCESS_US = 64, /* for each process there is: a refresh of htop takes 45 */
};

struct allowance {
    bool is_limited;
    int64_t left_us;
};

/* A pass begins that may put reads off, with so many processes that were read before,
 * and so many that were not. */
void allowance_begin(struct allowance *allowance, int64_t least_us, size_t known,
                     size_t unknown);

/* A pass begins that reads everything. */
void allowance_waive(struct allowance *allowance);

/* Those facts that may be put off. */
extern const fact_mask allowance_may_wait;

/* Whether one that may be put off is to be read now. */
bool allowance_is_left(const struct allowance *allowance);

/* It was read for the first time; of descriptors, so many. */
void allowance_spend(struct allowance *allowance, enum fact fact, uint32_t items);

#endif
