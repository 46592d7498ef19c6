/* SPDX-License-Identifier: MIT */
/* The pane that shows what a save would write. */
#ifndef UI_PANEL_REVIEW_H
#define UI_PANEL_REVIEW_H

#include "ui/app.h"

void panel_review_draw(const struct brush *brush, struct app *app);

#endif
