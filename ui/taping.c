/* SPDX-License-Identifier: MIT */
#include "ui/taping.h"

#include <string.h>
#include <time.h>

#include "ui/actions.h"
#include "ui/app.h"
#include "ui/prompt.h"

int taping_begin(struct app *app, const char *path)
{
    int error = recorder_new(path, &app->recorder);

    if (error)
        return error;
    strbuf_clear(&app->tape);
    strbuf_add_string(&app->tape, path);
    if (app_has_snapshot(app))
        taping_add(app);
    return 0;
}

void taping_end(struct app *app)
{
    struct recorder_stats stats;
    struct strbuf size = {0};

    if (!app->recorder)
        return;
    recorder_stats(app->recorder, &stats);
    text_add_size(&size, stats.bytes);
    app_say(app, ROLE_TEXT, "recorded %llu snapshots to %s, %s",
            (unsigned long long)stats.frames, strbuf_string(&app->tape), strbuf_string(&size));
    event_log_act(&app->log, 0, "recorded to %s", strbuf_string(&app->tape));
    strbuf_release(&size);
    recorder_free(app->recorder);
    app->recorder = NULL;
}

void taping_add(struct app *app)
{
    int error = app->recorder ? recorder_add(app->recorder, &app->refresh->snapshot) : 0;

    if (!error)
        return;
    taping_end(app);
    app_say(app, ROLE_ERROR, "recording to %s ended: %s", strbuf_string(&app->tape),
            strerror(-error));
}

static void begin_at(struct app *app, const char *path)
{
    if (*path == '\0')
        return;
    int error = taping_begin(app, path);
    if (error)
        app_say(app, ROLE_ERROR, "%s: %s", path, strerror(-error));
    else
        app_say(app, ROLE_TEXT, "recording to %s: B ends it", path);
    app_send_request(app);
}

void record_toggle(struct app *app)
{
    char name[64] = "procwatch.rec";
    struct strbuf path = {0};
    time_t now = time(NULL);
    struct tm broken;

    if (app->recorder) {
        taping_end(app);
        app_send_request(app);
        return;
    }
    if (localtime_r(&now, &broken))
        strftime(name, sizeof name, "procwatch-%Y%m%d-%H%M%S.rec", &broken);
    strbuf_add_format(&path, "%s%s", strbuf_string(&app->files), name);
    prompt_open(app, "Record to", strbuf_string(&path), NULL, begin_at);
    strbuf_release(&path);
}
