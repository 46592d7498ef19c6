/* SPDX-License-Identifier: MIT */
/* taping - what is seen goes to a recording, while one is under way. */
#ifndef UI_TAPING_H
#define UI_TAPING_H

#include "recording/recorder.h"

struct app;

/* Negative errno. */
int taping_begin(struct app *app, const char *path);
void taping_end(struct app *app);

/* The snapshot in hand alone, to a new recording where files go; says where. */
void taping_keep_one(struct app *app);

/* The snapshot in hand is new. */
void taping_add(struct app *app);

#endif
