/* SPDX-License-Identifier: MIT */
/*
 * Sending a signal: choose, be asked, see what happened. The process is pinned
 * by pid and start time when the menu opens, and the list stands still until
 * the question is answered.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ui/actions.h"
#include "ui/app.h"
#include "ui/detail.h"
#include "ui/menu.h"

/* Stopping comes first: it destroys nothing, and what is stopped can be looked
 * at before it is killed. */
static const struct {
    int number;
    const char *name, *hint;
} signals[] = {
    {SIGSTOP, "STOP", "freeze it, to look at it in peace"    },
    {SIGCONT, "CONT", "let it go on"                         },
    {SIGTERM, "TERM", "ask it to end"                        },
    {SIGKILL, "KILL", "end it"                               },
    {SIGINT,  "INT",  "as ^C does"                           },
    {SIGHUP,  "HUP",  "its terminal is gone; daemons re-read"},
    {SIGQUIT, "QUIT", "end it with a core dump"              },
    {SIGABRT, "ABRT", "end it with a core dump"              },
    {SIGUSR1, "USR1", ""                                     },
    {SIGUSR2, "USR2", ""                                     },
};

enum { AFTERMATH_MS = 1000 };

static const char *signal_name(int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].number == number)
            return signals[i].name;
    return "?";
}

static void pin_text(struct strbuf *out, const struct snapshot *snapshot, struct text_ref text)
{
    strbuf_clear(out);
    strbuf_add_span(out, snapshot_span(snapshot, text));
}

static void pin(struct confirm *confirm, const struct row *row)
{
    const struct process *process = row->process;

    confirm->who = (struct identity){process->pid, process->starttime};
    confirm->uid = process->uid[0];
    confirm->age_s = snapshot_age(row->snapshot, process);
    pin_text(&confirm->name, row->snapshot, process->comm);
    pin_text(&confirm->user, row->snapshot, process->user);
    pin_text(&confirm->exe, row->snapshot, process->exe);
}

static void signal_chosen(struct app *app, const struct menu_item *item)
{
    app->confirm.signal = item->value;
    app->confirm.is_open = true;
}

void signal_choose(struct app *app)
{
    struct subject subject;
    struct row row;

    if (app_context(app) == CONTEXT_DETAIL) {
        if (!detail_subject(app, &subject))
            return;
        if (subject.is_gone) {
            app_say(app, ROLE_WARNING, "it is gone");
            return;
        }
        row = subject.row;
    } else if (!app_selected_row(app, &row)) {
        return;
    }
    pin(&app->confirm, &row);
    menu_open(app, "Signal", signal_chosen);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        menu_add(app, signals[i].number, signals[i].name, signals[i].hint);
}

static void expect_aftermath(struct app *app)
{
    const struct confirm *confirm = &app->confirm;

    if (confirm->signal != SIGTERM && confirm->signal != SIGKILL)
        return;
    app->aftermath.who = confirm->who;
    app->aftermath.signal = confirm->signal;
    app->aftermath.due_ms = monotonic_ms() + AFTERMATH_MS;
    snprintf(app->aftermath.name, sizeof app->aftermath.name, "%s",
             strbuf_string(&confirm->name));
}

void signal_confirm(struct app *app)
{
    struct confirm *confirm = &app->confirm;
    const char *name = strbuf_string(&confirm->name);
    int pid = confirm->who.pid, error = 0;
    struct signal_target target = {
        .pid = pid, .starttime = confirm->who.starttime, .uid = confirm->uid};
    enum signal_result result;

    confirm->is_open = false;
    if (!app->engine)
        return;
    snprintf(target.name, sizeof target.name, "%s", name);
    result = engine_signal_to(app->engine, &target, confirm->signal, &error);
    switch (result) {
    case SIGNAL_SENT:
        app_say(app, ROLE_TEXT, "SIG%s sent to %d %s", signal_name(confirm->signal), pid, name);
        expect_aftermath(app);
        engine_refresh_now(app->engine);
        return;
    case SIGNAL_GONE:
        app_say(app, ROLE_WARNING, "%d %s was gone already: nothing was sent", pid, name);
        return;
    case SIGNAL_REFUSED:
        app_say(app, ROLE_WARNING,
                "refused: %d %s is init, a kernel thread, this program or an ancestor of it",
                pid, name);
        return;
    case SIGNAL_NOT_ALLOWED:
        app_say(app, ROLE_ERROR, "not allowed: %d %s belongs to somebody else", pid, name);
        return;
    case SIGNAL_UNSURE:
        app_say(app, ROLE_ERROR,
                "%d %s hangs in exec and does not look as it did: nothing was sent", pid, name);
        return;
    case SIGNAL_FAILED:
        break;
    }
    app_say(app, ROLE_ERROR, "SIG%s to %d %s failed: %s", signal_name(confirm->signal), pid,
            name, strerror(error));
}

void signal_cancel(struct app *app)
{
    app->confirm.is_open = false;
    app_say(app, ROLE_TEXT, "nothing was sent");
}
