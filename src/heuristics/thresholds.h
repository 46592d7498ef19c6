/* SPDX-License-Identifier: MIT */
/*
 * thresholds - where "much" begins: the options of the heuristics. Settings
 * fill them in.
 */
#ifndef HEURISTICS_THRESHOLDS_H
#define HEURISTICS_THRESHOLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* A set of port numbers. */
struct port_set {
    uint64_t bits[65536 / 64];
};

/* Add "3333,4444,9000-9010"; blanks around items are fine. False, with the set
 * unchanged and *ret_wrong the first bad item, when an item is no port 1-65535
 * or no ascending range. An empty text adds nothing. */
bool port_set_parse(struct port_set *set, const char *text, struct span *ret_wrong);
bool port_set_has(const struct port_set *set, uint16_t port);
void port_set_add(struct port_set *set, uint16_t port);
/* "3333,4444,9000-9010", ascending, runs of three or more as ranges. */
void port_set_format(const struct port_set *set, struct strbuf *out);

struct thresholds {
    double cpu_high;       /* percent of one CPU */
    struct port_set ports; /* watched */
    unsigned many_conns;   /* more outbound connections than this are many */
};

/* The built-in values: 90 %, "3333,4444,5555,6666,7777,8888", 20. */
void thresholds_init(struct thresholds *thresholds);

bool thresholds_equal(const struct thresholds *a, const struct thresholds *b);

#endif
