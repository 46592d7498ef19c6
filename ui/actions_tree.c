/* SPDX-License-Identifier: MIT */
/* The tree, and the processes that are followed or tagged. */
#include "ui/actions.h"
#include "ui/app.h"

void tree_toggle(struct app *app)
{
    app->list.is_tree = !app->list.is_tree;
    app_rebuild_view(app);
    app_say(app, ROLE_TEXT,
            app->list.is_tree ? "as a tree: + and - unfold and fold" : "as a list");
}

static void set_folded(struct app *app, bool is_folded)
{
    struct row row;

    if (!app->list.is_tree) {
        app_say(app, ROLE_TEXT, "only a tree folds: t makes one");
        return;
    }
    if (!app_selected_row(app, &row))
        return;
    identities_put(&app->list.folded, row.process, is_folded);
    app_rebuild_view(app);
}

void tree_fold(struct app *app)
{
    set_folded(app, true);
}

void tree_unfold(struct app *app)
{
    set_folded(app, false);
}

/* Everything below the first level, or everything again. */
void tree_fold_all(struct app *app)
{
    struct list *list = &app->list;

    if (!list->is_tree || !app_has_snapshot(app)) {
        app_say(app, ROLE_TEXT, "only a tree folds: t makes one");
        return;
    }
    if (list->folded.count > 0) {
        identities_clear(&list->folded);
    } else {
        for (size_t i = 0; i < list->tree.count; i++)
            if (list->tree.rows[i].depth > 0 && list->tree.rows[i].has_children)
                identities_put(&list->folded,
                               &app->refresh->snapshot.processes[list->tree.rows[i].process],
                               true);
    }
    app_rebuild_view(app);
}

void list_follow(struct app *app)
{
    struct row row;

    if (!app_selected_row(app, &row))
        return;
    if (identity_is(app->list.followed, row.process)) {
        app->list.followed = (struct identity){0};
        app_rebuild_view(app);
        app_say(app, ROLE_TEXT, "no longer followed");
        return;
    }
    app->list.followed = identity_of(row.process);
    app->list.is_placed = true;
    app_rebuild_view(app);
    app_say(app, ROLE_TEXT, "following %d: it stays in the list until it ends; F lets go",
            (int)row.process->pid);
}

void list_go_to_parent(struct app *app)
{
    struct row row, other;

    if (!app_selected_row(app, &row))
        return;
    /* That of a thread is its process. */
    const struct process *parent =
        row.thread ? row.process : relations_parent(row.relations, row.process);
    for (size_t i = 0; parent && app_row(app, i, &other); i++)
        if (other.process == parent) {
            app_select(app, i);
            return;
        }
    if (parent)
        app_say(app, ROLE_WARNING, "its parent %d is not shown here: t shows the tree",
                (int)parent->pid);
    else
        app_say(app, ROLE_TEXT, "no parent of it is known");
}

static void tell_tags(struct app *app)
{
    app_say(app, ROLE_TEXT, "tagged: %zu", app->list.tagged.count);
}

void list_tag(struct app *app)
{
    struct row row;

    if (!app_selected_row(app, &row))
        return;
    identities_put(&app->list.tagged, row.process,
                   !identities_have(&app->list.tagged, row.process));
    tell_tags(app);
    if (app->list.index + 1 < app->view.count)
        app_select(app, app->list.index + 1);
}

/* It, and all that come from it, whether they are shown or not. */
void list_tag_subtree(struct app *app)
{
    struct row row;

    if (!app_selected_row(app, &row))
        return;
    identities_put(&app->list.tagged, row.process, true);
    for (size_t i = 0; i < row.snapshot->process_count; i++)
        if (relations_is_ancestor(row.relations, row.process, &row.snapshot->processes[i]))
            identities_put(&app->list.tagged, &row.snapshot->processes[i], true);
    tell_tags(app);
}

void list_untag_all(struct app *app)
{
    identities_clear(&app->list.tagged);
    tell_tags(app);
}

void list_toggle_ended(struct app *app)
{
    app->list.shows_all_ended = !app->list.shows_all_ended;
    app_say(app, ROLE_TEXT,
            app->list.shows_all_ended
                ? "all that ended are shown for a minute"
                : "of those that ended, only what scored is shown, shortly");
}
