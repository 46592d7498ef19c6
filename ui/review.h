/* SPDX-License-Identifier: MIT */
/*
 * review - what a save would write, before it does: the edits, of which some may be
 * left out, what they change on this machine, and the difference of the file.
 */
#ifndef UI_REVIEW_H
#define UI_REVIEW_H

#include "ui/app.h"

enum { REVIEW_ITEMS_MAX = 256 };

/* Edits of one value are saved or left out together. */
struct review_item {
    size_t first, last; /* of the journal */
    size_t count;
    bool is_left_out;
    bool is_conflict; /* the file has another value now than the one that was edited */
};

size_t review_items(const struct app *app, struct review_item *items, size_t capacity);

/* Save, keep for the next start, or throw away? */
void review_ask_before_quitting(struct app *app);

/* :save FILE */
void review_save_as(struct app *app, const char *path);

#endif
