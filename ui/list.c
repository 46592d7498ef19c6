/* SPDX-License-Identifier: MIT */
#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/app.h"

void list_init(struct list *list)
{
    *list = (struct list){
        .sort = column_find("score"),
        .shows_kernel_threads = true,
    };
    list_use_set(list, &column_sets[0]);
}

void list_release(struct list *list)
{
    strbuf_release(&list->user);
    strbuf_release(&list->filter);
    strbuf_release(&list->search);
    filter_free(list->compiled);
    identities_release(&list->tagged);
    identities_release(&list->folded);
    tree_release(&list->tree);
    history_release(&list->history);
    free(list->marks);
    *list = (struct list){0};
}

void list_use_set(struct list *list, const struct column_set *set)
{
    list->columns = (struct list_columns){0};
    for (size_t i = 0; set->keys[i]; i++)
        list->columns.items[list->columns.count++] = column_find(set->keys[i]);
}

bool list_has_column(const struct list *list, const struct column *column)
{
    for (size_t i = 0; i < list->columns.count; i++)
        if (list->columns.items[i] == column)
            return true;
    return false;
}

const struct column_set *list_set(const struct list *list)
{
    for (size_t s = 0; s < column_set_count; s++) {
        size_t i = 0;

        while (i < list->columns.count && column_sets[s].keys[i] &&
               strcmp(list->columns.items[i]->key, column_sets[s].keys[i]) == 0)
            i++;
        if (i == list->columns.count && !column_sets[s].keys[i])
            return &column_sets[s];
    }
    return NULL;
}

const char *list_scope_name(enum list_scope scope)
{
    static const char *const names[SCOPE_COUNT] = {
        [SCOPE_TOP] = "top",         [SCOPE_FLAGGED] = "flagged", [SCOPE_ALL] = "all",
        [SCOPE_EXCUSED] = "excused", [SCOPE_CHANGED] = "changed",
    };

    return names[scope];
}

bool list_set_filter(struct list *list, const char *text, struct filter_error *ret_error)
{
    struct filter *filter = filter_new(text, ret_error);

    if (!filter)
        return false;
    filter_free(list->compiled);
    list->compiled = filter;
    /* The text may be the one that is replaced. */
    char *copy = memory_copy_string(text);
    strbuf_set_string(&list->filter, copy);
    free(copy);
    return true;
}

fact_mask list_needs(const struct list *list)
{
    fact_mask needs = list->sort->needs | who_needs(&list->who);

    for (size_t i = 0; i < list->columns.count; i++)
        needs |= list->columns.items[i]->needs;
    if (list->compiled)
        needs |= filter_needs(list->compiled);
    if (list->hides_containers)
        needs |= FACT_BIT(FACT_CGROUP);
    return needs;
}

enum { ENDED_SHOWN_MS = 10000, ENDED_LEAST_HEIGHT = 10, ENDED_SHARE = 5 };

static bool is_ended_shown(const struct list *list, const struct history_ended *ended)
{
    if (!ended->is_chosen || list->shows_all_ended)
        return ended->is_chosen;
    return ended->severity >= SEVERITY_HIGH &&
           list->history.now_ms - ended->at_ms < ENDED_SHOWN_MS;
}

size_t list_count_ended(const struct list *list, int height)
{
    size_t count = 0, room = height < ENDED_LEAST_HEIGHT ? 0 : (size_t)height / ENDED_SHARE;

    for (size_t i = 0; i < list->history.ended_count && count < room; i++)
        count += is_ended_shown(list, &list->history.ended[i]);
    return count;
}

const struct history_ended *list_ended(const struct list *list, size_t index)
{
    for (size_t i = 0; i < list->history.ended_count; i++)
        if (is_ended_shown(list, &list->history.ended[i]) && index-- == 0)
            return &list->history.ended[i];
    return NULL;
}

size_t list_page(const struct list *list, int height)
{
    size_t taken = 1 + list_count_ended(list, height);

    return height > (int)taken + 1 ? (size_t)height - taken : 1;
}

struct list_place list_place(const struct list *list)
{
    return (struct list_place){list->selected, list->selected_thread, list->stood,
                               list->is_placed};
}

/* Who is shown, where the verdict alone does not say it; NULL: it does. */
static const uint8_t *mark_rows(struct app *app)
{
    const struct scores *scores = &app->refresh->scores;
    struct list *list = &app->list;

    if (list->scope == SCOPE_CHANGED && !app_has_edits(app))
        list->scope = SCOPE_TOP;
    if (list->scope == SCOPE_CHANGED)
        return app->whatif.changes;
    if (list->scope != SCOPE_EXCUSED)
        return NULL;
    list->marks = memory_resize(list->marks, scores->count, sizeof *list->marks);
    for (size_t i = 0; i < scores->count; i++)
        list->marks[i] =
            scores->verdicts[i].is_whitelisted || scores->verdicts[i].is_acknowledged;
    return list->marks;
}

static bool is_in_view(const struct view *view, uint32_t process)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->rows[i] == process)
            return true;
    return false;
}

/* Whom one follows stays in sight, whatever is filtered and wherever it ranks. */
static void keep_followed(struct app *app)
{
    const struct snapshot *snapshot = &app->refresh->snapshot;
    struct identity who = app->list.followed;
    const struct process *process = snapshot_find_identity(snapshot, who.pid, who.starttime);
    struct view *view = &app->view;

    if (!process || is_in_view(view, snapshot_index(snapshot, process)))
        return;
    view->rows = memory_grow(view->rows, view->count, &view->capacity, sizeof *view->rows);
    view->rows[view->count++] = snapshot_index(snapshot, process);
}

static bool is_folded(void *context, const struct process *process)
{
    return identities_have(context, process);
}

static bool is_branch_folded(const void *context, size_t index)
{
    return ((const struct tree *)context)->rows[index].is_folded;
}

static void add_threads(struct list *list, struct view *view, const struct snapshot *snapshot)
{
    view_add_threads(view, snapshot, list->is_tree ? is_branch_folded : NULL, &list->tree);
    if (list->is_tree)
        tree_add_threads(&list->tree, view);
}

void list_build(struct app *app)
{
    struct list *list = &app->list;
    const struct refresh *refresh = app->refresh;
    const uint8_t *marks = mark_rows(app);
    const struct view_options options = {
        .sort = list->sort,
        .is_reversed = list->is_reversed,
        .flagged_only = list->scope == SCOPE_FLAGGED,
        .marks = marks,
        .hide_kernel_threads = !list->shows_kernel_threads,
        .hide_containers = list->hides_containers,
        .limit = list->scope == SCOPE_TOP ? app->settings.topk : 0,
        .pids = list->pids,
        .pid_count = list->pid_count,
        .user = list->user.length > 0 ? strbuf_string(&list->user) : NULL,
        .filter = list->compiled,
        .who = list->who.kind != WHO_ANYBODY ? &list->who : NULL,
        .history = &list->history,
    };

    view_build(&app->view, &refresh->snapshot, refresh->relations, &refresh->scores, &options);
    view_choose_ended(&list->history, &options);
    if (list->followed.pid != 0)
        keep_followed(app);
    if (list->is_tree) {
        tree_build(&list->tree, &app->view, refresh->relations, is_folded, &list->folded);
        if (list->folded.count > 0)
            tree_count_flagged(&list->tree, refresh->relations, &refresh->scores);
        tree_arrange_view(&list->tree, &app->view);
    }
    if (list->shows_threads)
        add_threads(list, &app->view, &refresh->snapshot);
}
