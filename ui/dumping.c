/* SPDX-License-Identifier: MIT */
#include "ui/dumping.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/json.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/menu.h"
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
    struct report report = refresh_report(refresh, NULL, app->settings.scoring.min_score);
    report.masks_secrets = !(app->dumping.flags & DUMP_SECRETS);
    json_add_process(&report, snapshot_index(&refresh->snapshot, process), out);
}

static void tell_failure(struct app *app, const struct signal_target *target, int error)
{
    struct strbuf text = {0};

    strbuf_add_format(&text, "not dumped: %s", dump_error_text(error));
    tell(app, ROLE_ERROR, target, strbuf_string(&text));
    strbuf_release(&text);
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
        .flags = dumping->flags,
        .memory = {.kinds = dumping->memory},
    };
    dumping->number = engine_begin_dump(app->engine, &dump);
    strbuf_release(&reasons);
    dumping->is_under_way = dumping->number >= 0;
    if (dumping->is_under_way) {
        app_say(app, ROLE_TEXT, "dumping %d %s ...", target->pid, target->name);
    } else {
        tell_failure(app, target, dumping->number);
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
    strbuf_add_format(&text, "dumped to %s/%s", strbuf_string(&dumping->directory), name);
    if (error == 0)
        tell(app, ROLE_TEXT, target, strbuf_string(&text));
    else
        tell_failure(app, target, error);
    strbuf_release(&text);
    if (dumping->next == dumping->waiting_count && dumping->waiting_count > 1)
        app_say(app, dumping->done == dumping->waiting_count ? ROLE_TEXT : ROLE_WARNING,
                "%zu of %zu processes dumped to %s", dumping->done, dumping->waiting_count,
                strbuf_string(&dumping->directory));
}

static void begin_stopping(struct app *app)
{
    struct dumping *dumping = &app->dumping;
    int pin = engine_pin(app->engine, dumping->waiting, (unsigned)dumping->waiting_count);

    dumping->is_stopping = pin >= 0 && engine_send(app->engine, pin, SIGSTOP, 0) == 0;
    dumping->pin = pin;
    if (!dumping->is_stopping)
        app_say(app, ROLE_WARNING, "not stopped, since no signal can be sent now");
}

/* False while it is not known who could be stopped. */
static bool are_stopped(struct app *app)
{
    struct dumping *dumping = &app->dumping;
    /* Too large for a stack that may be small. */
    struct signal_outcomes *outcomes = memory_new(1, sizeof *outcomes);
    int result = engine_outcomes(app->engine, dumping->pin, outcomes);

    dumping->is_stopping =
        result == -EAGAIN || (result == 0 && outcomes->stage == ENGINE_STAGE_PINNED);
    if (!dumping->is_stopping)
        engine_unpin(app->engine, dumping->pin);
    for (unsigned i = 0; result == 0 && !dumping->is_stopping && i < outcomes->count; i++)
        event_log_act(&app->log, outcomes->items[i].pid, "SIGSTOP before its dump: %s",
                      signal_result_text((enum signal_result)outcomes->items[i].result));
    free(outcomes);
    return !dumping->is_stopping;
}

void dumping_poll(struct app *app)
{
    struct dumping *dumping = &app->dumping;
    char name[DUMP_NAME_SIZE];
    int error;

    if (dumping->is_stopping && !are_stopped(app))
        return;
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
    strbuf_set_string(&dumping->directory, directory);
    dumping->waiting =
        memory_resize(dumping->waiting, confirm->target_count, sizeof *dumping->waiting);
    memcpy(dumping->waiting, confirm->targets,
           confirm->target_count * sizeof *dumping->waiting);
    dumping->waiting_count = confirm->target_count;
    dumping->next = dumping->done = 0;
    if (dumping->wants_stop)
        begin_stopping(app);
    dumping_poll(app);
}

static const struct {
    bool wants_stop;
    uint32_t memory; /* enum dump_memory_kind */
    const char *name, *hint;
} ways[] = {
    {true,  0,               "STOP first",                  "freeze it, so that it stays as it is; CONT lets it go on"},
    {false, 0,               "as it runs",                  "its program, files, sockets, parents and reasons"        },
    {true,  DUMP_MEMORY_ODD, "STOP first, with code",
     "and its executable memory that is of no file"                                                                   },
    {false, DUMP_MEMORY_ODD, "as it runs, with code",       "the same, and nothing is sent to it"                     },
    {true,  DUMP_MEMORY_ALL, "STOP first, with its memory",
     "all that can be read, up to 256 MiB"                                                                            },
    {false, DUMP_MEMORY_ALL, "as it runs, with its memory",
     "the same, and nothing is sent to it"                                                                            },
};

static void ask_where(struct app *app, const struct menu_item *item)
{
    struct confirm *confirm = &app->confirm;

    app->dumping.wants_stop = ways[item->value].wants_stop;
    app->dumping.memory = ways[item->value].memory;
    prompt_open(app, confirm->title, strbuf_string(&app->dumping.directory), NULL, dump_into);
}

void dump_ask(struct app *app)
{
    struct confirm *confirm = &app->confirm;

    if (app->dumping.next < app->dumping.waiting_count) {
        app_say(app, ROLE_WARNING, "another dump is under way");
        return;
    }
    if (!signal_collect(app))
        return;
    if (confirm->target_count > 1)
        snprintf(confirm->title, sizeof confirm->title, "Dump %zu tagged into",
                 confirm->target_count);
    else
        snprintf(confirm->title, sizeof confirm->title, "Dump %d into", confirm->who.pid);
    menu_open(app, "Dump", ask_where);
    for (int i = 0; i < (int)(sizeof ways / sizeof *ways); i++)
        menu_add(app, i, ways[i].name, ways[i].hint);
}
