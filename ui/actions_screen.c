/* SPDX-License-Identifier: MIT */
/* The screen as a whole: threshold, pause, delay, header, leaving. */
#include <stdio.h>

#include "base/options.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/options.h"
#include "ui/prompt.h"
#include "ui/review.h"
#include "ui/tuner.h"

static const double threshold_step = 0.5;

void threshold_lower(struct app *app)
{
    tuner_step(app, "min_score", -threshold_step);
}

void threshold_raise(struct app *app)
{
    tuner_step(app, "min_score", threshold_step);
}

void screen_pause(struct app *app)
{
    app->is_paused = !app->is_paused;
    app_send_request(app);
    if (!app->is_paused && app->engine)
        engine_refresh_now(app->engine);
    app_say(app, ROLE_TEXT, app->is_paused ? "paused: Z goes on" : "going on");
}

static void delay_done(struct app *app, const char *text)
{
    unsigned interval_ms;
    const char *wrong = interval_parse(text, &interval_ms);

    if (wrong) {
        app_say(app, ROLE_WARNING, "delay: %s", wrong);
        return;
    }
    app->interval_ms = interval_ms;
    app_send_request(app);
}

void screen_delay(struct app *app)
{
    char text[32];

    snprintf(text, sizeof text, "%g", app->interval_ms / 1000.0);
    prompt_open(app, "Seconds between refreshes", text, NULL, delay_done);
}

void screen_fold_header(struct app *app)
{
    app->is_header_folded = !app->is_header_folded;
}

void screen_repaint(struct app *app)
{
    app->wants_repaint = true;
}

void screen_suspend(struct app *app)
{
    app->wants_suspend = true;
}

/* The loop starts it: it has the terminal. */
void screen_edit_file(struct app *app)
{
    if (app->tuning.file.path)
        app->wants_editor = true;
    else
        app_say(app, ROLE_WARNING,
                "there is no home directory to keep a file in; start with --config FILE");
}

void screen_quit(struct app *app)
{
    if (app_has_edits(app) && !app->is_readonly)
        review_ask_before_quitting(app);
    else
        app->is_running = false;
}
