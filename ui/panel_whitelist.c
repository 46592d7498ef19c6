/* SPDX-License-Identifier: MIT */
#include "ui/panel_whitelist.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH_MOST = 100, KIND_CELLS = 9, NUMBER_CELLS = 9, NARROW = 56 };

/* Rows inside the frame: a heading, the entries, a gap, three of judgement, a gap, keys. */
enum { ROWS = WHITELIST_OFFER_COUNT + 7 };

/* What it stands for, in the words of the question. */
static const char *const names[WHITELIST_KIND_COUNT] = {
    [WHITELIST_NAME] = "name", [WHITELIST_USER] = "user", [WHITELIST_PATTERN] = "pattern",
    [WHITELIST_HASH] = "hash", [WHITELIST_PATH] = "path", [WHITELIST_RULE] = "reason",
};

static void draw_number(const struct brush *brush, int row, int column, enum role role,
                        unsigned number)
{
    draw_format(brush, row, column, role, "%*u", NUMBER_CELLS - 1, number);
}

static const char *absent_text(const struct whitelist_offer *offer)
{
    switch (offer->kind) {
    case WHITELIST_HASH:
        return "being computed, or cannot be read";
    case WHITELIST_PATH:
        return "no file is there under that name any more";
    case WHITELIST_RULE:
        return "no reason to excuse, or no executable is known";
    default:
        return "not known";
    }
}

/* How many of the numbers there is room for. */
static int number_columns(const struct brush *brush)
{
    return brush->area.width < NARROW ? 1 : 3;
}

static void draw_offer(const struct brush *brush, int row, const struct whitelist_offer *offer)
{
    int shown = number_columns(brush);
    int numbers = brush->area.width - shown * NUMBER_CELLS;
    struct rect where = {0, 1 + KIND_CELLS, 1, numbers - KIND_CELLS - 2};

    if (brush->is_selected)
        draw_fill(brush, row, 0, brush->area.width, ROLE_TEXT);
    draw_text(brush, row, 1, ROLE_LABEL, names[offer->kind]);
    if (offer->text.length == 0) {
        draw_clipped(brush, row, where, ROLE_DIM, span_of_string(absent_text(offer)));
        return;
    }
    draw_clipped(brush, row, where, ROLE_TEXT, strbuf_span(&offer->text));
    draw_number(brush, row, numbers, offer->is_broad ? ROLE_WARNING : ROLE_TEXT,
                offer->matches);
    if (shown == 1)
        return;
    draw_number(brush, row, numbers + NUMBER_CELLS, ROLE_TEXT, offer->flagged_matches);
    draw_number(brush, row, numbers + 2 * NUMBER_CELLS, ROLE_TEXT, offer->drops);
}

static void draw_heading(const struct brush *brush, int row)
{
    static const char *const titles[] = {"MATCHES", "FLAGGED", "EXCUSED"};
    int shown = number_columns(brush);
    int numbers = brush->area.width - shown * NUMBER_CELLS;

    draw_fill(brush, row, 0, brush->area.width, ROLE_HEADING);
    draw_text(brush, row, 1, ROLE_HEADING, "ENTRY");
    for (int i = 0; i < shown; i++)
        draw_format(brush, row, numbers + i * NUMBER_CELLS, ROLE_HEADING, "%*s",
                    NUMBER_CELLS - 1, titles[i]);
}

/* What the chosen one means, and what speaks against it. */
static void draw_judgement(const struct brush *brush, int row, const struct app *app)
{
    const struct whitelisting *dialog = &app->whitelisting;
    const struct whitelist_offer *offer = &dialog->offers.offers[dialog->index];
    double threshold = app->settings.scoring.min_score;
    int x;

    if (offer->text.length == 0)
        return;
    x = draw_format(brush, row, 1, ROLE_TEXT, "%d %s: %.1f -> %.1f", (int)dialog->who.pid,
                    dialog->name, offer->score_before, offer->score_after);
    if (offer->score_after >= threshold)
        draw_format(brush, row, x, ROLE_WARNING, ", still flagged");
    else if (offer->score_before >= threshold)
        draw_format(brush, row, x, ROLE_TEXT, ", no longer flagged");
    if (offer->stays.length > 0) {
        x = draw_text(brush, row + 1, 1, ROLE_WARNING,
                      offer->kind == WHITELIST_RULE ? "its other reasons stay: "
                                                    : "stays, too severe: ");
        draw_clipped(brush, row + 1, (struct rect){0, x, 1, brush->area.width - x - 1},
                     ROLE_TEXT, strbuf_span(&offer->stays));
    }
    if (offer->is_already_there)
        draw_text(brush, row + 2, 1, ROLE_WARNING, "it stands in the whitelist already");
    else if (offer->others_flagged > 0)
        draw_format(brush, row + 2, 1, ROLE_WARNING,
                    "broad: also %u flagged of another program, as %d", offer->others_flagged,
                    (int)offer->other_pid);
    else if (offer->is_broad)
        draw_format(brush, row + 2, 1, ROLE_WARNING, "broad: %u of %zu processes",
                    offer->matches, app->refresh->scores.count);
}

static void draw_keys(const struct brush *brush, int row)
{
    static const char *const keys[][2] = {
        {"Enter", " add it   " },
        {"e",     " edit it   "},
        {"Esc",   " leave"     },
    };
    int x = 1;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        x = draw_text(brush, row, x, ROLE_KEY, keys[i][0]);
        x = draw_text(brush, row, x, ROLE_TEXT, keys[i][1]);
    }
}

void panel_whitelist_draw(const struct brush *screen, const struct app *app)
{
    const struct whitelisting *dialog = &app->whitelisting;
    bool is_narrow = screen->area.width < NARROW;
    int room = is_narrow ? screen->area.width : screen->area.width - 4;
    int width = room < WIDTH_MOST ? room : WIDTH_MOST;
    int most = screen->area.height - 1;
    int height = ROWS + 2 < most ? ROWS + 2 : most;
    struct rect area = {(most - height) / 2, (screen->area.width - width) / 2, height, width};
    struct brush frame = brush_part(screen, area);
    char title[128];
    int row = 0;

    snprintf(title, sizeof title, "Whitelist %d %s by", (int)dialog->who.pid, dialog->name);
    struct brush inside = draw_box(&frame, title);
    bool is_whole = inside.area.height >= ROWS;
    if (is_whole)
        draw_heading(&inside, row++);
    for (int i = 0; i < WHITELIST_OFFER_COUNT; i++) {
        struct brush line = inside;

        line.is_selected = (size_t)i == dialog->index;
        draw_offer(&line, row++, &dialog->offers.offers[i]);
    }
    draw_judgement(&inside, row + is_whole, app);
    /* Where they have no room, the bar says them alone. */
    if (is_whole)
        draw_keys(&inside, inside.area.height - 1);
}
