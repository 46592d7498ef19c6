/* SPDX-License-Identifier: MIT */
/*
 * learned - the model that a program judges by: found, read, and what is to be
 * said about it.
 */
#ifndef ENGINE_LEARNED_H
#define ENGINE_LEARNED_H

#include <stdbool.h>
#include <stdint.h>

#include "anomaly/anomaly.h"
#include "base/problem.h"
#include "base/strbuf.h"

struct learned {
    char *path;                  /* NULL: no model */
    struct anomaly_model *model; /* NULL: no model, ml_score is 0 */
    struct anomaly *anomaly;
};

struct learned_source {
    const char *path;       /* NULL: there is nowhere to look */
    bool is_optional;       /* nobody asked for it: that there is none is no problem */
    enum anomaly_kind kind; /* to judge by */
};

/*
 * Load the model. False with problems, and without a model, when it cannot be
 * used; true without a model when there is none and it is_optional. Warns of a
 * model that is stale, of another host, or without what the kind needs.
 */
bool learned_load(struct learned *learned, const struct learned_source *source, int64_t now_s,
                  struct problems *problems);
void learned_release(struct learned *learned);

/* "zscore, trained 3 days ago on web1", with ", another host" and ", stale" where
 * that is so; or "none". Printable. */
void learned_describe(const struct learned *learned, int64_t now_s, struct strbuf *out);

#endif
