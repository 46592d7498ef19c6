/* SPDX-License-Identifier: MIT */
#include "cli/config_diff.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "settings/journal.h"
#include "settings/schema.h"

enum { SIDE_DEFAULT, SIDE_SAVED, SIDE_UNSAVED, SIDE_COUNT, KEY = SIDE_COUNT, CELL_COUNT };

/* A line is the key and a value for each side, as text; the last cell is not padded. */
struct line {
    struct strbuf cells[CELL_COUNT];
};

struct sides {
    const struct settings *of[SIDE_COUNT]; /* unsaved may be NULL */
    size_t shown;                          /* the cells of a line, without the key */
    size_t widths[CELL_COUNT];
};

static void format_line(const struct sides *sides, const struct setting *setting,
                        struct line *line)
{
    for (size_t i = 0; i < CELL_COUNT; i++)
        strbuf_clear(&line->cells[i]);
    strbuf_add_string(&line->cells[KEY], setting->path);
    for (size_t i = 0; i < sides->shown; i++) {
        struct strbuf raw = {0};

        setting_format(setting, sides->of[i], &raw);
        text_add_printable(&line->cells[i], strbuf_span(&raw), output_style());
        strbuf_release(&raw);
    }
}

static void format_heading(struct line *line)
{
    static const char *const titles[CELL_COUNT] = {
        [KEY] = "KEY",
        [SIDE_DEFAULT] = "DEFAULT",
        [SIDE_SAVED] = "FILE",
        [SIDE_UNSAVED] = "UNSAVED",
    };

    for (size_t i = 0; i < CELL_COUNT; i++) {
        strbuf_set_string(&line->cells[i], titles[i]);
    }
}

static size_t cells_of(const struct strbuf *text)
{
    return text_cells(strbuf_span(text), output_style());
}

static void measure(struct sides *sides, const struct line *line)
{
    for (size_t i = 0; i < CELL_COUNT; i++)
        if (cells_of(&line->cells[i]) > sides->widths[i])
            sides->widths[i] = cells_of(&line->cells[i]);
}

static void add_cell(const struct sides *sides, const struct line *line, size_t cell,
                     struct strbuf *out)
{
    size_t cells = cells_of(&line->cells[cell]);

    strbuf_add_span(out, strbuf_span(&line->cells[cell]));
    if (cell == sides->shown - 1)
        return;
    for (; cells < sides->widths[cell] + 2; cells++)
        strbuf_add_char(out, ' ');
}

static void add_line(const struct sides *sides, const struct line *line, struct strbuf *out)
{
    add_cell(sides, line, KEY, out);
    for (size_t i = 0; i < sides->shown; i++)
        add_cell(sides, line, i, out);
    strbuf_add_char(out, '\n');
}

static bool differs(const struct sides *sides, const struct setting *setting)
{
    for (size_t i = 1; i < sides->shown; i++)
        if (!setting_equals(setting, sides->of[SIDE_DEFAULT], sides->of[i]))
            return true;
    return false;
}

/* Do the same to the heading and to each setting that differs. Returns how many do. */
static size_t for_each_line(struct sides *sides, struct strbuf *out)
{
    struct line line = {0};
    size_t count = 0;

    format_heading(&line);
    if (out)
        add_line(sides, &line, out);
    else
        measure(sides, &line);
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;

        setting_at(i, &setting);
        if (setting.age == SETTING_OLD || !differs(sides, &setting))
            continue;
        count++;
        format_line(sides, &setting, &line);
        if (out)
            add_line(sides, &line, out);
        else
            measure(sides, &line);
    }
    for (size_t i = 0; i < CELL_COUNT; i++)
        strbuf_release(&line.cells[i]);
    return count;
}

/* Appends nothing when nothing differs; unsaved is NULL without such edits. */
static void add_table(const struct settings *saved, const struct settings *unsaved,
                      struct strbuf *out)
{
    struct settings defaults;

    settings_init(&defaults);
    struct sides sides = {
        .of = {&defaults, saved, unsaved},
        .shown = unsaved ? SIDE_COUNT : SIDE_UNSAVED,
    };
    if (for_each_line(&sides, NULL) > 0)
        for_each_line(&sides, out);
    settings_release(&defaults);
}

/* Edits that an ended screen left behind, if they are meant for this file. */
static bool find_unsaved(const struct settings *saved, const char *path,
                         struct settings *ret_unsaved)
{
    struct journal journal = {0};
    struct problems problems = {0};
    char *state = journal_find_state(), *file = NULL;
    bool is_found = state && journal_read_state(&journal, state, &file, &problems) &&
                    (!file || !path || strcmp(file, path) == 0);

    if (is_found) {
        journal_apply(&journal, saved, false, ret_unsaved);
        output_complain("%s holds edits that were not saved: procwatch-top offers them", state);
    }
    output_problems(&problems);
    problems_release(&problems);
    journal_release(&journal);
    free(file);
    free(state);
    return is_found;
}

static int print(const struct settings *saved, const char *path)
{
    struct settings unsaved;
    struct strbuf text = {0};
    bool has_unsaved = find_unsaved(saved, path, &unsaved);

    add_table(saved, has_unsaved ? &unsaved : NULL, &text);
    if (text.length == 0)
        output_complain("nothing differs from the built-in values");
    if (has_unsaved)
        settings_release(&unsaved);
    return output_print(&text);
}

int config_diff(const char *config)
{
    struct settings settings;
    struct settings_source source = {0};
    struct problems problems = {0};
    int status = EXIT_CONFIGURATION;

    settings_init(&settings);
    bool is_good = settings_load(&settings, config, &source, &problems);
    output_problems(&problems);
    if (is_good)
        status = print(&settings, source.path);
    problems_release(&problems);
    settings_source_release(&source);
    settings_release(&settings);
    return status;
}
