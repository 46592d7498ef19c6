/* SPDX-License-Identifier: MIT */
#include "ui/panel_why.h"

#include <math.h>
#include <string.h>

enum {
    SENTENCES_LEAST = 24,
    CHIPS_LEAST = 9,
    MATRIX_CELL = 5, /* a chip of four letters and a gap */
    MATRIX_MAX = 32,
};

enum role role_of_reason(const struct reason *reason)
{
    bool is_weak = reason->heuristic->class == SIGNAL_WEAK;

    if (reason->is_whitelisted && reason->score < reason->points)
        return ROLE_WHITELISTED;
    if (reason->score <= 0)
        return ROLE_DIM;
    if (!is_weak && reason->score >= 5)
        return ROLE_SEVERITY_CRITICAL;
    return !is_weak && reason->score >= 3 ? ROLE_SEVERITY_HIGH : ROLE_SEVERITY_LOW;
}

static struct row row_at(const struct refresh *refresh, const struct view *view, size_t index,
                         enum text_style style)
{
    return view_row(&refresh->snapshot, refresh->relations, &refresh->scores, view->rows[index],
                    style);
}

/* The widest chips among the rows on the screen. */
static int chips_width(const struct why *why, const struct view *view, const struct list *list,
                       const struct brush *brush, int room)
{
    struct strbuf text = {0};
    int width = CHIPS_LEAST;

    for (int at = 1; at < brush->area.height; at++) {
        size_t index = list->top + (size_t)at - 1;
        if (index >= view->count)
            break;
        struct row row = row_at(why->refresh, view, index, brush->style);

        strbuf_clear(&text);
        format_chips(&row, &text, (size_t)room);
        int cells = (int)text_cells(strbuf_span(&text), brush->style);
        width = cells > width ? cells : width;
    }
    strbuf_release(&text);
    return width;
}

/* Every heuristic that counts somewhere in the view, in catalogue order. */
static void choose_matrix(struct why *why, const struct view *view, int room)
{
    struct heuristic_set hit = {0};
    int limit = room / MATRIX_CELL;

    for (size_t i = 0; i < view->count; i++) {
        struct row row = row_at(why->refresh, view, i, TEXT_ASCII);

        for (uint32_t r = 0; r < row.verdict->reason_count; r++)
            if (row_reasons(&row)[r].score > 0)
                heuristic_set_add(&hit, row_reasons(&row)[r].heuristic_index);
    }
    for (uint32_t h = 0; h < why->refresh->assessment.catalogue_count; h++)
        if (heuristic_set_has(&hit, h) && why->column_count < limit &&
            why->column_count < MATRIX_MAX)
            why->columns[why->column_count++] = h;
    why->width = why->column_count * MATRIX_CELL;
}

struct why why_arrange(const struct refresh *refresh, const struct view *view,
                       const struct list *list, const struct brush *brush, int x)
{
    struct why why = {
        .refresh = refresh,
        .mode = list->mode,
        .x = x,
        .sentences_x = -1,
        .skip = (size_t)list->columns.text_skip,
        .is_command = list->shows_command,
    };
    int room = brush->area.width - x;

    if (room <= 0)
        return why;
    if (list->mode == LIST_SENTENCES) {
        why.sentences_x = x;
        return why;
    }
    if (list->mode == LIST_MATRIX)
        choose_matrix(&why, view, room);
    else
        why.width = chips_width(&why, view, list, brush, room);
    if (room - why.width - 2 >= SENTENCES_LEAST)
        why.sentences_x = x + why.width + 2;
    else if (list->mode == LIST_CHIPS)
        why.width = room;
    return why;
}

void why_draw_heading(const struct brush *brush, const struct why *why)
{
    if (why->mode == LIST_CHIPS)
        draw_text(brush, 0, why->x, ROLE_HEADING, "REASONS");
    for (int i = 0; i < why->column_count; i++)
        draw_text(brush, 0, why->x + i * MATRIX_CELL, ROLE_HEADING,
                  why->refresh->assessment.catalogue[why->columns[i]]->chip);
    if (why->sentences_x >= 0)
        draw_format(brush, 0, why->sentences_x, ROLE_HEADING, "%s%s", why->skip > 0 ? "<" : "",
                    why->is_command ? "COMMAND" : "WHY");
}

/* The i-th chip is the i-th reason that counts. */
static void draw_chips(const struct brush *brush, int at, const struct why *why,
                       const struct row *row)
{
    const struct reason *reason = row_reasons(row);
    const struct reason *end = reason + row->verdict->reason_count;
    struct strbuf text = {0};
    struct span chips, chip;
    int x = why->x;

    format_chips(row, &text, (size_t)why->width);
    chips = strbuf_span(&text);
    while (span_take_until(&chips, ' ', &chip)) {
        x = draw_span(brush, at, x, reason < end ? role_of_reason(reason) : ROLE_DIM, chip) + 1;
        reason++;
    }
    strbuf_release(&text);
}

static const struct reason *find_reason(const struct row *row, uint32_t heuristic)
{
    for (uint32_t i = 0; i < row->verdict->reason_count; i++)
        if (row_reasons(row)[i].heuristic_index == heuristic)
            return &row_reasons(row)[i];
    return NULL;
}

static void draw_matrix(const struct brush *brush, int at, const struct why *why,
                        const struct row *row)
{
    size_t process = snapshot_index(row->snapshot, row->process);
    const struct process_findings *findings = &why->refresh->assessment.processes[process];

    for (int i = 0; i < why->column_count; i++) {
        const struct reason *reason = find_reason(row, why->columns[i]);
        int x = why->x + i * MATRIX_CELL;

        if (reason && reason->score > 0) {
            double points = round(reason->score * 10) / 10;

            draw_format(brush, at, x, role_of_reason(reason),
                        points == floor(points) ? "%.0f" : "%.1f", points);
        } else if (heuristic_set_has(&findings->not_assessed, why->columns[i])) {
            draw_text(brush, at, x, ROLE_DIM, "?");
        } else {
            draw_text(brush, at, x, ROLE_DIM, glyph(brush->style, GLYPH_NONE));
        }
    }
}

static void draw_sentences(const struct brush *brush, int at, const struct why *why,
                           const struct row *row)
{
    int x = why->sentences_x;
    struct strbuf text = {0};
    struct text_piece piece;
    size_t cells = brush->area.width > x ? (size_t)(brush->area.width - x) : 0, skipped = 0;

    if (why->is_command)
        column_format(column_find("cmdline"), row, &text);
    else
        format_sentences(row, &text, cells + why->skip);
    struct span rest = strbuf_span(&text);
    while (skipped < why->skip && text_take_piece(&rest, brush->style, &piece))
        skipped += piece.cells;
    draw_clipped(brush, at, (struct rect){0, x, 1, (int)cells},
                 row->verdict->is_flagged ? ROLE_TEXT : ROLE_DIM, rest);
    strbuf_release(&text);
}

void why_draw_row(const struct brush *brush, int at, const struct why *why,
                  const struct row *row)
{
    if (why->mode == LIST_CHIPS && why->width > 0)
        draw_chips(brush, at, why, row);
    else if (why->mode == LIST_MATRIX)
        draw_matrix(brush, at, why, row);
    if (why->sentences_x >= 0)
        draw_sentences(brush, at, why, row);
}
