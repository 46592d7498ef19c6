/* SPDX-License-Identifier: MIT */
#include "ui/panel_detail.h"

#include <string.h>

#include "ui/keys.h"
#include "ui/panel_connections.h"
#include "ui/panel_maps.h"
#include "ui/panel_reasons.h"
#include "ui/sheet_page.h"

static void write_reasons(struct app *app, const struct subject *subject)
{
    const struct refresh *refresh = app->detail.kept ? app->detail.kept : app->refresh;

    const struct judges judges = {&app->settings.scoring, &refresh->assessment,
                                  app->learned.anomaly};

    struct reason_places *places = &app->detail.reasons;
    int chosen = places->chosen;

    /* A cursor is shown where keys would move it. */
    places->chosen = app_context(app) == CONTEXT_DETAIL ? detail_reason(app) : -1;
    panel_reasons_write(&app->detail.page, subject, &judges, places);
    places->chosen = chosen;
}

static void write_maps(struct app *app, const struct subject *subject)
{
    panel_maps_write(&app->detail.page, subject);
}

static void write_connections(struct app *app, const struct subject *subject)
{
    panel_connections_write(&app->detail.page, subject, &app->settings.thresholds.ports);
}

#define SHEET(name)                                                          \
    static void write_##name(struct app *app, const struct subject *subject) \
    {                                                                        \
        sheet_page_write(&app->detail.page, sheet_##name, subject,           \
                         app->detail.reveals_secrets);                       \
    }

SHEET(ancestry)
SHEET(program)
SHEET(files)
SHEET(environ)
SHEET(threads)
SHEET(security)

/* To add a tab: its page in a panel file, a row here, a key of that name. */
static const struct {
    const char *name;
    const char *short_name;
    void (*write)(struct app *app, const struct subject *subject);
} tabs[TAB_COUNT] = {
    [TAB_REASONS] = {"reasons",     "reasons", write_reasons    },
    [TAB_ANCESTRY] = {"ancestry",    "ances",   write_ancestry   },
    [TAB_PROGRAM] = {"program",     "prog",    write_program    },
    [TAB_CONNECTIONS] = {"connections", "conns",   write_connections},
    [TAB_FILES] = {"files",       "files",   write_files      },
    [TAB_MAPS] = {"maps",        "maps",    write_maps       },
    [TAB_ENVIRON] = {"environ",     "env",     write_environ    },
    [TAB_THREADS] = {"threads",     "thr",     write_threads    },
    [TAB_SECURITY] = {"security",    "sec",     write_security   },
};

const char *panel_detail_tab_name(enum tab tab)
{
    return tabs[tab].name;
}

void panel_detail_write(struct app *app, int width)
{
    struct detail *detail = &app->detail;
    struct subject subject;

    page_clear(&detail->page, width, app->style);
    if (detail_subject(app, &subject)) {
        tabs[detail->tab].write(app, &subject);
        if (detail->line >= detail->page.line_count)
            detail->line = detail->page.line_count > 0 ? detail->page.line_count - 1 : 0;
        /* A cursor is shown where keys would move it. */
        if (app_context(app) == CONTEXT_DETAIL && detail->tab != TAB_REASONS)
            detail->page.cursor = (long)detail->line;
        return;
    }
    page_line(&detail->page);
    page_add(&detail->page, ROLE_DIM, "Nothing is known of process %d.", (int)detail->who.pid);
}

enum { NARROW = 60 };

/* How much of the tabs there is room for; the chosen one has its name in each. */
enum tab_form { TABS_NAMED, TABS_CLOSE, TABS_SHORT, TABS_LETTERS, TABS_TIGHT };

static const char *tab_text(int tab, enum tab_form form, bool is_active)
{
    if (form == TABS_SHORT)
        return tabs[tab].short_name;
    return form < TABS_SHORT || is_active ? tabs[tab].name : "";
}

/* Blanks around a tab that is not the chosen one; in front first. */
static int tab_blanks(enum tab_form form)
{
    return form == TABS_NAMED || form == TABS_LETTERS ? 2 : 1;
}

static int tab_width(int tab, enum tab_form form, bool is_active)
{
    int length = (int)strlen(tab_text(tab, form, is_active));

    return 1 + (length > 0) + length + (is_active ? 2 : tab_blanks(form));
}

static int tabs_width(enum tab active, enum tab_form form)
{
    int width = 0;

    for (int tab = 0; tab < TAB_COUNT; tab++)
        width += tab_width(tab, form, tab == (int)active);
    return width;
}

static enum tab_form choose_form(enum tab active, int room)
{
    for (int form = TABS_NAMED; form < TABS_TIGHT; form++)
        if (tabs_width(active, (enum tab_form)form) <= room)
            return (enum tab_form)form;
    return TABS_TIGHT;
}

static int draw_tabs(const struct brush *brush, int x, struct app *app)
{
    struct detail *detail = &app->detail;
    enum tab_form form = choose_form(detail->tab, brush->area.width - x);

    for (int tab = 0; tab < TAB_COUNT; tab++) {
        bool is_active = detail->tab == (enum tab)tab;
        enum role role = is_active ? ROLE_TAB_ACTIVE : ROLE_TAB;
        const char *text = tab_text(tab, form, is_active);

        x = draw_format(brush, 0, x, is_active ? role : ROLE_KEY,
                        is_active || tab_blanks(form) > 1 ? " %c" : "%c",
                        keymap_key_of(&app->keymap, CONTEXT_DETAIL, tabs[tab].name));
        x = draw_format(brush, 0, x, role, *text ? " %s " : "%s ", text);
        detail->tab_ends[tab] = x;
    }
    return x;
}

/* What is left for the name: none where that makes letters of the tabs, and the list
 * above has it. */
static int name_room(const struct brush *brush, const struct app *app, int x, int cells)
{
    int needed = tabs_width(app->detail.tab, TABS_SHORT);

    if (brush->area.width < NARROW)
        return 5;
    if (app->layout.list.height > 0 && x + cells + 2 + needed > brush->area.width &&
        x + 1 + needed <= brush->area.width)
        return 0;
    return cells;
}

static int draw_title(const struct brush *brush, const struct app *app)
{
    const struct detail *detail = &app->detail;
    enum role role = app_context(app) == CONTEXT_DETAIL ? ROLE_HEADER : ROLE_KEY;
    struct subject subject;
    int x = draw_format(brush, 0, 1, role, " %d ", (int)detail->who.pid);

    if (!detail_subject(app, &subject))
        return x;
    struct span name = snapshot_span(subject.row.snapshot, subject.row.process->comm);
    int cells = (int)text_cells(name, brush->style);
    int room = name_room(brush, app, x, cells < 16 ? cells : 16);
    if (room > 0) {
        x = draw_clipped(brush, 0, (struct rect){0, x, 1, room}, role, name);
        x = draw_text(brush, 0, x, role, " ");
    }
    if (subject.is_gone)
        x = draw_text(brush, 0, x + 1, ROLE_ERROR, " gone: as last seen ");
    return x;
}

static void draw_position(const struct brush *brush, const struct detail *detail, int left)
{
    size_t height = (size_t)(brush->area.height - 1);
    size_t count = detail->page.line_count;

    if (count <= height)
        return;
    size_t last = detail->scroll + height < count ? detail->scroll + height : count;
    if (left + 14 <= brush->area.width)
        draw_format(brush, 0, brush->area.width - 12, ROLE_DIM, " %zu/%zu ", last, count);
    else if (left < brush->area.width)
        draw_text(brush, 0, brush->area.width - 1, ROLE_KEY,
                  glyph(brush->style, last < count ? GLYPH_DOWN : GLYPH_UP));
}

void panel_detail_draw(const struct brush *brush, struct app *app)
{
    struct detail *detail = &app->detail;
    int x;

    if (app->layout.is_beside)
        for (int row = 0; row < brush->area.height; row++)
            draw_text(brush, row, 0, ROLE_BORDER, glyph(brush->style, GLYPH_VERTICAL));
    draw_rule(brush, 0, app->layout.is_beside, brush->area.width);
    x = draw_title(brush, app);
    x = draw_tabs(brush, x + 1, app);
    draw_position(brush, detail, x);

    struct brush inside =
        brush_part(brush, (struct rect){1, 2, brush->area.height - 1, brush->area.width - 3});
    page_draw(&detail->page, &inside, detail->scroll,
              detail->find.length > 0 ? strbuf_string(&detail->find) : NULL);
}
