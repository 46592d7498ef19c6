/* SPDX-License-Identifier: MIT */
/*
 * tuner - edits made on the screen: each goes through settings/tuning, and what is
 * in hand is judged by it at once. Saves nothing by itself.
 */
#ifndef UI_TUNER_H
#define UI_TUNER_H

#include "ui/app.h"

/* Put in force what the file, the edits and the command line say together, and
 * judge again what is in hand. */
void tuner_apply(struct app *app);

/* One edit, told of on the status line; so is what is wrong with it. */
bool tuner_edit(struct app *app, enum edit_kind kind, const char *path, const char *value);

/* The setting becomes its number in force and so much more, within its bounds. */
void tuner_step(struct app *app, const char *path, double by);

/* After a save: what the command line said of a saved key is overruled for good. */
void tuner_saved(struct app *app, bool is_min_score, bool is_topk);
bool tuner_has_edit_of(const struct app *app, const char *path);

/* Has the file changed on disk? Without edits it is read again; with edits a word in
 * the header says so. */
void tuner_poll(struct app *app);

/* Read the file again, whoever wrote it, and put the edits on it. False, told of, when
 * it is wrong now: what was in force stays. */
bool tuner_read_again(struct app *app);

/* Edits that would be lost go to the state file; its name, to be freed, or NULL with
 * an errno in *ret_error. */
char *tuner_keep_edits(const struct app *app, int *ret_error);
/* Are there such of an earlier session? Then ask. */
void tuner_offer_kept(struct app *app);

#endif
