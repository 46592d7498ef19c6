/* SPDX-License-Identifier: MIT */
/* commands - those of the ":" prompt that change what the list shows. */
#ifndef UI_COMMANDS_H
#define UI_COMMANDS_H

#include "ui/app.h"

/* rest: what stands behind the name, blanks before it taken off. */
void command_filter(struct app *app, struct span rest); /* a name, or an expression */
void command_forget(struct app *app, struct span rest);
void command_who(struct app *app, struct span rest);
void command_columns(struct app *app, struct span rest);
void command_sort(struct app *app, struct span rest);
void command_theme(struct app *app, struct span rest);
void command_keys(struct app *app, struct span rest);
void command_ring(struct app *app, struct span rest);
void command_syslog(struct app *app, struct span rest);

#endif
