/* SPDX-License-Identifier: MIT */
#include "ui/panel_list.h"

#include <stdio.h>
#include <string.h>

#include "ui/panel_why.h"
#include "ui/placing.h"

static bool is_name(const struct column *column)
{
    return strcmp(column->key, "name") == 0;
}

static void draw_heading(const struct brush *brush, const struct placing *placing,
                         const struct list *list)
{
    draw_fill(brush, 0, 0, brush->area.width, ROLE_HEADING);
    if (placing->saved_x > 0)
        draw_format(brush, 0, placing->saved_x, ROLE_HEADING, "%*s", SAVED_CELLS - 1, "SAVED");
    if (list->columns.skipped > 0)
        draw_text(brush, 0, 0, ROLE_SORTED, "<");
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
    if (is_name(column) && row->thread)
        return snapshot_span(row->snapshot, row->thread->comm);
    if (is_name(column) && column_is_known(column, row))
        return snapshot_span(row->snapshot, row->process->comm);
    strbuf_clear(text);
    column_format(column, row, text);
    return strbuf_span(text);
}

static enum role cell_role(const struct row *row, const struct column *column)
{
    bool is_quiet = !row->verdict->is_flagged;

    if (row->thread)
        return strcmp(column->key, "cpu") == 0 && row->thread->cpu_percent >= 50 ? ROLE_TEXT
                                                                                 : ROLE_DIM;
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

    if (row->thread)
        return;
    if (row->verdict->severity == SEVERITY_NONE && row->verdict->is_whitelisted)
        role = ROLE_WHITELISTED;
    draw_text(brush, at, placed->x, role, brush->theme->marks[role]);
    if (row->verdict->is_acknowledged)
        draw_text(brush, at, placed->x, ROLE_WHITELISTED, "a ");
    if (history_is_new(row->history, row->process))
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

/* "(12)", "(12, 1 flagged)" at the right end. Returns what is left for the name. */
static int draw_hidden(const struct brush *brush, int at, struct placed placed,
                       const struct tree_row *branch)
{
    char hidden[40];
    int cells;

    if (branch->flagged > 0)
        cells = snprintf(hidden, sizeof hidden, "(%u, %u flagged)", branch->hidden,
                         branch->flagged);
    else
        cells = snprintf(hidden, sizeof hidden, "(%u)", branch->hidden);
    if (cells + 4 >= placed.width)
        cells = snprintf(hidden, sizeof hidden, "(%u%s)", branch->hidden,
                         branch->flagged > 0 ? "!" : "");
    if (cells + 4 >= placed.width)
        return placed.width;
    draw_text(brush, at, placed.x + placed.width - cells,
              branch->flagged > 0 ? role_of_severity(branch->worst) : ROLE_DIM, hidden);
    return placed.width - cells - 1;
}

/* The branches before a name leave it a third of its room. */
static void draw_name(const struct brush *brush, int at, struct placed placed,
                      const struct row *row, const struct tree_row *branch)
{
    struct strbuf text = {0};

    tree_add_branch(branch, brush->style, (size_t)placed.width * 2 / 3, &text);
    int end = draw_span(brush, at, placed.x, ROLE_BORDER, strbuf_span(&text));
    strbuf_release(&text);
    if (end > placed.x)
        end++;
    placed.width -= end - placed.x;
    placed.x = end;
    if (branch->is_folded)
        placed.width = draw_hidden(brush, at, placed, branch);
    draw_cell(brush, at, &placed, row);
}

static void draw_margin(const struct brush *brush, int at, const struct list *list,
                        const struct row *row)
{
    if (row->thread)
        return;
    if (identities_have(&list->tagged, row->process))
        draw_text(brush, at, 0, ROLE_WARNING, "*");
    else if (identity_is(list->followed, row->process))
        draw_text(brush, at, 0, ROLE_KEY, ">");
}

/* In a tree its place there; in a list a thread hangs below its process. */
static bool find_branch(const struct panel_list *panel, size_t index,
                        struct tree_row *ret_branch)
{
    const struct snapshot *snapshot = &panel->refresh->snapshot;

    if (panel->list->is_tree)
        *ret_branch = panel->list->tree.rows[index];
    else if (view_thread(panel->view, snapshot, index))
        *ret_branch =
            (struct tree_row){.depth = 1,
                              .is_last = index + 1 == panel->view->count ||
                                         !view_thread(panel->view, snapshot, index + 1)};
    else
        return false;
    return true;
}

static void draw_row(const struct brush *brush, int at, const struct placing *placing,
                     const struct panel_list *panel, const struct row *row)
{
    struct tree_row branch;
    bool has_branch = find_branch(panel, panel->list->top + (size_t)at - 1, &branch);

    if (brush->is_selected)
        draw_fill(brush, at, 0, brush->area.width, ROLE_TEXT);
    draw_margin(brush, at, panel->list, row);
    for (int i = 0; i < placing->count; i++) {
        const struct placed *placed = &placing->columns[i];

        if (strcmp(placed->column->key, "mark") == 0)
            draw_mark(brush, at, placed, row);
        else if (has_branch && is_name(placed->column))
            draw_name(brush, at, *placed, row, &branch);
        else
            draw_cell(brush, at, placed, row);
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

static void draw_centred(const struct brush *brush, int row, enum role role, const char *text)
{
    int x = (brush->area.width - (int)strlen(text)) / 2;

    draw_text(brush, row, x > 0 ? x : 0, role, text);
}

/* Why nobody is there, and what shows somebody. */
static void draw_nothing(const struct brush *brush, const struct refresh *refresh,
                         const struct list *list)
{
    bool has_choice =
        list->filter.length > 0 || list->user.length > 0 || list->who.text[0] != '\0';
    const char *text = "no process matches", *hint = "v chooses which are shown";
    int row = brush->area.height / 3;

    if (!refresh->block) {
        text = "looking at all processes ...";
        hint = "";
    } else if (has_choice) {
        hint = "= clears the filters";
    } else if (list->scope == SCOPE_FLAGGED && refresh->scores.flagged_count == 0) {
        text = "nothing is flagged";
    }
    draw_centred(brush, row, ROLE_TEXT, text);
    draw_centred(brush, row + 1, ROLE_DIM, hint);
}

/* Below the last row: the list ends there, the processes do not. */
static void draw_rest(const struct brush *brush, const struct panel_list *panel, int x)
{
    size_t shown = panel->view->count - panel->view->thread_count;
    int row = (int)(panel->view->count - panel->list->top) + 1;

    if (!panel->list->is_tree && panel->view->matched > shown && row < brush->area.height)
        draw_format(brush, row, x, ROLE_DIM, "%zu more: v chooses which are shown",
                    panel->view->matched - shown);
}

/* What ended is no row any more: below the rows, so that none of them moves. */
static void draw_ended(const struct brush *brush, int at, const struct placing *placing,
                       const struct list *list, const struct history_ended *ended)
{
    long seconds = (long)((list->history.now_ms - ended->at_ms) / 1000);

    for (int i = 0; i < placing->count; i++) {
        const struct placed *placed = &placing->columns[i];
        struct span cell = strbuf_span(&history_cell(ended, placed->column)->text);
        struct rect where = {0, placed->x, 1, placed->width};
        int cells = (int)text_cells(cell, brush->style);

        if (strcmp(placed->column->key, "mark") == 0)
            cell = span_of_string(brush->theme->marks[ROLE_PROCESS_EXITED]);
        else if (placed->column->align == ALIGN_RIGHT && cells < placed->width)
            where.x += placed->width - cells;
        draw_clipped(brush, at, where, ROLE_PROCESS_EXITED, cell);
    }
    int x = draw_format(brush, at, placing->why_x, ROLE_DIM, "ended %ld s ago", seconds) + 2;
    draw_clipped(brush, at, (struct rect){0, x, 1, brush->area.width - x}, ROLE_DIM,
                 strbuf_span(&history_cell(ended, column_find("reasons"))->text));
}

/* The rows, and behind their columns the reasons. */
static void draw_rows(const struct brush *brush, const struct panel_list *panel,
                      const struct placing *placing)
{
    const struct refresh *refresh = panel->refresh;
    const struct list *list = panel->list;
    struct why why = why_arrange(refresh, panel->view, list, brush, placing->why_x);

    why_draw_heading(brush, &why);
    for (int at = 1; at < brush->area.height; at++) {
        size_t index = list->top + (size_t)at - 1;
        struct brush line = *brush;

        if (index >= panel->view->count)
            break;
        struct row row = view_row(&refresh->snapshot, refresh->relations, &refresh->scores,
                                  panel->view->rows[index], brush->style);
        row.history = &list->history;
        row.thread = view_thread(panel->view, &refresh->snapshot, index);
        line.is_selected = index == list->index;
        line.rests = panel->rests;
        draw_row(&line, at, placing, panel, &row);
        if (row.thread)
            continue;
        if (panel->whatif)
            draw_saved(&line, at, placing->saved_x, panel->whatif, panel->view->rows[index]);
        why_draw_row(&line, at, &why, &row);
    }
}

void panel_list_draw(const struct brush *brush, const struct panel_list *panel)
{
    const struct list *list = panel->list;
    struct placing placing = placing_make(list, brush->area.width, panel->whatif != NULL);
    int ended = (int)list_count_ended(list, brush->area.height);
    struct brush rows = *brush;

    rows.area.height -= ended;
    draw_heading(brush, &placing, list);
    if (!panel->refresh->block || panel->view->count == 0)
        draw_nothing(&rows, panel->refresh, list);
    else
        draw_rows(&rows, panel, &placing);
    if (panel->refresh->block && panel->view->count > 0 && placing.count > 0)
        draw_rest(&rows, panel, placing.columns[placing.count - 1].x);
    for (int i = 0; i < ended; i++)
        draw_ended(brush, rows.area.height + i, &placing, list, list_ended(list, (size_t)i));
}
