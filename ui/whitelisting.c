/* SPDX-License-Identifier: MIT */
#include "ui/whitelisting.h"

#include <stdio.h>
#include <string.h>

#include "settings/schema.h"
#include "ui/actions.h"
#include "ui/detail.h"
#include "ui/prompt.h"
#include "ui/tuner.h"

static const struct process *find(const struct app *app, struct identity who)
{
    if (!app_has_snapshot(app))
        return NULL;
    return snapshot_find_identity(&app->refresh->snapshot, who.pid, who.starttime);
}

static bool offer_is_there(const struct whitelist_offer *offer)
{
    return offer->text.length > 0;
}

/* The first that is offered, from there on in steps of +1 or -1. */
static void move_from(struct whitelisting *dialog, int index, int by)
{
    for (; index >= 0 && index < WHITELIST_OFFER_COUNT; index += by)
        if (offer_is_there(&dialog->offers.offers[index])) {
            dialog->index = (size_t)index;
            return;
        }
}

static void write_offers(struct app *app)
{
    struct whitelisting *dialog = &app->whitelisting;
    const struct process *process = find(app, dialog->who);

    if (!process)
        return;
    if (process->facts[FACT_SHA256] == FACT_KNOWN) {
        dialog->hash = process->sha256;
        dialog->has_hash = true;
    }
    const struct whitelist_subject subject = {
        .process = snapshot_index(&app->refresh->snapshot, process),
        .heuristic = dialog->heuristic,
        .hash = dialog->has_hash ? &dialog->hash : NULL,
    };
    whitelist_offers_write(&dialog->offers, app->refresh, &subject, &app->settings.scoring);
}

void whitelisting_refreshed(struct app *app)
{
    if (app->whitelisting.is_open)
        write_offers(app);
}

void whitelisting_look(struct app *app, const void *block, size_t size)
{
    struct whitelisting *dialog = &app->whitelisting;
    struct snapshot snapshot;
    const char *reason;

    if (!dialog->is_open || dialog->has_hash || !snapshot_open(block, size, &snapshot, &reason))
        return;
    const struct process *process =
        snapshot_find_identity(&snapshot, dialog->who.pid, dialog->who.starttime);
    if (!process || process->facts[FACT_SHA256] != FACT_KNOWN)
        return;
    dialog->hash = process->sha256;
    dialog->has_hash = true;
    write_offers(app);
    /* The best one came late: choose it unless somebody chose already. */
    if (dialog->index == 1)
        dialog->index = 0;
    app->is_dirty = true;
}

static bool find_subject(struct app *app, struct row *ret_row)
{
    struct subject subject;

    if (app_context(app) != CONTEXT_DETAIL)
        return app_selected_row(app, ret_row);
    if (!detail_subject(app, &subject) || subject.is_gone) {
        app_say(app, ROLE_WARNING, "it is gone");
        return false;
    }
    *ret_row = subject.row;
    return true;
}

/* The one under the cursor in the details, else the strongest. */
static int chosen_reason(const struct app *app, const struct row *row)
{
    if (app_context(app) == CONTEXT_DETAIL)
        return detail_reason(app);
    return row->verdict->reason_count > 0 ? (int)row_reasons(row)[0].heuristic_index : -1;
}

void whitelist_choose(struct app *app)
{
    struct whitelisting *dialog = &app->whitelisting;
    struct row row;

    if (!find_subject(app, &row))
        return;
    dialog->who = (struct identity){row.process->pid, row.process->starttime};
    snprintf(dialog->name, sizeof dialog->name, "%s",
             snapshot_string(row.snapshot, row.process->comm));
    dialog->has_hash = false;
    dialog->heuristic = chosen_reason(app, &row);
    dialog->is_open = true;
    write_offers(app);
    move_from(dialog, 0, 1);
    app_send_request(app);
}

void whitelist_up(struct app *app)
{
    move_from(&app->whitelisting, (int)app->whitelisting.index - 1, -1);
}

void whitelist_down(struct app *app)
{
    move_from(&app->whitelisting, (int)app->whitelisting.index + 1, 1);
}

void whitelist_cancel(struct app *app)
{
    app->whitelisting.is_open = false;
    app_send_request(app);
}

static void add_entry(struct app *app, const char *text)
{
    struct whitelisting *dialog = &app->whitelisting;
    const struct whitelist_offer *offer = &dialog->offers.offers[dialog->index];
    char path[SETTING_PATH_SIZE];

    snprintf(path, sizeof path, "whitelist.%s", whitelist_kind_key(offer->kind));
    dialog->is_open = false;
    if (offer->kind == WHITELIST_HASH && app_has_snapshot(app))
        refresh_learn_hash(app->refresh, dialog->who.pid, dialog->who.starttime, &dialog->hash);
    tuner_edit(app, EDIT_ADD, path, text);
    app_send_request(app);
}

void whitelist_accept(struct app *app)
{
    const struct whitelist_offer *offer =
        &app->whitelisting.offers.offers[app->whitelisting.index];

    if (offer_is_there(offer))
        add_entry(app, strbuf_string(&offer->text));
}

void whitelist_edit(struct app *app)
{
    const struct whitelist_offer *offer =
        &app->whitelisting.offers.offers[app->whitelisting.index];

    if (offer_is_there(offer))
        prompt_open(app, "Entry", strbuf_string(&offer->text), NULL, add_entry);
}

void acknowledge(struct app *app)
{
    struct row row;

    if (!find_subject(app, &row))
        return;
    int pid = row.process->pid;
    bool is_in = acknowledged_toggle(&app->acknowledged, pid, row.process->starttime);
    char name[64];
    snprintf(name, sizeof name, "%s", snapshot_string(row.snapshot, row.process->comm));
    app_rescore(app, false);
    app_say(app, ROLE_TEXT,
            is_in ? "%d %s is acknowledged for this session: not flagged; A takes it back"
                  : "%d %s is no longer acknowledged",
            pid, name);
}
