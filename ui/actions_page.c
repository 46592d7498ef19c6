/* SPDX-License-Identifier: MIT */
/* Scrolling and finding in the detail pane and in the help, alike. */
#include "ui/actions.h"
#include "ui/app.h"
#include "ui/detail.h"
#include "ui/prompt.h"

/* What is scrolled: its position, its text, what is looked for, its window. */
struct reader {
    size_t *scroll;
    size_t *line; /* under the cursor, or NULL */
    const struct page *page;
    struct strbuf *find;
    size_t height;
    bool *is_off_end; /* the cursor is not on the last line; or NULL */
};

static struct reader reader_of(struct app *app)
{
    if (app->help.is_open)
        return (struct reader){.scroll = &app->help.scroll,
                               .page = &app->help.page,
                               .find = &app->help.find,
                               .height = (size_t)app->layout.screen.height - 2};
    if (app->log.is_open)
        return (struct reader){
            .scroll = &app->log.scroll,
            .line = &app->log.line,
            .page = &app->log.page,
            .find = &app->log.find,
            .height = (size_t)(app->layout.screen.height - app->layout.header.height - 2),
            .is_off_end = &app->log.is_off_end};
    return (struct reader){.scroll = &app->detail.scroll,
                           .line = app->detail.tab == TAB_REASONS ? NULL : &app->detail.line,
                           .page = &app->detail.page,
                           .find = &app->detail.find,
                           .height = (size_t)app->layout.detail.height - 1};
}

static void scroll_to(const struct reader *reader, long line)
{
    long last = (long)reader->page->line_count - (long)reader->height;

    if (line > last)
        line = last;
    *reader->scroll = line < 0 ? 0 : (size_t)line;
}

/* The cursor goes there, and the page follows as far as it must. */
static void put_cursor(const struct reader *reader, long line)
{
    long last = (long)reader->page->line_count - 1;

    if (line > last)
        line = last;
    if (line < 0)
        line = 0;
    *reader->line = (size_t)line;
    if (reader->is_off_end)
        *reader->is_off_end = line < last;
    if ((size_t)line < *reader->scroll)
        scroll_to(reader, line);
    else if ((size_t)line >= *reader->scroll + reader->height)
        scroll_to(reader, line - (long)reader->height + 1);
}

static void scroll_by(struct app *app, long lines)
{
    struct reader reader = reader_of(app);

    if (reader.line)
        put_cursor(&reader, (long)*reader.line + lines);
    else
        scroll_to(&reader, (long)*reader.scroll + lines);
}

/* In the reasons the cursor goes to the next one, which is then in view; behind the
 * last, and on other pages, lines scroll. */
static bool move_reason(struct app *app, int by)
{
    struct detail *detail = &app->detail;
    struct reason_places *places = &detail->reasons;
    int heuristic = detail_reason(app);
    size_t at = 0;

    if (app->help.is_open || app->log.is_open || detail->tab != TAB_REASONS || heuristic < 0)
        return false;
    while (at < places->count && places->heuristics[at] != heuristic)
        at++;
    if (at == places->count)
        return false;
    if ((by < 0 && at == 0) || (by > 0 && at + 1 >= places->count))
        return false;
    at = by < 0 ? at - 1 : at + 1;
    places->chosen = places->heuristics[at];

    struct reader reader = reader_of(app);
    size_t first = places->lines[at];
    size_t end = at + 1 < places->count ? places->lines[at + 1] - 1 : first + 4;
    if (first < *reader.scroll)
        scroll_to(&reader, (long)first);
    else if (end > *reader.scroll + reader.height)
        scroll_to(&reader,
                  end - first < reader.height ? (long)(end - reader.height) : (long)first);
    return true;
}

void page_up(struct app *app)
{
    if (!move_reason(app, -1))
        scroll_by(app, -1);
}

void page_down(struct app *app)
{
    if (!move_reason(app, 1))
        scroll_by(app, 1);
}

static long height_of_a_page(struct app *app)
{
    long height = (long)reader_of(app).height;

    return height > 1 ? height - 1 : 1;
}

void page_page_up(struct app *app)
{
    scroll_by(app, -height_of_a_page(app));
}

void page_page_down(struct app *app)
{
    scroll_by(app, height_of_a_page(app));
}

void page_first(struct app *app)
{
    struct reader reader = reader_of(app);

    *reader.scroll = 0;
    if (reader.line)
        put_cursor(&reader, 0);
}

void page_last(struct app *app)
{
    struct reader reader = reader_of(app);

    scroll_to(&reader, (long)reader.page->line_count);
    if (reader.line)
        put_cursor(&reader, (long)reader.page->line_count);
}

static bool find_from(struct app *app, size_t line)
{
    struct reader reader = reader_of(app);
    const char *wanted = strbuf_string(reader.find);
    long found = *wanted ? page_find(reader.page, line, wanted) : -1;

    if (found < 0 && *wanted)
        found = page_find(reader.page, 0, wanted);
    if (found >= 0 && reader.line)
        put_cursor(&reader, found);
    else if (found >= 0)
        scroll_to(&reader, found);
    return found >= 0;
}

static size_t place_of(const struct reader *reader)
{
    return reader->line ? *reader->line : *reader->scroll;
}

/* As in the list: each letter looks from where the search began, and goes back there when
 * nothing is found. */
static void find_changed(struct app *app, const char *text)
{
    struct reader reader = reader_of(app);

    strbuf_set_string(reader.find, text);
    if (find_from(app, app->prompt.began))
        return;
    *reader.scroll = app->prompt.top;
    if (reader.line)
        put_cursor(&reader, (long)app->prompt.began);
}

static void find_done(struct app *app, const char *text)
{
    struct reader reader = reader_of(app);

    if (*text && !find_from(app, place_of(&reader)))
        app_say(app, ROLE_WARNING, "nothing contains \"%s\"", text);
}

void page_search(struct app *app)
{
    struct reader reader = reader_of(app);

    prompt_open(app, "Find", "", find_changed, find_done);
    app->prompt.began = place_of(&reader);
    app->prompt.top = *reader.scroll;
}

void page_search_next(struct app *app)
{
    struct reader reader = reader_of(app);

    if (reader.find->length == 0)
        page_search(app);
    else if (!find_from(app, place_of(&reader) + 1))
        app_say(app, ROLE_WARNING, "nothing contains \"%s\"", strbuf_string(reader.find));
}

/* The last match before the place, else the last of all. */
static bool find_before(struct app *app)
{
    struct reader reader = reader_of(app);
    const char *wanted = strbuf_string(reader.find);
    long place = (long)place_of(&reader), before = -1, last = -1;

    for (long at = page_find(reader.page, 0, wanted); at >= 0;
         at = page_find(reader.page, (size_t)at + 1, wanted)) {
        if (at < place)
            before = at;
        last = at;
    }
    if (last >= 0 && reader.line)
        put_cursor(&reader, before >= 0 ? before : last);
    else if (last >= 0)
        scroll_to(&reader, before >= 0 ? before : last);
    return last >= 0;
}

void page_search_previous(struct app *app)
{
    struct reader reader = reader_of(app);

    if (reader.find->length == 0)
        page_search(app);
    else if (!find_before(app))
        app_say(app, ROLE_WARNING, "nothing contains \"%s\"", strbuf_string(reader.find));
}

void help_open(struct app *app)
{
    app->help.context = app_context(app);
    app->help.is_open = true;
    app->help.scroll = 0;
    strbuf_clear(&app->help.find);
}

void help_close(struct app *app)
{
    app->help.is_open = false;
}
