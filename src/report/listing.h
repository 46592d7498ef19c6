/* SPDX-License-Identifier: MIT */
/*
 * listing - a flat table of the program's own names, as aligned text or as a
 * JSON array of objects. Items have the same keys in the same order.
 */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include <stdbool.h>

#include "base/strbuf.h"

enum { LISTING_KEYS_MAX = 8 };

struct listing {
    struct cJSON *items;
    struct cJSON *current;
};

void listing_init(struct listing *listing);
void listing_begin_item(struct listing *listing);
void listing_add_text(struct listing *listing, const char *key, const char *value);
void listing_add_number(struct listing *listing, const char *key, double value);

/* Written, and released. */
void listing_finish(struct listing *listing, bool as_json, struct strbuf *out);

#endif
