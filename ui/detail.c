/* SPDX-License-Identifier: MIT */
#include "ui/detail.h"

#include <stdlib.h>

#include "base/memory.h"

static void forget_kept(struct detail *detail)
{
    if (detail->kept)
        refresh_release(detail->kept);
    free(detail->kept);
    detail->kept = NULL;
}

void detail_release(struct detail *detail)
{
    forget_kept(detail);
    refresh_release(&detail->focus);
    page_release(&detail->page);
    strbuf_release(&detail->find);
    *detail = (struct detail){0};
}

static void look_at(struct app *app, struct identity who)
{
    struct detail *detail = &app->detail;

    if (detail->who.pid == who.pid && detail->who.starttime == who.starttime)
        return;
    forget_kept(detail);
    refresh_release(&detail->focus);
    detail->focus = (struct refresh){0};
    detail->who = who;
    detail->is_gone = detail->reveals_secrets = false;
    detail->scroll = detail->line = 0;
    detail->reasons.chosen = -1;
    app_send_request(app);
}

void detail_open(struct app *app, enum tab tab)
{
    struct detail *detail = &app->detail;
    struct row row;

    if (!detail->is_open) {
        if (!app_selected_row(app, &row))
            return;
        detail->is_open = true;
        app->list.is_placed = true;
        look_at(app, (struct identity){row.process->pid, row.process->starttime});
        app_send_request(app);
    }
    if (detail->tab != tab)
        detail->scroll = detail->line = 0;
    detail->tab = tab;
    app->is_dirty = true;
}

void detail_close(struct app *app)
{
    struct detail *detail = &app->detail;

    detail->is_open = detail->has_keys = false;
    forget_kept(detail);
    refresh_release(&detail->focus);
    detail->focus = (struct refresh){0};
    detail->who = (struct identity){0};
    app_send_request(app);
    app->is_dirty = true;
}

void detail_follow(struct app *app)
{
    if (app->detail.is_open)
        look_at(app, app->list.selected);
}

static bool knows(const struct snapshot *snapshot, struct identity who)
{
    return snapshot_find_identity(snapshot, who.pid, who.starttime) != NULL;
}

/* A zombie has nothing left of what it was. */
static bool lives(const struct snapshot *snapshot, struct identity who)
{
    const struct process *process = snapshot_find_identity(snapshot, who.pid, who.starttime);

    return process && !process_is_zombie(process);
}

void detail_keep_if_vanished(struct app *app, const void *block, size_t size)
{
    struct detail *detail = &app->detail;
    struct snapshot next;
    const char *reason;

    if (!detail->is_open || detail->kept || !app_has_snapshot(app) ||
        !lives(&app->refresh->snapshot, detail->who))
        return;
    if (!snapshot_open(block, size, &next, &reason) || lives(&next, detail->who))
        return;
    detail->kept = app->refresh;
    detail->is_gone = true;
    app->refresh = memory_new(1, sizeof *app->refresh);
    refresh_use_model(app->refresh, app->learned.anomaly);
}

void detail_rescore(struct app *app)
{
    struct refresh *kept = app->detail.kept;

    if (!kept)
        return;
    /* The model has one set of answers: ask about the old snapshot, then about
     * the one in hand again. */
    refresh_use_model(kept, app->learned.anomaly);
    refresh_assess(kept, &app->settings.thresholds, &app->settings.scoring);
    refresh_use_model(app->refresh, app->learned.anomaly);
}

void detail_refreshed(struct app *app)
{
    struct detail *detail = &app->detail;

    if (detail->is_open && (lives(&app->refresh->snapshot, detail->who) ||
                            (!detail->kept && knows(&app->refresh->snapshot, detail->who)))) {
        forget_kept(detail);
        detail->is_gone = false;
    }
}

bool detail_learn(struct app *app)
{
    const struct detail *detail = &app->detail;
    const struct process *seen =
        detail->focus.block ? snapshot_find_identity(&detail->focus.snapshot, detail->who.pid,
                                                     detail->who.starttime)
                            : NULL;

    return seen && refresh_learn_closer(app->refresh, seen);
}

void detail_adopt_focus(struct app *app, void *block, size_t size)
{
    struct detail *detail = &app->detail;
    struct snapshot snapshot;
    const char *reason;

    /* An answer about a process that was left meanwhile, or that has just gone:
     * what is known is worth more. */
    if (!detail->is_open || !snapshot_open(block, size, &snapshot, &reason) ||
        !knows(&snapshot, detail->who) ||
        (detail->focus.block && !lives(&snapshot, detail->who))) {
        free(block);
        return;
    }
    if (refresh_adopt(&detail->focus, block, size, &reason)) {
        app->is_dirty = true;
        if (detail_learn(app))
            app_reassess(app);
    }
}

bool detail_subject(const struct app *app, struct subject *ret_subject)
{
    const struct detail *detail = &app->detail;
    const struct refresh *refresh = detail->kept ? detail->kept : app->refresh;
    const struct process *process;

    if (!refresh->block)
        return false;
    process =
        snapshot_find_identity(&refresh->snapshot, detail->who.pid, detail->who.starttime);
    if (!process)
        return false;

    uint32_t index = snapshot_index(&refresh->snapshot, process);
    *ret_subject = (struct subject){
        .row = view_row(&refresh->snapshot, refresh->relations, &refresh->scores, index,
                        app->style),
        .is_gone = detail->is_gone,
    };
    if (detail->focus.block) {
        ret_subject->full = snapshot_find_identity(&detail->focus.snapshot, detail->who.pid,
                                                   detail->who.starttime);
        ret_subject->focus = ret_subject->full ? &detail->focus : NULL;
    }
    return true;
}

int detail_reason(const struct app *app)
{
    struct subject subject;

    if (!detail_subject(app, &subject) || subject.row.verdict->reason_count == 0)
        return -1;
    const struct reason *reasons = row_reasons(&subject.row);
    for (uint32_t i = 0; i < subject.row.verdict->reason_count; i++)
        if ((int)reasons[i].heuristic_index == app->detail.reasons.chosen)
            return app->detail.reasons.chosen;
    return (int)reasons[0].heuristic_index;
}
