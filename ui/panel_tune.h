/* SPDX-License-Identifier: MIT */
/* The panel of thresholds and weights. */
#ifndef UI_PANEL_TUNE_H
#define UI_PANEL_TUNE_H

#include "ui/app.h"

/* Scrolls to the cursor before it draws. */
void panel_tune_draw(const struct brush *brush, struct app *app);

/* "7 processes: 1 newly flagged, ..."; empty without edits. Returns how loud it is: what
 * nobody feels is dim. */
enum role whatif_line(const struct app *app, struct strbuf *out);

#endif
