/* SPDX-License-Identifier: MIT */
/*
 * Sending a signal: choose, be asked, see what happened. The processes are pinned
 * when the question is put, and the list stands still until it is answered.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/detail.h"
#include "ui/menu.h"

/* Stopping comes first: it destroys nothing, and what is stopped can be looked
 * at before it is killed. Trees are frozen before the first of them dies, or those
 * that are left would start what died again. */
static const struct {
    int number;
    unsigned flags; /* enum engine_signal_flags */
    const char *name, *hint;
} signals[] = {
    {SIGSTOP, 0,           "STOP",      "freeze it, to look at it in peace"             },
    {SIGCONT, 0,           "CONT",      "let it go on"                                  },
    {SIGTERM, 0,           "TERM",      "ask it to end"                                 },
    {SIGKILL, 0,           "KILL",      "end it"                                        },
    {SIGSTOP, ENGINE_TREE, "STOP tree", "freeze it and all that came from it"           },
    {SIGKILL, ENGINE_TREE, "KILL tree", "freeze it and all that came from it, then kill"},
    {SIGINT,  0,           "INT",       "as ^C does"                                    },
    {SIGHUP,  0,           "HUP",       "its terminal is gone; daemons re-read"         },
    {SIGQUIT, 0,           "QUIT",      "end it with a core dump"                       },
    {SIGABRT, 0,           "ABRT",      "end it with a core dump"                       },
    {SIGUSR1, 0,           "USR1",      ""                                              },
    {SIGUSR2, 0,           "USR2",      ""                                              },
};

static void pin_text(struct strbuf *out, const struct snapshot *snapshot, struct text_ref text)
{
    strbuf_clear(out);
    strbuf_add_span(out, snapshot_span(snapshot, text));
}

static void add_target(struct confirm *confirm, const struct snapshot *snapshot,
                       const struct process *process)
{
    if (confirm->target_count == ENGINE_TARGETS_MAX)
        return;
    confirm->targets = memory_grow(confirm->targets, confirm->target_count,
                                   &confirm->target_capacity, sizeof *confirm->targets);
    struct signal_target *target = &confirm->targets[confirm->target_count++];

    *target = (struct signal_target){
        .pid = process->pid, .starttime = process->starttime, .uid = process->uid[ID_REAL]};
    snprintf(target->name, sizeof target->name, "%s", snapshot_string(snapshot, process->comm));
    if (confirm->target_count > 1)
        strbuf_add_string(&confirm->all, ", ");
    strbuf_add_format(&confirm->all, "%d %s", target->pid, target->name);
}

/* The first of them in full: the only one, mostly. */
static void describe_first(struct confirm *confirm, const struct snapshot *snapshot,
                           const struct process *process)
{
    confirm->who = (struct identity){process->pid, process->starttime};
    confirm->age_s = snapshot_age(snapshot, process);
    pin_text(&confirm->name, snapshot, process->comm);
    pin_text(&confirm->user, snapshot, process->user);
    pin_text(&confirm->exe, snapshot, process->exe);
}

static void clear_targets(struct confirm *confirm)
{
    confirm->target_count = confirm->lost = 0;
    strbuf_clear(&confirm->all);
}

/* Those that are tagged, when some are and the list has the keys. */
static bool collect_tagged(struct app *app)
{
    struct confirm *confirm = &app->confirm;
    const struct snapshot *snapshot = &app->refresh->snapshot;

    if (app->list.tagged.count == 0 || !app_has_snapshot(app))
        return false;
    for (size_t i = 0; i < snapshot->process_count; i++)
        if (identities_have(&app->list.tagged, &snapshot->processes[i])) {
            if (confirm->target_count == 0)
                describe_first(confirm, snapshot, &snapshot->processes[i]);
            add_target(confirm, snapshot, &snapshot->processes[i]);
        }
    return confirm->target_count > 0;
}

bool signal_collect(struct app *app)
{
    struct subject subject;
    struct row row;

    clear_targets(&app->confirm);
    if (app_has_snapshot(app) && app->refresh->snapshot.header->flags & SNAPSHOT_IS_RECORDED) {
        app_say(app, ROLE_WARNING, "this is a recording: nothing of it can be acted on");
        return false;
    }
    if (app_context(app) == CONTEXT_DETAIL) {
        if (!detail_subject(app, &subject))
            return false;
        if (subject.is_gone) {
            app_say(app, ROLE_WARNING, "it is gone");
            return false;
        }
        row = subject.row;
    } else if (collect_tagged(app)) {
        return true;
    } else if (!app_selected_row(app, &row)) {
        return false;
    }
    describe_first(&app->confirm, row.snapshot, row.process);
    add_target(&app->confirm, row.snapshot, row.process);
    return true;
}

static void signal_chosen(struct app *app, const struct menu_item *item)
{
    struct confirm *confirm = &app->confirm;

    confirm->signal = signals[item->value].number;
    confirm->flags = signals[item->value].flags;
    if (confirm->target_count > 1 && (confirm->signal == SIGKILL || confirm->signal == SIGTERM))
        confirm->flags |= ENGINE_FREEZE_FIRST;
    confirm->is_open = true;
    confirm->is_pinned = false;
    if (!app->engine)
        return;
    confirm->pin = engine_pin(app->engine, confirm->targets, (unsigned)confirm->target_count);
    confirm->is_pinned = confirm->pin >= 0;
    if (!confirm->is_pinned) {
        confirm->is_open = false;
        app_say(app, ROLE_ERROR, "no signal can be sent now: %s", strerror(-confirm->pin));
    }
}

void signal_choose(struct app *app)
{
    if (!signal_collect(app))
        return;
    snprintf(app->confirm.title, sizeof app->confirm.title, "Signal to %zu tagged",
             app->confirm.target_count);
    menu_open(app, app->confirm.target_count > 1 ? app->confirm.title : "Signal",
              signal_chosen);
    for (int i = 0; i < (int)(sizeof signals / sizeof *signals); i++)
        menu_add(app, i, signals[i].name, signals[i].hint);
}

void signal_confirm(struct app *app)
{
    app->confirm.is_open = false;
    if (app->engine)
        sending_begin(app);
}

void signal_cancel(struct app *app)
{
    app->confirm.is_open = false;
    if (app->engine && app->confirm.is_pinned)
        engine_unpin(app->engine, app->confirm.pin);
    app_say(app, ROLE_TEXT, "nothing was sent");
}
