/* SPDX-License-Identifier: MIT */
/* The event log over the list: the latest at the bottom. */
#ifndef UI_PANEL_LOG_H
#define UI_PANEL_LOG_H

#include "ui/app.h"

void panel_log_draw(const struct brush *brush, struct app *app);

#endif
