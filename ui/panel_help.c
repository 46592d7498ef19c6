/* SPDX-License-Identifier: MIT */
#include "ui/panel_help.h"

#include <string.h>

#include "base/translate.h"
#include "heuristics/heuristic.h"
#include "ui/keys.h"

enum { KEYS_WIDTH = 17, KEYS_WIDTH_NARROW = 9, REASONS_WIDTH = 22, NARROW = 60 };

static int keys_width(const struct page *page)
{
    return page->width < NARROW ? KEYS_WIDTH_NARROW : KEYS_WIDTH;
}

static bool is_digit(int key)
{
    return key >= '0' && key <= '9';
}

/* The row behind it is the next digit, of the same action. */
static bool goes_on(const struct keymap *map, size_t at)
{
    const struct key_row *row = &map->rows[at];

    return at + 1 < map->count && is_digit(row->key) && is_digit(row[1].key) &&
           row[1].key == row->key + 1 && row[1].action == row->action;
}

/* All keys of one action in a context, on the line of the first; ten digits as 0-9. */
static void add_keys(struct strbuf *out, const struct keymap *map, enum context context,
                     const struct key_row *first)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct key_row *row = &map->rows[i];

        if (row->action != first->action || !(row->contexts & (unsigned)context))
            continue;
        if (out->length > 0)
            strbuf_add_char(out, ' ');
        key_add_name(out, row->key);
        if (!goes_on(map, i))
            continue;
        while (goes_on(map, i))
            i++;
        strbuf_add_char(out, '-');
        key_add_name(out, map->rows[i].key);
    }
}

static const struct key_row *first_of_action(const struct keymap *map, enum context context,
                                             const struct key_row *row)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->rows[i].action == row->action && map->rows[i].contexts & (unsigned)context)
            return &map->rows[i];
    return row;
}

static void write_context(struct page *page, const struct keymap *map, enum context context,
                          bool is_readonly)
{
    struct strbuf names = {0};

    page_line(page);
    page_line(page);
    page_add(page, ROLE_HEADING, " %s ", context_name(context));
    for (size_t i = 0; i < map->count; i++) {
        const struct key_row *row = &map->rows[i];

        if (!(row->contexts & (unsigned)context) || first_of_action(map, context, row) != row ||
            (is_readonly && !row->is_readonly_ok))
            continue;
        strbuf_clear(&names);
        add_keys(&names, map, context, row);
        page_line(page);
        page_add(page, ROLE_KEY, "  %-*s ", keys_width(page), strbuf_string(&names));
        page_wrap(page, ROLE_TEXT, keys_width(page) + 3,
                  span_of_string(translate(key_help(row))));
    }
    strbuf_release(&names);
}

static void write_marks(struct page *page, const struct theme *theme)
{
    static const struct {
        enum role role;
        const char *text;
    } marks[] = {
        {ROLE_SEVERITY_CRITICAL,
         "a reason of 5 points or more about what runs or who talks to whom"},
        {ROLE_SEVERITY_HIGH,     "such a reason of 3 points or more"        },
        {ROLE_SEVERITY_LOW,      "weak reasons only, whatever their sum"    },
        {ROLE_WHITELISTED,       "an entry of the whitelist matches"        },
        {ROLE_PROCESS_NEW,       "came in the last ten seconds"             },
    };

    page_line(page);
    page_line(page);
    page_add(page, ROLE_HEADING, " marks ");
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        page_line(page);
        page_add(page, ROLE_TEXT, "  ");
        page_add(page, marks[i].role, "%-*s ", keys_width(page), theme->marks[marks[i].role]);
        page_wrap(page, ROLE_TEXT, keys_width(page) + 3, span_of_string(marks[i].text));
    }
}

static void write_heuristics(struct page *page)
{
    size_t count;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&count);

    page_line(page);
    page_line(page);
    page_add(page, ROLE_HEADING, " reasons ");
    for (size_t i = 0; i < count; i++) {
        page_line(page);
        page_add(page, ROLE_KEY, "  %-5s", catalogue[i]->chip);
        page_add(page, ROLE_DIM, "%-*s", REASONS_WIDTH - 5, catalogue[i]->key);
        page_add(page, ROLE_TEXT, " ");
        page_wrap(page, ROLE_TEXT, page->width < NARROW ? KEYS_WIDTH_NARROW : REASONS_WIDTH + 3,
                  span_of_string(translate(catalogue[i]->title)));
    }
}

void panel_help_write(struct page *page, const struct theme *theme, const struct keymap *map,
                      bool is_readonly, enum context first)
{
    page_line(page);
    page_add(page, ROLE_KEY, "Help");
    page_wrap(page, ROLE_TEXT, 0,
              span_of_string(" for procwatch-top: / finds a text here, Esc goes back."));
    write_context(page, map, first, is_readonly);
    for (unsigned context = CONTEXT_LIST; context <= CONTEXT_PROMPT; context <<= 1)
        if (context != first)
            write_context(page, map, (enum context)context, is_readonly);
    write_marks(page, theme);
    write_heuristics(page);
}

void panel_help_draw(const struct brush *brush, const struct help *help)
{
    struct brush inside =
        brush_part(brush, (struct rect){0, 1, brush->area.height, brush->area.width - 2});

    draw_clear(brush);
    page_draw(&help->page, &inside, help->scroll,
              help->find.length > 0 ? strbuf_string(&help->find) : NULL);
}
