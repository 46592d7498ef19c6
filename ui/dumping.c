/* SPDX-License-Identifier: MIT */
#include "ui/dumping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/json.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/prompt.h"

void dumping_release(struct dumping *dumping)
{
    strbuf_release(&dumping->directory);
    free(dumping->waiting);
    *dumping = (struct dumping){0};
}

static void tell(struct app *app, enum role role, const struct signal_target *target,
                 const char *text)
{
    app_say(app, role, "%d %s: %s", target->pid, target->name, text);
    event_log_act(&app->log, target->pid, "%s: %s", target->name, text);
}

/* Why it scores, as it was known when the dump was asked for. */
static void add_reasons(struct app *app, const struct signal_target *target, struct strbuf *out)
{
    const struct refresh *refresh = app->refresh;
    const struct process *process =
        snapshot_find_identity(&refresh->snapshot, target->pid, target->starttime);

    if (!process)
        return;
    uint32_t index = (uint32_t)(process - refresh->snapshot.processes);
    const struct view view = {.rows = &index, .count = 1, .matched = 1};
    const struct report report = {
        .snapshot = &refresh->snapshot,
        .relations = refresh->relations,
        .assessment = &refresh->assessment,
        .scores = &refresh->scores,
        .view = &view,
        .min_score = app->settings.scoring.min_score,
        .anomaly = app->learned.anomaly,
        .masks_secrets = true,
    };

    json_add_process(&report, index, out);
}

static const char *why_not(int error)
{
    switch (error) {
    case -ESRCH:
        return "it is gone: nothing was dumped";
    case -EPERM:
        return "the directory for dumps is not yours alone: nothing was dumped";
    case -ETIMEDOUT:
        return "it hangs: a part of the dump may be there";
    default:
        return strerror(-error);
    }
}

static void begin_next(struct app *app)
{
    struct dumping *dumping = &app->dumping;
    const struct signal_target *target = &dumping->waiting[dumping->next];
    struct strbuf reasons = {0};

    add_reasons(app, target, &reasons);
    const struct engine_dump dump = {
        .pid = target->pid,
        .starttime = target->starttime,
        .directory = strbuf_string(&dumping->directory),
        .reasons = strbuf_span(&reasons),
    };
    dumping->number = engine_begin_dump(app->engine, &dump);
    strbuf_release(&reasons);
    dumping->is_under_way = dumping->number >= 0;
    if (dumping->is_under_way) {
        app_say(app, ROLE_TEXT, "dumping %d %s ...", target->pid, target->name);
    } else {
        tell(app, ROLE_ERROR, target, why_not(dumping->number));
        dumping->next++;
    }
}

static void finish(struct app *app, int error, const char *name)
{
    struct dumping *dumping = &app->dumping;
    const struct signal_target *target = &dumping->waiting[dumping->next++];
    struct strbuf text = {0};

    dumping->is_under_way = false;
    dumping->done += error == 0;
    if (error == 0)
        strbuf_add_format(&text, "dumped to %s/%s", strbuf_string(&dumping->directory), name);
    else
        strbuf_add_string(&text, why_not(error));
    tell(app, error == 0 ? ROLE_TEXT : ROLE_ERROR, target, strbuf_string(&text));
    strbuf_release(&text);
    if (dumping->next == dumping->waiting_count && dumping->waiting_count > 1)
        app_say(app, dumping->done == dumping->waiting_count ? ROLE_TEXT : ROLE_WARNING,
                "%zu of %zu processes dumped to %s", dumping->done, dumping->waiting_count,
                strbuf_string(&dumping->directory));
}

void dumping_poll(struct app *app)
{
    struct dumping *dumping = &app->dumping;
    char name[DUMP_NAME_SIZE];
    int error;

    if (dumping->is_under_way) {
        error = engine_finish_dump(app->engine, dumping->number, &name);
        if (error == -EAGAIN)
            return;
        finish(app, error, name);
    }
    while (dumping->next < dumping->waiting_count && !dumping->is_under_way)
        begin_next(app);
}

static void dump_into(struct app *app, const char *directory)
{
    struct dumping *dumping = &app->dumping;
    const struct confirm *confirm = &app->confirm;

    if (*directory == '\0' || !app->engine)
        return;
    if (dumping->next < dumping->waiting_count) {
        app_say(app, ROLE_WARNING, "another dump is under way");
        return;
    }
    strbuf_clear(&dumping->directory);
    strbuf_add_string(&dumping->directory, directory);
    dumping->waiting =
        memory_resize(dumping->waiting, confirm->target_count, sizeof *dumping->waiting);
    memcpy(dumping->waiting, confirm->targets,
           confirm->target_count * sizeof *dumping->waiting);
    dumping->waiting_count = confirm->target_count;
    dumping->next = dumping->done = 0;
    dumping_poll(app);
}

void dump_ask(struct app *app)
{
    struct confirm *confirm = &app->confirm;

    if (!signal_collect(app))
        return;
    if (confirm->target_count > 1)
        snprintf(confirm->title, sizeof confirm->title, "Dump %zu tagged into",
                 confirm->target_count);
    else
        snprintf(confirm->title, sizeof confirm->title, "Dump %d into", confirm->who.pid);
    prompt_open(app, confirm->title, strbuf_string(&app->dumping.directory), NULL, dump_into);
}
