/* SPDX-License-Identifier: MIT */
/* frame - one picture of the whole screen from the state in hand. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/app.h"

/* Draw on a window of the whole screen; the caller shows it. */
void frame_draw(struct app *app, WINDOW *window);

#endif
