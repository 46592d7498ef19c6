/* SPDX-License-Identifier: MIT */
/* The event log: opening, closing, what it leaves out. */
#include "ui/actions.h"
#include "ui/app.h"

void log_open(struct app *app)
{
    app->log.is_open = true;
    app->log.is_off_end = false;
    strbuf_clear(&app->log.find);
}

void log_close(struct app *app)
{
    app->log.is_open = false;
}

void log_toggle_comings(struct app *app)
{
    app->log.hides_comings = !app->log.hides_comings;
    app->log.is_off_end = false;
}
