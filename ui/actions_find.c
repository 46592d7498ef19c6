/* SPDX-License-Identifier: MIT */
/* Finding a row: by its text, by its pid. */
#include <stdio.h>
#include <string.h>

#include "ui/actions.h"
#include "ui/app.h"
#include "ui/prompt.h"

/* Select the first match from there on, in steps of +1 or -1, round the end. */
static bool select_match(struct app *app, size_t from, int step)
{
    const char *wanted = strbuf_string(&app->list.search);
    size_t count = app->view.count;
    struct row row;

    for (size_t i = 0; i < count && *wanted; i++) {
        size_t offset = step > 0 ? i : count - i;
        size_t index = (from + offset) % count;

        if (app_row(app, index, &row) && row_contains(&row, wanted)) {
            app_select(app, index);
            return true;
        }
    }
    return false;
}

/* Each letter looks from where the search began: there the cursor is again when nothing
 * is found, or when it was not meant. */
static void begin(struct app *app)
{
    app->list.began = list_place(&app->list);
}

static void go_back(struct app *app, const char *problem)
{
    app_go_back(app, &app->list.began);
    snprintf(app->prompt.problem, sizeof app->prompt.problem, "%s", problem);
}

static void search_changed(struct app *app, const char *text)
{
    strbuf_set_string(&app->list.search, text);
    app->prompt.problem[0] = '\0';
    if (!select_match(app, app_find_place(app, &app->list.began), 1))
        go_back(app, *text ? "no row contains this" : "");
}

static void search_done(struct app *app, const char *text)
{
    if (*text && !select_match(app, app->list.index, 1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", text);
}

void list_search(struct app *app)
{
    begin(app);
    prompt_open(app, "Search", "", search_changed, search_done);
    app->prompt.hint = "a part of a name, a command line or a program";
    prompt_recall_from(app, &app->searches);
}

void list_search_next(struct app *app)
{
    if (app->list.search.length == 0)
        list_search(app);
    else if (!select_match(app, app->list.index + 1, 1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", strbuf_string(&app->list.search));
}

void list_search_previous(struct app *app)
{
    size_t count = app->view.count;

    if (count > 0 && !select_match(app, app->list.index + count - 1, -1))
        app_say(app, ROLE_WARNING, "no row contains \"%s\"", strbuf_string(&app->list.search));
}

/* The first whose pid begins so; the pid itself before all others. */
static void select_pid(struct app *app, const char *digits)
{
    size_t best = app->view.count;
    char pid[16];
    struct row row;

    for (size_t i = 0; *digits && app_row(app, i, &row); i++) {
        snprintf(pid, sizeof pid, "%d", (int)row_pid(&row));
        if (strcmp(pid, digits) == 0) {
            best = i;
            break;
        }
        if (best == app->view.count && strncmp(pid, digits, strlen(digits)) == 0)
            best = i;
    }
    app->prompt.problem[0] = '\0';
    if (best < app->view.count)
        app_select(app, best);
    else
        go_back(app, *digits ? "no row has this pid" : "");
}

/* Beside what is shown there are others: say so, rather than "there is none". */
static void pid_typed(struct app *app, const char *digits)
{
    uint64_t pid;
    struct row row;

    if (!app_has_snapshot(app) || !span_is_u64(span_of_string(digits), &pid) ||
        pid > INT32_MAX || (app_selected_row(app, &row) && row_pid(&row) == (int32_t)pid))
        return;
    if (snapshot_find(&app->refresh->snapshot, (int32_t)pid))
        app_say(app, ROLE_WARNING, "%s is running, but not shown here: v shows all", digits);
    else
        app_say(app, ROLE_WARNING, "there is no process %s", digits);
}

void list_search_pid(struct app *app)
{
    /* By its name, no key says where it begins. */
    bool is_digit = app->key >= '0' && app->key <= '9';
    char digit[2] = {is_digit ? (char)app->key : '\0', '\0'};

    begin(app);
    prompt_open(app, "PID", digit, select_pid, pid_typed);
    /* Esc goes back to where one was, not to what was typed first. */
    strbuf_clear(&app->prompt.before);
    select_pid(app, digit);
}
