/* SPDX-License-Identifier: MIT */
/*
 * diff - a unified diff of two texts, as diff -u prints it.
 */
#ifndef SETTINGS_DIFF_H
#define SETTINGS_DIFF_H

#include "base/span.h"
#include "base/strbuf.h"

/* Appends nothing when the texts are the same. Raw text: sanitise before showing. */
void diff_unified(struct span before, struct span after, const char *before_name,
                  const char *after_name, struct strbuf *out);

#endif
