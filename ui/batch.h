/* SPDX-License-Identifier: MIT */
/* batch - the list as text or JSON instead of a screen. */
#ifndef UI_BATCH_H
#define UI_BATCH_H

#include "ui/app.h"
#include "ui/options.h"

/* Returns the program's exit status. */
int batch_run(struct app *app, const struct options *options);

#endif
