/* SPDX-License-Identifier: MIT */
/*
 * filter - the language in which rows are chosen:
 *
 *     score>3 and user!=root and exe~^/opt
 *     not (nginx or apache)        words: in name, command line or exe
 *     reason=tmp_exe rss>100M      side by side means "and"
 *
 * Fields are the columns' keys, and "reason" for the keys of what was found.
 * Operators: = != < <= > >= on numbers (K, M, G and % may follow) and on text;
 * ~ and !~ on text, by extended regular expression. A comparison with a fact
 * that is not known is false, whichever way it is put. Text is compared as it is
 * shown, so a filter can be copied from the screen. The screen, scan and the API
 * share this.
 */
#ifndef VIEW_FILTER_H
#define VIEW_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "view/columns.h"

struct filter;
struct history_ended;

/* Where a filter is wrong (bytes from its start), and why. */
struct filter_error {
    size_t position;
    char message[128];
};

/* NULL, with the error set, when the text is no filter. An empty text is a
 * filter that lets everything pass. */
struct filter *filter_new(const char *text, struct filter_error *ret_error);
void filter_free(struct filter *filter);

bool filter_matches(const struct filter *filter, const struct row *row);
/* The same of a process that is no more, by the cells it had. */
bool filter_matches_ended(const struct filter *filter, const struct history_ended *ended);

/* Facts that the columns it names need, so that they are gathered. */
fact_mask filter_needs(const struct filter *filter);

#endif
