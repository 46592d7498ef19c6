/* SPDX-License-Identifier: MIT */
#include "ui/preferences.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "settings/user_directory.h"
#include "ui/app.h"
#include "ui/keymap.h"
#include "ui/preference_rows.h"
#include "ui/theme_file.h"

enum { PREFERENCES_BYTES_MAX = 64 * 1024, NAMED_FILTERS_MAX = 100 };

static void forget_filter(struct preferences *preferences, size_t at)
{
    free(preferences->filters[at].name);
    free(preferences->filters[at].text);
    memmove(preferences->filters + at, preferences->filters + at + 1,
            (--preferences->filter_count - at) * sizeof *preferences->filters);
}

void preferences_release(struct preferences *preferences)
{
    while (preferences->filter_count > 0)
        forget_filter(preferences, preferences->filter_count - 1);
    free(preferences->filters);
    key_bindings_release(&preferences->bound);
    free(preferences->path);
    free(preferences->theme);
    strbuf_release(&preferences->start);
    *preferences = (struct preferences){0};
}

void preferences_name_filter(struct preferences *preferences, const char *name,
                             const char *text)
{
    size_t at = 0;

    while (at < preferences->filter_count && strcmp(preferences->filters[at].name, name) != 0)
        at++;
    if (at < preferences->filter_count)
        forget_filter(preferences, at);
    if (!*text || preferences->filter_count == NAMED_FILTERS_MAX)
        return;
    preferences->filters =
        memory_grow(preferences->filters, preferences->filter_count,
                    &preferences->filter_capacity, sizeof *preferences->filters);
    preferences->filters[preferences->filter_count++] =
        (struct named_filter){memory_copy_string(name), memory_copy_string(text)};
}

void preferences_read(struct app *app, const char *name, struct span text,
                      struct problems *problems)
{
    struct problems found = {0};
    struct yaml yaml;

    if (yaml_parse(&yaml, name, text.at, span_length(text), &found)) {
        if (yaml.root && yaml.root->kind == YAML_MAPPING)
            preference_rows_read(app, &yaml, &found);
        else if (yaml.root)
            yaml_problem(&yaml, yaml.root, &found, PROBLEM_WARNING, "holds no keys");
        yaml_release(&yaml);
    }
    /* How a screen looks is no reason not to start. */
    for (size_t i = 0; i < found.count; i++)
        problems_add(problems, PROBLEM_WARNING, found.items[i].file, found.items[i].line,
                     found.items[i].column, "%s", found.items[i].message);
    problems_release(&found);
}

void preferences_load(struct app *app, struct problems *problems)
{
    struct preferences *preferences = &app->preferences;
    char *directory = user_directory("XDG_CONFIG_HOME", ".config"), *reason;
    struct strbuf path = {0}, text = {0};

    if (!directory)
        return;
    strbuf_add_format(&path, "%s/procwatch/top.yaml", directory);
    free(directory);
    preferences->path = memory_copy_string(strbuf_string(&path));
    int error = input_file_read(preferences->path, PREFERENCES_BYTES_MAX, &text, NULL);
    if (error == 0 && geteuid() == 0 &&
        (reason = input_file_distrust(preferences->path, input_file_trusted_uid()))) {
        problems_add(problems, PROBLEM_WARNING, preferences->path, 0, 0, "not read: %s",
                     reason);
        free(reason);
    } else if (error == 0) {
        preferences_read(app, preferences->path, strbuf_span(&text), problems);
    } else if (error != -ENOENT && error != -ENOTDIR) {
        problems_add(problems, PROBLEM_WARNING, preferences->path, 0, 0, "not read: %s",
                     input_file_error(error));
    }
    strbuf_release(&path);
    strbuf_release(&text);
}

void preferences_format(const struct app *app, struct strbuf *out)
{
    strbuf_add_string(out, "# How procwatch-top looks; it writes this file when it ends and\n"
                           "# something was changed. What is suspicious is another file's.\n");
    preference_rows_format(app, out);
}

void preferences_begin(struct app *app)
{
    strbuf_clear(&app->preferences.start);
    preferences_format(app, &app->preferences.start);
}

int preferences_save(const struct app *app)
{
    const struct preferences *preferences = &app->preferences;
    struct strbuf text = {0};
    int error = 0;

    preferences_format(app, &text);
    if (preferences->path &&
        !span_equals(strbuf_span(&text), strbuf_string(&preferences->start))) {
        error = user_directory_make_for(preferences->path);
        /* A link is the user's own arrangement: what it leads to is replaced. */
        char *target = realpath(preferences->path, NULL);
        if (error == 0)
            error = output_file_replace(target ? target : preferences->path, strbuf_span(&text),
                                        0600);
        free(target);
    }
    strbuf_release(&text);
    return error;
}

bool preferences_load_theme(const struct app *app, const char *given,
                            struct theme_spec *ret_theme, struct problems *problems)
{
    static const char usual[] = "default-dark";
    const char *liked = app->preferences.theme;
    struct problems found = {0};

    if (given || !liked)
        return theme_load(ret_theme, given ? given : usual, problems);
    if (theme_load(ret_theme, liked, &found)) {
        problems_move(problems, &found);
        return true;
    }
    problems_add(problems, PROBLEM_WARNING, app->preferences.path, 0, 0,
                 "the theme %s cannot be used: %s", liked,
                 found.count > 0 ? found.items[0].message : "unreadable");
    problems_release(&found);
    return theme_load(ret_theme, usual, problems);
}
