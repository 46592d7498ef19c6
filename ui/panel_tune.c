/* SPDX-License-Identifier: MIT */
#include "ui/panel_tune.h"

#include <stdio.h>
#include <string.h>

#include "base/translate.h"
#include "ui/tune_rows.h"
#include "ui/tuner.h"

enum { VALUE_CELLS = 10, HITS_CELLS = 6, POINTS_CELLS = 8, KEY_CELLS = 28, GAP = 2 };

enum role whatif_line(const struct app *app, struct strbuf *out)
{
    size_t edits = app->tuning.journal.cursor;
    const struct whatif *whatif = &app->whatif;

    if (edits == 0 || !app_has_snapshot(app))
        return ROLE_DIM;
    whatif_describe(whatif, out);
    if (whatif->foremost < whatif->count) {
        const struct process *process = &app->refresh->snapshot.processes[whatif->foremost];

        strbuf_add_format(out, " (%d %s %.1f -> %.1f)", (int)process->pid,
                          snapshot_string(&app->refresh->snapshot, process->comm),
                          whatif->saved.verdicts[whatif->foremost].total_score,
                          app->refresh->scores.verdicts[whatif->foremost].total_score);
    }
    return whatif->newly_flagged + whatif->no_longer > 0 ? ROLE_WARNING : ROLE_DIM;
}

static void draw_title(const struct brush *brush, const struct app *app)
{
    struct strbuf line = {0};
    int x;

    if (app->layout.is_beside)
        for (int row = 0; row < brush->area.height; row++)
            draw_text(brush, row, 0, ROLE_BORDER, glyph(brush->style, GLYPH_VERTICAL));
    draw_rule(brush, 0, app->layout.is_beside, brush->area.width);
    x = draw_text(brush, 0, 1, ROLE_HEADER, " tune ") + 1;
    enum role role = whatif_line(app, &line);
    if (line.length > 0) {
        x = draw_text(brush, 0, x, ROLE_TEXT, " ");
        x = draw_clipped(brush, 0, (struct rect){0, x, 1, brush->area.width - x - 1}, role,
                         strbuf_span(&line));
        draw_text(brush, 0, x, ROLE_TEXT, " ");
    }
    strbuf_release(&line);
}

struct placement {
    int key, value, standard, hits, points, help; /* columns; -1: no room */
};

static struct placement place(int width)
{
    struct placement at = {.key = 2, .standard = -1, .hits = -1, .points = -1, .help = -1};
    int key_cells = width < 48 ? width - 24 : width < 66 ? 20 : KEY_CELLS;

    at.value = at.key + key_cells + GAP;
    if (width < 48) {
        at.hits = at.value + VALUE_CELLS + GAP;
        return at;
    }
    at.standard = at.value + VALUE_CELLS + GAP;
    at.hits = at.standard + VALUE_CELLS + GAP;
    if (at.hits + HITS_CELLS + GAP + POINTS_CELLS < width)
        at.points = at.hits + HITS_CELLS + GAP;
    if (at.points > 0 && at.points + POINTS_CELLS + 24 < width)
        at.help = at.points + POINTS_CELLS + 3;
    return at;
}

static void draw_right(const struct brush *brush, int row, struct rect where, enum role role,
                       struct span text)
{
    int cells = (int)text_cells(text, brush->style);

    if (cells < where.width) {
        where.x += where.width - cells;
        where.width = cells;
    }
    draw_clipped(brush, row, where, role, text);
}

static void draw_heading(const struct brush *brush, const struct placement *at)
{
    static const char *const titles[] = {"VALUE", "DEFAULT", "HITS", "POINTS"};
    const int places[] = {at->value, at->standard, at->hits, at->points};
    const int cells[] = {VALUE_CELLS, VALUE_CELLS, HITS_CELLS, POINTS_CELLS};

    draw_fill(brush, 0, 0, brush->area.width, ROLE_HEADING);
    draw_text(brush, 0, at->key, ROLE_HEADING, "KEY");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (places[i] >= 0)
            draw_right(brush, 0, (struct rect){0, places[i], 1, cells[i]}, ROLE_HEADING,
                       span_of_string(titles[i]));
    if (at->help >= 0)
        draw_text(brush, 0, at->help, ROLE_HEADING, "MEANING");
}

/* Whom it hits now, and what it adds to their scores; a negative count: nobody can
 * say. */
struct effect {
    long processes;
    double points;
};

static struct effect effect_of(const struct app *app, const struct tune_row *row,
                               const struct impact (*impacts)[HEURISTICS_MAX])
{
    const struct scores *scores = &app->refresh->scores;
    struct effect effect = {-1, 0};

    if (row->heuristic >= 0)
        return (struct effect){(*impacts)[row->heuristic].processes,
                               (*impacts)[row->heuristic].points};
    if (strcmp(row->setting.path, "min_score") == 0)
        effect.processes = scores->flagged_count;
    if (strncmp(row->setting.path, "whitelist.", 10) == 0)
        effect.processes = scores->whitelisted_count;
    if (strcmp(row->setting.path, "topk") == 0)
        effect.processes = (long)(app->view.count - app->view.thread_count);
    if (strcmp(row->setting.path, "ml_weight") == 0) {
        effect.processes = 0;
        for (size_t i = 0; i < scores->count; i++) {
            effect.processes += scores->verdicts[i].ml_score > 0;
            effect.points += app->settings.scoring.ml_weight * scores->verdicts[i].ml_score;
        }
    }
    return effect;
}

/* A row of the table and what it does now. */
struct line {
    struct tune_row row;
    struct effect effect;
};

static void draw_row(const struct brush *brush, int y, const struct placement *at,
                     const struct line *line, const struct app *app)
{
    struct strbuf value = {0}, standard = {0};
    char number[32];
    bool is_edited = tuner_has_edit_of(app, line->row.setting.path);
    enum role quiet = line->effect.processes > 0 || is_edited ? ROLE_TEXT : ROLE_DIM;

    setting_format(&line->row.setting, &app->settings, &value);
    setting_format_default(&line->row.setting, &standard);
    bool is_default = strcmp(strbuf_string(&value), strbuf_string(&standard)) == 0;
    if (brush->is_selected)
        draw_fill(brush, y, 0, brush->area.width, ROLE_TEXT);
    if (is_edited)
        draw_text(brush, y, 0, ROLE_WARNING, "*");
    draw_clipped(brush, y, (struct rect){0, at->key, 1, at->value - at->key - GAP}, quiet,
                 span_of_string(line->row.setting.path));
    draw_right(brush, y, (struct rect){0, at->value, 1, VALUE_CELLS},
               is_edited     ? ROLE_WARNING
               : !is_default ? ROLE_VALUE
                             : quiet,
               strbuf_span(&value));
    if (at->standard >= 0)
        draw_right(brush, y, (struct rect){0, at->standard, 1, VALUE_CELLS}, ROLE_DIM,
                   strbuf_span(&standard));
    if (line->effect.processes >= 0) {
        snprintf(number, sizeof number, "%ld", line->effect.processes);
        draw_right(brush, y, (struct rect){0, at->hits, 1, HITS_CELLS}, quiet,
                   span_of_string(number));
    }
    if (at->points >= 0 && line->effect.points > 0) {
        snprintf(number, sizeof number, "%+.1f", line->effect.points);
        draw_right(brush, y, (struct rect){0, at->points, 1, POINTS_CELLS}, quiet,
                   span_of_string(number));
    }
    if (at->help >= 0)
        draw_clipped(brush, y, (struct rect){0, at->help, 1, brush->area.width - at->help},
                     ROLE_DIM, span_of_string(translate(line->row.setting.help)));
    strbuf_release(&value);
    strbuf_release(&standard);
}

/* What the selected one means; all of a value that had no room. */
static void draw_help(const struct brush *brush, int y, const struct app *app)
{
    struct tune_row row;
    struct strbuf text = {0};

    tune_row_at(app->tune.index, &row);
    strbuf_add_string(&text, translate(row.setting.help));
    if (row.setting.kind == SETTING_PORTS) {
        strbuf_set_string(&text, "Watched ports: ");
        setting_format(&row.setting, &app->settings, &text);
    }
    draw_clipped(brush, y, (struct rect){0, 2, 1, brush->area.width - 2}, ROLE_DIM,
                 strbuf_span(&text));
    strbuf_release(&text);
}

static void keep_in_view(struct tune *tune, size_t height)
{
    size_t count = tune_row_count();
    size_t last = count > height ? count - height : 0;

    if (tune->index < tune->top)
        tune->top = tune->index;
    if (tune->index >= tune->top + height)
        tune->top = tune->index - height + 1;
    if (tune->top > last)
        tune->top = last;
}

void panel_tune_draw(const struct brush *brush, struct app *app)
{
    bool is_beside = app->layout.is_beside;
    struct brush inside = brush_part(brush, (struct rect){1, is_beside, brush->area.height - 1,
                                                          brush->area.width - is_beside});
    struct placement at = place(inside.area.width);
    int rows = inside.area.height - 2;
    struct impact impacts[HEURISTICS_MAX] = {0};

    draw_title(brush, app);
    draw_heading(&inside, &at);
    if (rows < 1)
        return;
    if (app_has_snapshot(app))
        impact_of_heuristics(app->refresh, &impacts);
    keep_in_view(&app->tune, (size_t)rows);
    for (int y = 0; y < rows; y++) {
        size_t index = app->tune.top + (size_t)y;
        struct brush part = inside;
        struct line line;

        if (index >= tune_row_count())
            break;
        tune_row_at(index, &line.row);
        line.effect = effect_of(app, &line.row, &impacts);
        part.is_selected = index == app->tune.index;
        draw_row(&part, y + 1, &at, &line, app);
    }
    draw_help(&inside, rows + 1, app);
}
