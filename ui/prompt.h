/* SPDX-License-Identifier: MIT */
/*
 * prompt - one line of text being typed at the bottom of the screen, edited as
 * readline does it.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/app.h"

/* Ask for a text that begins as given. changed is called at each edit (and with
 * the text from before when it is cancelled), done when it is accepted; either
 * may be NULL. The label stays the caller's. */
void prompt_open(struct app *app, const char *label, const char *text,
                 void (*changed)(struct app *app, const char *text),
                 void (*done)(struct app *app, const char *text));

/* Up and Down bring back these texts, and what is accepted joins them. */
void prompt_recall_from(struct app *app, struct typed *texts);

void typed_add(struct typed *texts, const char *text);
void typed_release(struct typed *texts);

/* A character was typed. */
void prompt_insert(struct app *app, uint32_t character);

#endif
