/* SPDX-License-Identifier: MIT */
#include "ui/panel_menu.h"

#include <stdio.h>
#include <string.h>

static int clamp(int value, int least, int most)
{
    return value > most ? most : value < least ? least : value;
}

/* Where it stands in a menu that is longer than its frame. */
static void draw_place(const struct brush *frame, const struct menu *menu)
{
    char place[48];

    snprintf(place, sizeof place, " %zu/%zu ", menu->index + 1, menu->count);
    draw_text(frame, frame->area.height - 1, frame->area.width - (int)strlen(place) - 2,
              ROLE_DIM, place);
}

static struct rect centred(const struct brush *screen, int height, int width)
{
    height = clamp(height, 3, screen->area.height);
    width = clamp(width, 10, screen->area.width);
    return (struct rect){(screen->area.height - height) / 2, (screen->area.width - width) / 2,
                         height, width};
}

void panel_menu_draw(const struct brush *screen, const struct menu *menu)
{
    int label_width = 4, hint_width = 0;

    for (size_t i = 0; i < menu->count; i++) {
        int label = (int)text_cells(span_of_string(menu->items[i].label), screen->style);
        int hint = (int)text_cells(span_of_string(menu->items[i].hint), screen->style);

        label_width = label > label_width ? label : label_width;
        hint_width = hint > hint_width ? hint : hint_width;
    }
    label_width = clamp(label_width, 4, screen->area.width < 60 ? 18 : 32);

    struct rect area = centred(screen, clamp((int)menu->count + 2, 3, screen->area.height - 4),
                               label_width + hint_width + 8);
    struct brush frame = brush_part(screen, area);
    struct brush inside = draw_box(&frame, menu->title);
    int height = inside.area.height;
    if ((int)menu->count > height)
        draw_place(&frame, menu);
    int first = clamp((int)menu->index - height / 2, 0,
                      (int)menu->count > height ? (int)menu->count - height : 0);

    for (int at = 0; at < height && first + at < (int)menu->count; at++) {
        const struct menu_item *item = &menu->items[first + at];
        struct brush brush = inside;

        brush.is_selected = first + at == (int)menu->index;
        draw_fill(&brush, at, 0, inside.area.width, ROLE_TEXT);
        draw_clipped(&brush, at, (struct rect){0, 1, 1, label_width}, ROLE_TEXT,
                     span_of_string(item->label));
        draw_clipped(&brush, at,
                     (struct rect){0, label_width + 3, 1, inside.area.width - label_width - 3},
                     ROLE_DIM, span_of_string(item->hint));
    }
}

static void draw_fact(const struct brush *brush, int row, const char *label, struct span text)
{
    draw_text(brush, row, 0, ROLE_LABEL, label);
    draw_clipped(brush, row, (struct rect){0, 9, 1, brush->area.width - 9}, ROLE_TEXT, text);
}

static void format_age(char (*ret_text)[48], double seconds)
{
    unsigned long whole = seconds > 0 ? (unsigned long)seconds : 0;

    if (whole >= 86400)
        snprintf(*ret_text, sizeof *ret_text, "%lu days %lu h ago", whole / 86400,
                 whole / 3600 % 24);
    else if (whole >= 3600)
        snprintf(*ret_text, sizeof *ret_text, "%lu h %lu min ago", whole / 3600,
                 whole / 60 % 60);
    else if (whole >= 60)
        snprintf(*ret_text, sizeof *ret_text, "%lu min %lu s ago", whole / 60, whole % 60);
    else
        snprintf(*ret_text, sizeof *ret_text, "%lu s ago", whole);
}

static void write_title(const struct confirm *confirm, char (*ret_title)[96])
{
    const char *name = sigabbrev_np(confirm->signal);

    if (confirm->target_count > 1)
        snprintf(*ret_title, sizeof *ret_title, "Send SIG%s to %zu processes?", name,
                 confirm->target_count);
    else if (confirm->flags & ENGINE_TREE)
        snprintf(*ret_title, sizeof *ret_title, "Send SIG%s to this one and its offspring?",
                 name);
    else
        snprintf(*ret_title, sizeof *ret_title, "Send SIG%s to this process?", name);
}

/* What else it does, or cannot do. */
static void draw_remark(const struct brush *brush, int row, const struct confirm *confirm)
{
    if (confirm->lost > 0 && confirm->target_count == 1)
        draw_text(brush, row, 0, ROLE_ERROR, "It cannot be signalled: gone, or refused.");
    else if (confirm->lost > 0)
        draw_format(brush, row, 0, ROLE_ERROR,
                    "%u of them cannot be signalled: gone, or refused.", confirm->lost);
    else if (confirm->flags & (ENGINE_FREEZE_FIRST | ENGINE_TREE))
        draw_text(brush, row, 0, ROLE_DIM, "All are frozen before the first one ends.");
}

void panel_confirm_draw(const struct brush *screen, const struct confirm *confirm)
{
    bool is_one = confirm->target_count <= 1;
    struct brush frame = brush_part(screen, centred(screen, 10, 64));
    char title[96], pid[16], age[48];

    write_title(confirm, &title);
    struct brush inside = draw_box(&frame, title);
    snprintf(pid, sizeof pid, "%d", (int)confirm->who.pid);
    format_age(&age, confirm->age_s);
    draw_fact(&inside, 0, is_one ? "pid" : "first", span_of_string(pid));
    draw_fact(&inside, 1, "name", strbuf_span(&confirm->name));
    draw_fact(&inside, 2, "user", strbuf_span(&confirm->user));
    draw_fact(&inside, 3, "started", span_of_string(age));
    draw_fact(&inside, 4, "exe", strbuf_span(&confirm->exe));
    if (!is_one)
        draw_fact(&inside, 5, "all", strbuf_span(&confirm->all));
    draw_remark(&inside, 6, confirm);
    int x = draw_text(&inside, 7, 0, ROLE_KEY, "y");
    x = draw_text(&inside, 7, x, ROLE_TEXT, " send it     ");
    x = draw_text(&inside, 7, x, ROLE_KEY, "n");
    draw_text(&inside, 7, x, ROLE_TEXT, " or Enter: leave it alone");
}
