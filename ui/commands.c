/* SPDX-License-Identifier: MIT */
#include "ui/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/keys.h"
#include "ui/theme_file.h"

enum { COMMAND_TEXT_SIZE = 1024 };

static bool take_text(struct app *app, struct span rest, char (*ret_text)[COMMAND_TEXT_SIZE])
{
    struct span text = span_trimmed(rest);
    size_t length = span_length(text);

    if (length >= sizeof *ret_text) {
        app_say(app, ROLE_WARNING, "too long");
        return false;
    }
    memcpy(*ret_text, text.at, length);
    (*ret_text)[length] = '\0';
    return true;
}

static const char *named_filter(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->preferences.filter_count; i++)
        if (strcmp(app->preferences.filters[i].name, name) == 0)
            return app->preferences.filters[i].text;
    return NULL;
}

void command_filter(struct app *app, struct span rest)
{
    char text[COMMAND_TEXT_SIZE];

    if (!take_text(app, rest, &text))
        return;
    const char *named = named_filter(app, text);
    list_filter_by(app, named ? named : text);
}

void command_forget(struct app *app, struct span rest)
{
    char name[COMMAND_TEXT_SIZE];

    if (!take_text(app, rest, &name))
        return;
    if (!named_filter(app, name)) {
        app_say(app, ROLE_WARNING, "there is no filter of the name %s", name);
        return;
    }
    preferences_name_filter(&app->preferences, name, "");
    app_say(app, ROLE_TEXT, "the filter %s is forgotten", name);
}

void command_who(struct app *app, struct span rest)
{
    char text[COMMAND_TEXT_SIZE];

    if (take_text(app, rest, &text))
        list_ask_who(app, text);
}

void command_columns(struct app *app, struct span rest)
{
    char name[COMMAND_TEXT_SIZE];

    if (take_text(app, rest, &name) && !list_show_set(app, name))
        app_say(app, ROLE_WARNING, "there is no set of columns %s: f shows them", name);
}

void command_sort(struct app *app, struct span rest)
{
    char key[COMMAND_TEXT_SIZE];

    if (!take_text(app, rest, &key))
        return;
    const struct column *column = column_find(*key == '-' ? key + 1 : key);
    if (!column) {
        app_say(app, ROLE_WARNING, "there is no column %s: F6 shows them", key);
        return;
    }
    app->list.is_reversed = false;
    list_sort_by(app, column);
    if (*key == '-')
        sort_reverse(app);
}

void command_theme(struct app *app, struct span rest)
{
    char name[COMMAND_TEXT_SIZE];
    struct problems problems = {0};
    struct theme_spec spec;

    if (!take_text(app, rest, &name))
        return;
    if (theme_load(&spec, name, &problems)) {
        theme_realize(&app->theme, &spec, app->depth);
        theme_spec_release(&spec);
        free(app->preferences.theme);
        app->preferences.theme = memory_copy_string(name);
        app->wants_repaint = true;
        app_say(app, ROLE_TEXT, "theme %s", name);
    } else {
        app_say(app, ROLE_WARNING, "%s", problems.count > 0 ? problems.items[0].message : name);
    }
    problems_release(&problems);
}

void command_keys(struct app *app, struct span rest)
{
    char name[COMMAND_TEXT_SIZE];

    if (!take_text(app, rest, &name))
        return;
    if (!key_preset_find(name, &app->preferences.keys)) {
        app_say(app, ROLE_WARNING, "htop or vim");
        return;
    }
    keys_use(app, app->preferences.keys);
    app_say(app, ROLE_TEXT, "the keys of %s: ? shows them", name);
}

/* What the preferences keep: "on", "off", or the other of the two. */
static void turn(struct app *app, struct span rest, bool *flag, const char *what)
{
    if (span_equals(rest, "on") || span_equals(rest, "off")) {
        *flag = span_equals(rest, "on");
    } else if (span_length(rest) == 0) {
        *flag = !*flag;
    } else {
        app_say(app, ROLE_WARNING, "on or off");
        return;
    }
    app_say(app, ROLE_TEXT, "%s when a process becomes flagged: %s", what,
            *flag ? "yes" : "no");
}

void command_ring(struct app *app, struct span rest)
{
    turn(app, rest, &app->preferences.rings, "the bell rings");
}

void command_syslog(struct app *app, struct span rest)
{
    turn(app, rest, &app->preferences.logs, "a line goes to syslog");
}
