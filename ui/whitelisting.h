/* SPDX-License-Identifier: MIT */
/*
 * whitelisting - the dialog that makes a whitelist entry out of a process. It is
 * pinned to the process it was opened for; what each entry would excuse is counted
 * anew with each snapshot.
 */
#ifndef UI_WHITELISTING_H
#define UI_WHITELISTING_H

#include "ui/app.h"

/* A new snapshot is in hand. */
void whitelisting_refreshed(struct app *app);

/* The engine's closer look at one process, which has its hash. */
void whitelisting_look(struct app *app, const void *block, size_t size);

#endif
