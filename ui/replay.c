/* SPDX-License-Identifier: MIT */
#include "ui/replay.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/prompt.h"

enum { INTERVAL_LEAST_MS = 100, INTERVAL_MOST_MS = 10000, INTERVAL_USUAL_MS = 2000 };

/* Of the whole recording: a pause in it is not waited for. */
static unsigned usual_interval(const struct recording *recording)
{
    size_t count = recording_count(recording);

    if (count < 2)
        return INTERVAL_USUAL_MS;
    int64_t all_ms =
        (recording_time_ns(recording, count - 1) - recording_time_ns(recording, 0)) / NS_PER_MS;
    int64_t interval_ms = all_ms / (int64_t)(count - 1);
    if (interval_ms < INTERVAL_LEAST_MS)
        return INTERVAL_LEAST_MS;
    return interval_ms > INTERVAL_MOST_MS ? (unsigned)INTERVAL_MOST_MS : (unsigned)interval_ms;
}

const char *replay_open(struct app *app, const char *path)
{
    struct recording *recording;
    const char *reason = "";

    if (!recording_open(path, &recording, &reason))
        return reason;
    app->replay = memory_new(1, sizeof *app->replay);
    app->replay->recording = recording;
    app->replay->index = recording_count(recording);
    app->interval_ms = usual_interval(recording);
    return NULL;
}

void replay_close(struct app *app)
{
    if (!app->replay)
        return;
    recording_free(app->replay->recording);
    free(app->replay);
    app->replay = NULL;
}

/* "+90", "-5m", "+1h": from a time on. */
static bool parse_step(struct span text, int64_t from_ns, int64_t *ret_ns)
{
    bool is_back = span_take_char(&text, '-');
    int64_t unit_s = 1;
    uint64_t number;

    if ((!is_back && !span_take_char(&text, '+')) || !span_take_u64(&text, &number) ||
        number > 366 * 86400)
        return false;
    if (span_take_char(&text, 'm'))
        unit_s = 60;
    else if (span_take_char(&text, 'h'))
        unit_s = 3600;
    else
        span_take_char(&text, 's');
    if (span_length(text) > 0)
        return false;
    int64_t step_ns = (int64_t)number * unit_s * NS_PER_S;
    *ret_ns = is_back ? from_ns - step_ns : from_ns + step_ns;
    return true;
}

/* Local time, as it is shown. */
static bool parse_clock(const char *text, int64_t day_ns, int64_t *ret_ns)
{
    static const char *const formats[] = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
                                          "%Y-%m-%d %H:%M", "%H:%M:%S", "%H:%M"};
    time_t day = (time_t)(day_ns / NS_PER_S);

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm broken;

        localtime_r(&day, &broken);
        broken.tm_hour = broken.tm_min = broken.tm_sec = 0;
        const char *end = strptime(text, formats[i], &broken);
        if (!end || *end != '\0')
            continue;
        broken.tm_isdst = -1;
        *ret_ns = (int64_t)mktime(&broken) * NS_PER_S;
        return true;
    }
    return false;
}

bool replay_parse_time(const struct replay *replay, const char *text, int64_t *ret_ns)
{
    const struct recording *recording = replay->recording;
    int64_t first_ns = recording_time_ns(recording, 0);
    bool is_shown = replay->index < recording_count(recording);
    int64_t now_ns = is_shown ? recording_time_ns(recording, replay->index) : first_ns;

    return parse_step(span_of_string(text), now_ns, ret_ns) ||
           parse_clock(text, first_ns, ret_ns);
}

/* What lies between two snapshots that do not follow each other did not happen at
 * once. */
static void forget_history(struct app *app)
{
    history_release(&app->list.history);
    app->list.history = (struct history){0};
    event_log_skip(&app->log);
}

bool replay_show(struct app *app, size_t index)
{
    struct replay *replay = app->replay;
    size_t count = recording_count(replay->recording);
    const char *reason = "";
    void *block;
    size_t size;

    if (!recording_read(replay->recording, index, &block, &size, &reason)) {
        app->is_paused = true;
        app_say(app, ROLE_ERROR, "%s", reason);
        return false;
    }
    if (replay->index < count && index != replay->index + 1)
        forget_history(app);
    replay->index = index;
    replay->due_ms = clock_monotonic_ms() + app->interval_ms;
    app_adopt(app, block, size);
    return true;
}

static bool show_time(struct app *app, int64_t time_ns)
{
    return replay_show(app, recording_find(app->replay->recording, time_ns));
}

void replay_begin(struct app *app, const char *at)
{
    int64_t at_ns;
    bool is_shown;

    if (at && replay_parse_time(app->replay, at, &at_ns))
        is_shown = show_time(app, at_ns);
    else
        is_shown = replay_show(app, 0);
    if (is_shown)
        app_say(app, ROLE_TEXT,
                "a recording: } and { step, @ goes to a time, Z stops it and plays on");
}

static bool has_next(const struct replay *replay)
{
    return replay->index + 1 < recording_count(replay->recording);
}

static void say_end(struct app *app)
{
    app->is_paused = true;
    app_say(app, ROLE_TEXT,
            recording_is_cut_short(app->replay->recording)
                ? "the recording ends here: it was cut short"
                : "the recording ends here");
}

void replay_tick(struct app *app)
{
    struct replay *replay = app->replay;

    if (!replay || app_is_frozen(app) || clock_monotonic_ms() < replay->due_ms)
        return;
    if (has_next(replay))
        replay_show(app, replay->index + 1);
    else
        say_end(app);
}

int replay_patience(const struct app *app, int otherwise_ms)
{
    int64_t left_ms;

    if (!app->replay || app_is_frozen(app))
        return otherwise_ms;
    left_ms = app->replay->due_ms - clock_monotonic_ms();
    if (left_ms < 0)
        return 0;
    return left_ms < otherwise_ms ? (int)left_ms : otherwise_ms;
}

/* The keys. */

static bool is_replay(struct app *app)
{
    if (!app->replay)
        app_say(app, ROLE_WARNING, "this is now, not a recording: --replay FILE shows one");
    return app->replay != NULL;
}

void replay_forward(struct app *app)
{
    if (!is_replay(app))
        return;
    app->is_paused = true;
    if (has_next(app->replay))
        replay_show(app, app->replay->index + 1);
    else
        say_end(app);
}

void replay_back(struct app *app)
{
    if (!is_replay(app))
        return;
    app->is_paused = true;
    if (app->replay->index > 0)
        replay_show(app, app->replay->index - 1);
    else
        app_say(app, ROLE_TEXT, "the recording begins here");
}

static void jump(struct app *app, const char *text)
{
    int64_t time_ns;

    if (*text == '\0')
        return;
    if (!replay_parse_time(app->replay, text, &time_ns)) {
        app_say(app, ROLE_WARNING, "\"%s\" is no time: 14:03:22, +90, -5m", text);
        return;
    }
    app->is_paused = true;
    show_time(app, time_ns);
}

void replay_ask(struct app *app)
{
    if (is_replay(app))
        prompt_open(app, "Go to the time (14:03:22, +90, -5m)", "", NULL, jump);
}
