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
    strbuf_set_string(&app->tape, path);
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

/* "procwatch-20261124-084000.rec", before which stands where files go. */
static void add_new_name(const struct app *app, struct strbuf *out)
{
    char name[64] = "procwatch.rec";
    time_t now = time(NULL);
    struct tm broken;

    if (localtime_r(&now, &broken))
        strftime(name, sizeof name, "procwatch-%Y%m%d-%H%M%S.rec", &broken);
    strbuf_add_format(out, "%s%s", strbuf_string(&app->files), name);
}

void taping_keep_one(struct app *app)
{
    struct recorder *recorder;
    struct strbuf path = {0};

    if (app->is_readonly || !app_has_snapshot(app)) {
        app_say(app, ROLE_WARNING, "the snapshot is not kept: %s",
                app->is_readonly ? "this is --readonly" : "there is none yet");
        return;
    }
    add_new_name(app, &path);
    int error = recorder_new(strbuf_string(&path), &recorder);
    if (!error) {
        error = recorder_add(recorder, &app->refresh->snapshot);
        recorder_free(recorder);
    }
    if (error)
        app_say(app, ROLE_ERROR, "%s: %s", strbuf_string(&path), strerror(-error));
    else
        app_say(app, ROLE_TEXT, "the snapshot is in %s", strbuf_string(&path));
    strbuf_release(&path);
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
    struct strbuf path = {0};

    if (app->recorder) {
        taping_end(app);
        app_send_request(app);
        return;
    }
    add_new_name(app, &path);
    prompt_open(app, "Record to", strbuf_string(&path), NULL, begin_at);
    strbuf_release(&path);
}
