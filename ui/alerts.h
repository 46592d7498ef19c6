/* SPDX-License-Identifier: MIT */
/*
 * alerts - what happens when a process becomes flagged while the screen runs: a bell, a
 * line to syslog(3), both only if the user asked for them.
 */
#ifndef UI_ALERTS_H
#define UI_ALERTS_H

#include "ui/app.h"

/* After each snapshot and whenever it was scored again; the first one is no news, nor is
 * what comes to light of a process that was half read in it, and neither is what the
 * user's own edits flag. */
void alerts_look(struct app *app, bool is_news);

#endif
