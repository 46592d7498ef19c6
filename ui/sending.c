/* SPDX-License-Identifier: MIT */
#include "ui/sending.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/app.h"

static void tell(struct app *app, enum role role, const char *text)
{
    app_say(app, role, "%s", text);
    event_log_act(&app->log, 0, "%s", text);
}

/* "SIGKILL to 4242 sh". */
static void add_what(struct strbuf *out, const struct sending *sending, unsigned count)
{
    strbuf_add_format(out, "SIG%s to ", sigabbrev_np(sending->number));
    if (count == 1)
        strbuf_add_format(out, "%d %s", sending->pid, sending->name);
    else
        strbuf_add_format(out, "%u processes", count);
}

static enum role add_one_result(struct strbuf *out, const struct signal_outcome *outcome)
{
    switch ((enum signal_result)outcome->result) {
    case SIGNAL_SENT:
        strbuf_add_string(out, ": sent");
        return ROLE_TEXT;
    case SIGNAL_GONE:
        strbuf_add_string(out, ": it was gone already, nothing was sent");
        return ROLE_WARNING;
    case SIGNAL_REFUSED:
        strbuf_add_string(out, ": refused, it is init, a kernel thread, this program or an "
                               "ancestor of it");
        return ROLE_WARNING;
    case SIGNAL_NOT_ALLOWED:
        strbuf_add_string(out, ": not allowed, it belongs to somebody else");
        return ROLE_ERROR;
    case SIGNAL_UNSURE:
        strbuf_add_string(out, ": it hangs in exec and does not look as it did, nothing was "
                               "sent");
        return ROLE_ERROR;
    case SIGNAL_FAILED:
        break;
    }
    strbuf_add_format(out, ": failed, %s", strerror(outcome->error));
    return ROLE_ERROR;
}

static enum role add_results(struct strbuf *out, const struct signal_outcomes *outcomes)
{
    unsigned counts[SIGNAL_FAILED + 1] = {0};

    if (outcomes->count == 1)
        return add_one_result(out, &outcomes->items[0]);
    for (unsigned i = 0; i < outcomes->count; i++)
        if (outcomes->items[i].result <= SIGNAL_FAILED)
            counts[outcomes->items[i].result]++;
    strbuf_add_format(out, ": sent to %u", counts[SIGNAL_SENT]);
    for (unsigned result = SIGNAL_SENT + 1; result <= SIGNAL_FAILED; result++)
        if (counts[result] > 0)
            strbuf_add_format(out, ", %u %s", counts[result],
                              signal_result_text((enum signal_result)result));
    return counts[SIGNAL_SENT] == outcomes->count ? ROLE_TEXT : ROLE_WARNING;
}

/* Who is as the signal wants them to be. */
static bool has_obeyed(int number, char state)
{
    switch (number) {
    case SIGSTOP:
        return state == 'T' || state == 't' || state == 0;
    case SIGCONT:
        return state != 'T';
    default:
        return state == 0;
    }
}

static const char *word_for(int number)
{
    return number == SIGSTOP ? "stopped" : number == SIGCONT ? "going on" : "gone";
}

static enum role add_one_state(struct strbuf *out, const struct sending *sending, char state)
{
    strbuf_add_format(out, "%d %s is ", sending->pid, sending->name);
    if (has_obeyed(sending->number, state)) {
        strbuf_add_string(out, state == 0 ? "gone" : word_for(sending->number));
        return ROLE_TEXT;
    }
    if (state == 'D')
        strbuf_add_string(out, "still there: in uninterruptible sleep (D), it obeys when that "
                               "ends");
    else
        strbuf_add_format(out, "still there (state %c)", state);
    return ROLE_WARNING;
}

static void tell_aftermath(struct app *app, const struct sending *sending,
                           const struct signal_outcomes *outcomes)
{
    struct strbuf text = {0};
    unsigned obeyed = 0, sent = 0;
    enum role role;

    for (unsigned i = 0; i < outcomes->count; i++) {
        if (outcomes->items[i].result != SIGNAL_SENT)
            continue;
        sent++;
        obeyed += has_obeyed(sending->number, outcomes->items[i].state);
    }
    /* Only these say what they want to become of a process. */
    if (sent == 0 || (sending->number != SIGSTOP && sending->number != SIGCONT &&
                      sending->number != SIGTERM && sending->number != SIGKILL))
        return;
    if (outcomes->count == 1) {
        role = add_one_state(&text, sending, outcomes->items[0].state);
    } else {
        strbuf_add_format(&text, "%u of %u are %s", obeyed, sent, word_for(sending->number));
        for (unsigned i = 0, told = 0; i < outcomes->count && told < 4; i++)
            if (outcomes->items[i].result == SIGNAL_SENT &&
                !has_obeyed(sending->number, outcomes->items[i].state))
                strbuf_add_format(&text, "%s %d (%c)", told++ == 0 ? "; not" : ",",
                                  outcomes->items[i].pid, outcomes->items[i].state);
        role = obeyed == sent ? ROLE_TEXT : ROLE_WARNING;
    }
    tell(app, role, strbuf_string(&text));
    strbuf_release(&text);
}

static void tell_sent(struct app *app, const struct sending *sending,
                      const struct signal_outcomes *outcomes)
{
    struct strbuf text = {0};
    enum role role;

    add_what(&text, sending, outcomes->count);
    role = add_results(&text, outcomes);
    tell(app, role, strbuf_string(&text));
    strbuf_release(&text);
    engine_refresh_now(app->engine);
}

void sending_begin(struct app *app)
{
    struct confirm *confirm = &app->confirm;
    struct sending *sending = NULL;

    for (int i = 0; i < SENDINGS_MAX && !sending; i++)
        if (!app->sendings[i].is_busy)
            sending = &app->sendings[i];
    int error = sending ? engine_send(app->engine, confirm->pin, confirm->signal,
                                      (unsigned)confirm->flags)
                        : -EBUSY;
    if (error) {
        app_say(app, ROLE_ERROR, "nothing was sent: %s", strerror(-error));
        return;
    }
    *sending = (struct sending){
        .is_busy = true,
        .pin = confirm->pin,
        .number = confirm->signal,
        .pid = confirm->who.pid,
    };
    snprintf(sending->name, sizeof sending->name, "%s", strbuf_string(&confirm->name));
}

/* What can be signalled, while the question is asked. */
static void poll_question(struct app *app, struct signal_outcomes *outcomes)
{
    struct confirm *confirm = &app->confirm;

    if (!confirm->is_open || !confirm->is_pinned ||
        engine_outcomes(app->engine, confirm->pin, outcomes) != 0 ||
        outcomes->stage != ENGINE_STAGE_PINNED)
        return;
    confirm->lost = 0;
    for (unsigned i = 0; i < outcomes->count; i++)
        confirm->lost += outcomes->items[i].result != SIGNAL_SENT;
    app->is_dirty |= confirm->lost > 0;
}

static void poll_sending(struct app *app, struct sending *sending,
                         struct signal_outcomes *outcomes)
{
    int error;

    while (sending->is_busy &&
           (error = engine_outcomes(app->engine, sending->pin, outcomes)) != -EAGAIN) {
        if (error) {
            app_say(app, ROLE_ERROR, "it is not known whether SIG%s was sent to %d: %s",
                    sigabbrev_np(sending->number), sending->pid, strerror(-error));
            sending->is_busy = false;
        } else if (outcomes->stage == ENGINE_STAGE_SENT) {
            tell_sent(app, sending, outcomes);
        } else if (outcomes->stage == ENGINE_STAGE_AFTER) {
            tell_aftermath(app, sending, outcomes);
            sending->is_busy = false;
            engine_refresh_now(app->engine);
        }
    }
}

void sending_poll(struct app *app)
{
    /* Too large for a stack that may be small. */
    struct signal_outcomes *outcomes = memory_new(1, sizeof *outcomes);

    poll_question(app, outcomes);
    for (int i = 0; i < SENDINGS_MAX; i++)
        poll_sending(app, &app->sendings[i], outcomes);
    free(outcomes);
}
