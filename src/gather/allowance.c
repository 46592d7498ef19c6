/* SPDX-License-Identifier: MIT */
#include "gather/allowance.h"

/* Microseconds, on a machine of 2024 that guards against Meltdown; ratios count. */
enum {
    GLANCE_US = 64, /* what is always read of a process: see WAITS for what is not */
    KNOWN_US = 10,  /* one that was read before: few of them ran */
    DESCRIPTOR_US = 5,
};

/* What is left for later, and what that costs. Who it is and what it runs is not: its
 * name, user, arguments, program and namespaces make up half of the heuristics. */
#define WAITS(row)                                                               \
    row(FACT_CGROUP, 6) row(FACT_LOGINUID, 4) row(FACT_CWD, 4) row(FACT_ROOT, 4) \
        row(FACT_ENVIRON, 7) row(FACT_MAPS, 15) row(FACT_DESCRIPTORS, 8)

#define WAIT_US(fact, us) [fact] = (us),
static const unsigned wait_us[FACT_COUNT] = {WAITS(WAIT_US)};

#define WAIT_BIT(fact, us) FACT_BIT(fact) |
const fact_mask allowance_may_wait = WAITS(WAIT_BIT) 0;

void allowance_begin(struct allowance *allowance, int64_t least_us, size_t known,
                     size_t unknown)
{
    int64_t us = (int64_t)(known + unknown) * ALLOWANCE_PROCESS_US;

    if (us < least_us)
        us = least_us;
    *allowance = (struct allowance){
        .is_limited = true,
        .left_us = us - (int64_t)unknown * GLANCE_US - (int64_t)known * KNOWN_US,
    };
}

void allowance_waive(struct allowance *allowance)
{
    *allowance = (struct allowance){0};
}

bool allowance_is_left(const struct allowance *allowance)
{
    return !allowance->is_limited || allowance->left_us > 0;
}

void allowance_spend(struct allowance *allowance, enum fact fact, uint32_t items)
{
    if (allowance_may_wait & FACT_BIT(fact))
        allowance->left_us -= wait_us[fact] + (int64_t)items * DESCRIPTOR_US;
}
