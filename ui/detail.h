/* SPDX-License-Identifier: MIT */
/*
 * detail - which process the detail pane is about, and what is known of it: the
 * list's snapshot, the engine's closer look, or what was known before it went.
 */
#ifndef UI_DETAIL_H
#define UI_DETAIL_H

#include "ui/app.h"

/* What the tabs write about. */
struct subject {
    struct row row;              /* with its verdict */
    const struct refresh *focus; /* the process in full, or NULL */
    const struct process *full;  /* its record there, or NULL */
    bool is_gone;
};

void detail_release(struct detail *detail);

/* The process under the cursor, in the pane. */
void detail_open(struct app *app, enum tab tab);
void detail_close(struct app *app);

/* The selection moved: an open pane goes with it. */
void detail_follow(struct app *app);

/* Before a snapshot is replaced: keep it when the new one lost the process. */
void detail_keep_if_vanished(struct app *app, const void *block, size_t size);

/* The settings changed: what is kept is scored again. */
void detail_rescore(struct app *app);

/* After it was. */
void detail_refreshed(struct app *app);

/* Note what the closer look found in the snapshot in hand. True when it is news: what
 * was assessed is of before then. */
bool detail_learn(struct app *app);

void detail_adopt_focus(struct app *app, void *block, size_t size);

/* The reason under the cursor, or the first, as an index in the catalogue; -1: it has
 * none. */
int detail_reason(const struct app *app);

/* The mouse, in the pane: on a tab, or on a line. */
void detail_click(struct app *app, int row, int column);

/* False when nothing is known of the process. */
bool detail_subject(const struct app *app, struct subject *ret_subject);

#endif
