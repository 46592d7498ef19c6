/* SPDX-License-Identifier: MIT */
#include "ui/panel_list.h"

#include <string.h>

#include "ui/panel_why.h"

enum { COLUMNS_MAX = 12 };

/* The columns before the reasons, and from which width on. */
static const struct {
    const char *key;
    int from_width;
} shown_columns[] = {
    {"score", 0 },
    {"mark",  0 },
    {"pid",   0 },
    {"ppid",  72},
    {"user",  56},
    {"cpu",   64},
    {"name",  0 },
};

struct placed {
    const struct column *column;
    int x, width;
};

struct placing {
    struct placed columns[COLUMNS_MAX];
    int count;
    int saved_x; /* the score without the edits; 0: not shown */
    int why_x;   /* where the reasons begin */
};

enum { SAVED_CELLS = 7 };

static bool is_shown(const struct column *column, int width)
{
    for (size_t i = 0; i < sizeof shown_columns / sizeof *shown_columns; i++)
        if (strcmp(shown_columns[i].key, column->key) == 0)
            return width >= shown_columns[i].from_width;
    return false;
}

static void place(struct placing *placing, const struct column *column, int screen_width)
{
    bool is_name = strcmp(column->key, "name") == 0;
    int width = is_name && screen_width < 56 ? 11 : (int)column->width;

    placing->columns[placing->count++] = (struct placed){column, placing->why_x, width};
    placing->why_x += width + 1;
}

static struct placing place_columns(const struct list *list, int width, bool has_saved)
{
    struct placing placing = {.why_x = 1};
    bool has_sort = is_shown(list->sort, width) || list->sort->width == 0 ||
                    (int)list->sort->width > width / 4;

    for (size_t i = 0; i < sizeof shown_columns / sizeof *shown_columns; i++) {
        const struct column *column = column_find(shown_columns[i].key);

        /* What it is sorted by is worth seeing. */
        if (strcmp(column->key, "name") == 0 && !has_sort)
            place(&placing, list->sort, width);
        if (width >= shown_columns[i].from_width)
            place(&placing, column, width);
        if (has_saved && strcmp(column->key, "score") == 0) {
            placing.saved_x = placing.why_x;
            placing.why_x += SAVED_CELLS + 1;
        }
    }
    placing.why_x++;
    return placing;
}

static void draw_heading(const struct brush *brush, const struct placing *placing,
                         const struct list *list)
{
    draw_fill(brush, 0, 0, brush->area.width, ROLE_HEADING);
    if (placing->saved_x > 0)
        draw_format(brush, 0, placing->saved_x, ROLE_HEADING, "%*s", SAVED_CELLS - 1, "SAVED");
    for (int i = 0; i < placing->count; i++) {
        const struct placed *placed = &placing->columns[i];
        bool is_sorted = placed->column == list->sort;
        const char *title = placed->column->title;
        int x = placed->x;

        if (strcmp(placed->column->key, "mark") == 0)
            title = "";
        if (placed->column->align == ALIGN_RIGHT)
            x += placed->width - (int)strlen(title);
        x = draw_text(brush, 0, x, is_sorted ? ROLE_SORTED : ROLE_HEADING, title);
        if (is_sorted)
            draw_text(brush, 0, x, ROLE_SORTED,
                      glyph(brush->style, list->is_reversed ? GLYPH_UP : GLYPH_DOWN));
    }
}

/* Names are drawn raw, so that draw shows what had to be escaped. */
static struct span cell_text(const struct row *row, const struct column *column,
                             struct strbuf *text)
{
    if (strcmp(column->key, "name") == 0 && column_is_known(column, row))
        return snapshot_span(row->snapshot, row->process->comm);
    strbuf_clear(text);
    column_format(column, row, text);
    return strbuf_span(text);
}

static enum role cell_role(const struct row *row, const struct column *column)
{
    bool is_quiet = !row->verdict->is_flagged;

    if (strcmp(column->key, "score") == 0 || strcmp(column->key, "mark") == 0)
        return role_of_severity(row->verdict->severity);
    if (strcmp(column->key, "name") == 0 && row->verdict->is_flagged)
        return ROLE_KEY;
    if (strcmp(column->key, "cpu") == 0 && column_is_known(column, row) &&
        column->number(row) >= 50)
        return ROLE_TEXT;
    return is_quiet ? ROLE_DIM : ROLE_TEXT;
}

static void draw_mark(const struct brush *brush, int at, const struct placed *placed,
                      const struct row *row)
{
    enum role role = role_of_severity(row->verdict->severity);

    if (row->verdict->severity == SEVERITY_NONE && row->verdict->is_whitelisted)
        role = ROLE_WHITELISTED;
    draw_text(brush, at, placed->x, role, brush->theme->marks[role]);
    if (row->verdict->is_acknowledged)
        draw_text(brush, at, placed->x, ROLE_WHITELISTED, "a ");
    if (row->process->is_new)
        draw_text(brush, at, placed->x + placed->width, ROLE_PROCESS_NEW,
                  brush->theme->marks[ROLE_PROCESS_NEW]);
}

static void draw_cell(const struct brush *brush, int at, const struct placed *placed,
                      const struct row *row)
{
    struct strbuf text = {0};
    struct span cell = cell_text(row, placed->column, &text);
    struct rect where = {0, placed->x, 1, placed->width};

    if (placed->column->align == ALIGN_RIGHT) {
        int cells = (int)text_cells(cell, brush->style);

        if (cells < placed->width)
            where.x += placed->width - cells;
        where.width = placed->x + placed->width - where.x;
    }
    draw_clipped(brush, at, where, cell_role(row, placed->column), cell);
    strbuf_release(&text);
}

static void draw_row(const struct brush *plain, int at, const struct placing *placing,
                     const struct row *row, bool is_selected)
{
    struct brush brush = *plain;

    brush.is_selected = is_selected;
    if (is_selected)
        draw_fill(&brush, at, 0, brush.area.width, ROLE_TEXT);
    for (int i = 0; i < placing->count; i++) {
        const struct placed *placed = &placing->columns[i];

        if (strcmp(placed->column->key, "mark") == 0)
            draw_mark(&brush, at, placed, row);
        else
            draw_cell(&brush, at, placed, row);
    }
}

/* What the score is without the edits, and whether they carry it over the threshold. */
static void draw_saved(const struct brush *brush, int at, int x, const struct whatif *whatif,
                       size_t process)
{
    enum whatif_change change = (enum whatif_change)whatif->changes[process];
    enum role role = change == WHATIF_SAME ? ROLE_DIM : ROLE_TEXT;

    draw_format(brush, at, x, role, "%*.1f", SAVED_CELLS - 1,
                whatif->saved.verdicts[process].total_score);
    if (change == WHATIF_NEWLY_FLAGGED)
        draw_text(brush, at, x + SAVED_CELLS - 1, ROLE_DIFF_DELETE, "+");
    else if (change == WHATIF_NO_LONGER)
        draw_text(brush, at, x + SAVED_CELLS - 1, ROLE_DIFF_ADD, "-");
}

static void draw_nothing(const struct brush *brush, const struct refresh *refresh,
                         const struct list *list)
{
    const char *text = "no process matches";

    if (!refresh->block)
        text = "looking at the processes of this machine ...";
    else if (list->scope == SCOPE_FLAGGED && refresh->scores.flagged_count == 0)
        text = "nothing is flagged";
    int x = (brush->area.width - (int)strlen(text)) / 2;
    draw_text(brush, brush->area.height / 3, x > 0 ? x : 0, ROLE_DIM, text);
}

void panel_list_draw(const struct brush *brush, const struct refresh *refresh,
                     const struct view *view, const struct list *list,
                     const struct whatif *whatif)
{
    struct placing placing = place_columns(list, brush->area.width, whatif != NULL);

    draw_heading(brush, &placing, list);
    if (!refresh->block || view->count == 0) {
        draw_nothing(brush, refresh, list);
        return;
    }

    struct why why = why_arrange(refresh, view, list, brush, placing.why_x);
    why_draw_heading(brush, &why);
    for (int at = 1; at < brush->area.height; at++) {
        size_t index = list->top + (size_t)at - 1;

        if (index >= view->count)
            break;
        struct row row = view_row(&refresh->snapshot, refresh->relations, &refresh->scores,
                                  view->rows[index], brush->style);
        bool is_selected = index == list->index;
        draw_row(brush, at, &placing, &row, is_selected);
        if (whatif) {
            struct brush line = *brush;

            line.is_selected = is_selected;
            draw_saved(&line, at, placing.saved_x, whatif, view->rows[index]);
        }
        why_draw_row(brush, at, &why, &row, is_selected);
    }
}
