/* SPDX-License-Identifier: MIT */
#include "ui/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/alerts.h"
#include "ui/detail.h"
#include "ui/keys.h"
#include "ui/prompt.h"
#include "ui/whitelisting.h"

void app_init(struct app *app)
{
    *app = (struct app){0};
    event_log_init(&app->log);
    settings_init(&app->tuning.base);
    settings_init(&app->tuning.live);
    settings_init(&app->settings);
    settings_init(&app->saved);
    app->option_min_score = -1;
    app->option_topk = -1;
    app->detail.reasons.chosen = -1;
    app->refresh = memory_new(1, sizeof *app->refresh);
    list_init(&app->list);
    app->preferences.keys = KEYS_HTOP;
    keys_use(app, KEYS_HTOP);
    app->interval_ms = 2000;
    app->is_running = app->is_dirty = true;
}

void app_release(struct app *app)
{
    refresh_release(app->refresh);
    free(app->refresh);
    detail_release(&app->detail);
    learned_release(&app->learned);
    view_release(&app->view);
    identities_release(&app->flagged);
    identities_release(&app->told);
    list_release(&app->list);
    preferences_release(&app->preferences);
    keymap_release(&app->keymap);
    typed_release(&app->searches);
    typed_release(&app->filters);
    typed_release(&app->commands);
    free(app->menu.items);
    strbuf_release(&app->prompt.text);
    strbuf_release(&app->prompt.before);
    strbuf_release(&app->confirm.name);
    strbuf_release(&app->confirm.user);
    strbuf_release(&app->confirm.exe);
    strbuf_release(&app->confirm.all);
    free(app->confirm.targets);
    dumping_release(&app->dumping);
    replay_close(app);
    recorder_free(app->recorder);
    strbuf_release(&app->tape);
    event_log_release(&app->log);
    strbuf_release(&app->notes);
    strbuf_release(&app->files);
    page_release(&app->help.page);
    strbuf_release(&app->help.find);
    free(app->state_file);
    strbuf_release(&app->tune.find);
    whitelist_offers_release(&app->whitelisting.offers);
    page_release(&app->review.page);
    strbuf_release(&app->review.problem);
    whatif_release(&app->whatif);
    acknowledged_release(&app->acknowledged);
    settings_release(&app->settings);
    settings_release(&app->saved);
    tuning_release(&app->tuning);
    *app = (struct app){0};
}

enum context app_context(const struct app *app)
{
    if (app->prompt.label)
        return CONTEXT_PROMPT;
    if (app->confirm.is_open)
        return CONTEXT_CONFIRM;
    if (app->menu.title)
        return CONTEXT_MENU;
    if (app->help.is_open)
        return CONTEXT_HELP;
    if (app->log.is_open)
        return CONTEXT_LOG;
    if (app->review.is_open)
        return CONTEXT_REVIEW;
    if (app->whitelisting.is_open)
        return CONTEXT_WHITELIST;
    if (app->tune.is_open)
        return CONTEXT_TUNE;
    if (app->detail.is_open && (app->detail.has_keys || app->layout.list.height == 0))
        return CONTEXT_DETAIL;
    return CONTEXT_LIST;
}

bool app_is_frozen(const struct app *app)
{
    return app->confirm.is_open || app->menu.title || app->is_paused;
}

bool app_has_snapshot(const struct app *app)
{
    return app->refresh->block != NULL;
}

void app_arrange(struct app *app, int height, int width)
{
    app->layout = layout_compute(height, width, app->is_header_folded,
                                 app->detail.is_open || app->tune.is_open);
}

void app_say(struct app *app, enum role role, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(app->message.text, sizeof app->message.text, format, arguments);
    va_end(arguments);
    app->message.role = role;
    app->is_dirty = true;
}

bool app_row(const struct app *app, size_t index, struct row *ret_row)
{
    const struct refresh *refresh = app->refresh;

    if (!app_has_snapshot(app) || index >= app->view.count)
        return false;
    *ret_row = view_row(&refresh->snapshot, refresh->relations, &refresh->scores,
                        app->view.rows[index], app->style);
    ret_row->history = &app->list.history;
    ret_row->thread = view_thread(&app->view, &refresh->snapshot, index);
    return true;
}

bool app_selected_row(const struct app *app, struct row *ret_row)
{
    return app_row(app, app->list.index, ret_row);
}

static void place_cursor(struct app *app, size_t index)
{
    struct row row;

    if (index >= app->view.count)
        index = app->view.count > 0 ? app->view.count - 1 : 0;
    app->list.index = index;
    app->list.selected = (struct identity){0};
    app->list.selected_thread = 0;
    if (app_row(app, index, &row)) {
        /* Killed, it scores nothing any more, and sinks before it goes. */
        if (row.process->state != 'Z')
            app->list.stood = index;
        app->list.selected = (struct identity){row.process->pid, row.process->starttime};
        app->list.selected_thread = row.thread ? row.thread->tid : 0;
    }
    app->is_dirty = true;
}

void app_select(struct app *app, size_t index)
{
    app->list.is_placed = true;
    place_cursor(app, index);
    app->list.stood = app->list.index;
    detail_follow(app);
}

size_t app_find_place(const struct app *app, const struct list_place *place)
{
    const struct snapshot *snapshot = &app->refresh->snapshot;
    const struct process *process =
        snapshot_find_identity(snapshot, place->who.pid, place->who.starttime);
    size_t found = app->view.count;

    if (!place->is_placed)
        return 0;
    for (size_t i = 0; process && i < app->view.count; i++) {
        const struct thread *thread = view_thread(&app->view, snapshot, i);

        if (&snapshot->processes[app->view.rows[i]] != process)
            continue;
        if (!thread)
            found = i;
        if ((thread ? thread->tid : 0) == place->thread)
            return i;
    }
    return found < app->view.count ? found : place->stood;
}

void app_go_back(struct app *app, const struct list_place *place)
{
    app->list.is_placed = place->is_placed;
    app->list.stood = place->stood;
    place_cursor(app, app_find_place(app, place));
    detail_follow(app);
}

bool app_has_edits(const struct app *app)
{
    return journal_has_pending(&app->tuning.journal);
}

void app_rebuild_view(struct app *app)
{
    app->is_dirty = true;
    if (!app_has_snapshot(app))
        return;
    struct list_place place = list_place(&app->list);
    list_build(app);
    /* Until somebody moves it the cursor stays on the worst row. */
    place_cursor(app, app_find_place(app, &place));
}

/* What the session adds to the scores of the snapshot in hand. */
static void finish_scores(struct app *app)
{
    struct refresh *refresh = app->refresh;
    const struct settings *saved = &app->saved;

    acknowledged_apply(&app->acknowledged, &refresh->snapshot, &refresh->scores);
    if (app_has_edits(app))
        whatif_compare(&app->whatif, refresh, &saved->thresholds, &saved->scoring);
}

/* What ends with this snapshot leaves its cells behind. */
static void note_ended(struct app *app, const void *block, size_t size)
{
    const struct refresh *refresh = app->refresh;
    struct snapshot next;
    const char *reason;

    if (!app_has_snapshot(app) || refresh->snapshot.process_count == 0 ||
        !snapshot_open(block, size, &next, &reason))
        return;
    struct row row =
        view_row(&refresh->snapshot, refresh->relations, &refresh->scores, 0, app->style);
    row.history = &app->list.history;
    history_note_ended(&app->list.history, &row, &next);
}

static void forget_ended(struct app *app)
{
    struct list *list = &app->list;
    const struct snapshot *snapshot = &app->refresh->snapshot;
    struct identity who = list->followed;

    identities_prune(&list->tagged, snapshot);
    identities_prune(&list->folded, snapshot);
    if (who.pid != 0 && !snapshot_find_identity(snapshot, who.pid, who.starttime)) {
        app_say(app, ROLE_WARNING, "%d, which was followed, has ended", (int)who.pid);
        list->followed = (struct identity){0};
    }
}

/* Of the first row, once it is known who that is: in a hurry not even its start time is
 * read. */
static void open_details(struct app *app)
{
    struct row row;

    if (!app->opens_details)
        return;
    if (app_row(app, 0, &row) && row.process->facts[FACT_STAT] == FACT_PENDING)
        return;
    if (app->view.count > 0)
        detail_open(app, TAB_REASONS);
    app->opens_details = false;
}

void app_adopt(struct app *app, void *block, size_t size)
{
    const char *reason;

    note_ended(app, block, size);
    detail_keep_if_vanished(app, block, size);
    if (!refresh_adopt(app->refresh, block, size, &reason)) {
        app_say(app, ROLE_ERROR, "the collector sent a snapshot that does not verify: %s",
                reason);
        return;
    }
    detail_learn(app);
    refresh_assess(app->refresh, &app->settings.thresholds, &app->settings.scoring);
    finish_scores(app);
    history_add(&app->list.history, &app->refresh->snapshot, &app->refresh->scores);
    forget_ended(app);
    if (!app->replay)
        alerts_look(app, true);
    app_rebuild_view(app);
    if (app->list.who_tells > 0 && app->list.who.kind != WHO_ANYBODY) {
        app->list.who_tells--;
        list_tell_who(app);
    }
    open_details(app);
    detail_refreshed(app);
    whitelisting_refreshed(app);
    event_log_look(&app->log, app->refresh, app->style);
    taping_add(app);
}

void app_reassess(struct app *app)
{
    refresh_assess(app->refresh, &app->settings.thresholds, &app->settings.scoring);
    finish_scores(app);
    alerts_look(app, false);
    app_rebuild_view(app);
}

void app_use_model(struct app *app, const struct learned *learned)
{
    app->learned = *learned;
    refresh_use_model(app->refresh, app->learned.anomaly);
}

void app_rescore(struct app *app, bool is_threshold)
{
    detail_rescore(app);
    if (app_has_snapshot(app) && is_threshold)
        refresh_tune(app->refresh, &app->settings.thresholds, &app->settings.scoring);
    else if (app_has_snapshot(app))
        refresh_score(app->refresh, &app->settings.scoring);
    if (app_has_snapshot(app)) {
        finish_scores(app);
        alerts_look(app, false);
    }
    app_rebuild_view(app);
    /* Before the first snapshot nothing was asked for yet. */
    if (app_has_snapshot(app))
        app_send_request(app);
}

void app_take(struct app *app)
{
    const char *reason = NULL;
    void *block;
    size_t size;

    if (engine_take_focus(app->engine, &block, &size) == 0) {
        whitelisting_look(app, block, size);
        detail_adopt_focus(app, block, size);
    }

    sending_poll(app);
    dumping_poll(app);
    int result = engine_take(app->engine, &block, &size, &reason);
    if (result == 0)
        app_adopt(app, block, size);
    else if (result == -EPIPE)
        app_say(app, ROLE_ERROR, "no more snapshots: %s",
                reason ? reason : "the collector is gone");
}

void app_send_request(struct app *app)
{
    struct engine_request request = {
        .wanted = scoring_needs(&app->settings.scoring) | list_needs(&app->list) |
                  FACT_BIT(FACT_STAT) | FACT_BIT(FACT_STATUS) | FACT_BIT(FACT_CPU),
        .interval_ms = app->interval_ms,
        .is_paused = app->is_paused,
        .may_put_off = app->interval_ms > 0, /* a pass that is asked for is a whole one */
        .wants_threads = app->list.shows_threads,
        .may_load_bpf = app->settings.bpf == BPF_FIRST_SCAN,
    };

    /* Who looks at it later cannot ask for more. */
    if (app->recorder)
        request.wanted |= heuristics_needs(NULL) | FACT_BIT(FACT_CGROUP) | FACT_BIT(FACT_CWD);
    if (app->learned.anomaly)
        request.wanted |= anomaly_needs();
    if (whitelist_wants_hashes(&app->settings.scoring.whitelist))
        request.wanted |= FACT_BIT(FACT_SHA256);
    if (app->detail.is_open) {
        request.wanted |= FACT_BIT(FACT_CWD);
        request.focus_pid = app->detail.who.pid;
        request.focus_starttime = app->detail.who.starttime;
    }
    if (app->whitelisting.is_open) {
        request.focus_pid = app->whitelisting.who.pid;
        request.focus_starttime = app->whitelisting.who.starttime;
    }
    if (app->list.who.kind == WHO_PATH)
        snprintf(request.path, sizeof request.path, "%s", app->list.who.text);
    if (app->engine)
        engine_request(app->engine, &request);
}
