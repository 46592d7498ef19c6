/* SPDX-License-Identifier: MIT */
/* The tune panel, and the weights of the reasons in the details. */
#include <stdio.h>
#include <string.h>

#include "ui/actions.h"
#include "ui/detail.h"
#include "ui/prompt.h"
#include "ui/tune_rows.h"
#include "ui/tuner.h"

void tune_toggle(struct app *app)
{
    app->tune.is_open = !app->tune.is_open;
}

static void move_to(struct app *app, long index)
{
    long last = (long)tune_row_count() - 1;

    app->tune.index = (size_t)(index < 0 ? 0 : index > last ? last : index);
}

static long page_rows(const struct app *app)
{
    long rows = app->layout.detail.height - 3;

    return rows > 1 ? rows : 1;
}

void tune_up(struct app *app)
{
    move_to(app, (long)app->tune.index - 1);
}

void tune_down(struct app *app)
{
    move_to(app, (long)app->tune.index + 1);
}

void tune_page_up(struct app *app)
{
    move_to(app, (long)app->tune.index - page_rows(app));
}

void tune_page_down(struct app *app)
{
    move_to(app, (long)app->tune.index + page_rows(app));
}

void tune_first(struct app *app)
{
    app->tune.index = 0;
}

void tune_last(struct app *app)
{
    move_to(app, (long)tune_row_count() - 1);
}

/* The next choice of a setting that has no numbers. */
static void turn_choice(struct app *app, const struct setting *setting, int by)
{
    struct strbuf now = {0};
    int count = 0, at = 0;

    setting_format(setting, &app->settings, &now);
    for (; setting->choices[count]; count++)
        if (strcmp(setting->choices[count], strbuf_string(&now)) == 0)
            at = count;
    tuner_edit(app, EDIT_SET, setting->path, setting->choices[(at + count + by) % count]);
    strbuf_release(&now);
}

static void step(struct app *app, int by)
{
    struct tune_row row;

    tune_row_at(app->tune.index, &row);
    if (row.setting.kind == SETTING_CHOICE)
        turn_choice(app, &row.setting, by);
    else if (row.step > 0)
        tuner_step(app, row.setting.path, by * row.step);
    else
        app_say(app, ROLE_TEXT, "%s is no number: Enter types it", row.setting.path);
}

void tune_lower(struct app *app)
{
    step(app, -1);
}

void tune_raise(struct app *app)
{
    step(app, 1);
}

static void value_done(struct app *app, const char *text)
{
    struct tune_row row;

    tune_row_at(app->tune.index, &row);
    tuner_edit(app, EDIT_SET, row.setting.path, text);
}

void tune_type(struct app *app)
{
    struct tune_row row;
    struct strbuf text = {0};
    const char *begin;

    tune_row_at(app->tune.index, &row);
    setting_format(&row.setting, &app->settings, &text);
    /* As it stands in YAML; nobody wants to type the quotes. */
    begin = strbuf_string(&text);
    if (*begin == '"' && text.length > 1) {
        strbuf_truncate(&text, text.length - 1);
        begin = strbuf_string(&text) + 1;
    }
    prompt_open(app, "Value", begin, NULL, value_done);
    strbuf_release(&text);
}

void tune_default(struct app *app)
{
    struct tune_row row;

    tune_row_at(app->tune.index, &row);
    tuner_edit(app, EDIT_UNSET, row.setting.path, NULL);
}

static bool matches(size_t index, const char *text)
{
    size_t length = strlen(text);
    struct tune_row row;

    tune_row_at(index, &row);
    const char *const texts[] = {row.setting.path, row.setting.help};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (const char *at = texts[i]; *at; at++)
            if (strncasecmp(at, text, length) == 0)
                return true;
    return false;
}

static bool find_from(struct app *app, size_t from)
{
    const char *text = strbuf_string(&app->tune.find);
    size_t count = tune_row_count();

    for (size_t i = 0; i < count && *text; i++)
        if (matches((from + i) % count, text)) {
            app->tune.index = (from + i) % count;
            return true;
        }
    return false;
}

static void find_changed(struct app *app, const char *text)
{
    strbuf_set_string(&app->tune.find, text);
    if (!find_from(app, app->prompt.began))
        app->tune.index = app->prompt.began;
}

static void find_done(struct app *app, const char *text)
{
    if (*text && !find_from(app, app->tune.index))
        app_say(app, ROLE_WARNING, "no setting contains \"%s\"", text);
}

void tune_find(struct app *app)
{
    prompt_open(app, "Find", "", find_changed, find_done);
    app->prompt.began = app->tune.index;
}

void tune_find_next(struct app *app)
{
    if (app->tune.find.length == 0)
        tune_find(app);
    else if (!find_from(app, app->tune.index + 1))
        app_say(app, ROLE_WARNING, "no setting contains \"%s\"",
                strbuf_string(&app->tune.find));
}

/* The weight under the cursor: of the panel, or of a reason in the details. */
static bool find_weight(struct app *app, char (*ret_path)[SETTING_PATH_SIZE])
{
    struct tune_row row;
    struct setting setting;

    if (app_context(app) == CONTEXT_TUNE) {
        tune_row_at(app->tune.index, &row);
        if (row.setting.kind == SETTING_CHOICE || row.setting.kind == SETTING_PORTS)
            return false;
        snprintf(*ret_path, sizeof *ret_path, "%s", row.setting.path);
        return true;
    }
    int heuristic = detail_reason(app);
    if (app->detail.tab != TAB_REASONS || heuristic < 0) {
        app_say(app, ROLE_WARNING, "weights are changed in the reasons (r)");
        return false;
    }
    snprintf(*ret_path, sizeof *ret_path, "weights.%s", heuristics[heuristic].info.key);
    return setting_find(*ret_path, &setting);
}

static void change_weight(struct app *app, double by)
{
    char path[SETTING_PATH_SIZE];

    if (find_weight(app, &path))
        tuner_step(app, path, by);
}

void weight_raise(struct app *app)
{
    change_weight(app, 1);
}

void weight_lower(struct app *app)
{
    change_weight(app, -1);
}

void weight_raise_finely(struct app *app)
{
    change_weight(app, 0.1);
}

void weight_lower_finely(struct app *app)
{
    change_weight(app, -0.1);
}

void weight_zero(struct app *app)
{
    char path[SETTING_PATH_SIZE];

    if (find_weight(app, &path))
        tuner_edit(app, EDIT_SET, path, "0");
}

void weight_default(struct app *app)
{
    char path[SETTING_PATH_SIZE];

    if (find_weight(app, &path))
        tuner_edit(app, EDIT_UNSET, path, NULL);
}
