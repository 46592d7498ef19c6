/* SPDX-License-Identifier: MIT */
#include "ui/panel_bar.h"

#include <string.h>

#include "ui/keys.h"

static int draw_prompt(const struct brush *brush, const struct prompt *prompt)
{
    struct span before = strbuf_span(&prompt->text), behind = before;
    int x = draw_format(brush, 0, 1, ROLE_KEY,
                        strcmp(prompt->label, ":") == 0 ? ":" : "%s: ", prompt->label);
    int room = brush->area.width - x - 1;

    before.end = behind.at = before.at + prompt->cursor;
    /* A text longer than the line shows its part before the cursor. */
    while ((int)text_cells(before, brush->style) > room && before.at < before.end) {
        struct text_piece piece;

        text_take_piece(&before, brush->style, &piece);
    }
    int cursor = draw_span(brush, 0, x, ROLE_TEXT, before);
    draw_span(brush, 0, cursor, ROLE_TEXT, behind);
    return cursor;
}

static bool is_function_key(int key)
{
    return key > KEY_SPECIAL(KEY_F(0)) && key <= KEY_SPECIAL(KEY_F(12));
}

/* One key and its label, if there is room for both. */
static int draw_key(const struct brush *brush, int x, const struct key_row *row)
{
    struct strbuf name = {0};

    key_add_name(&name, row->key);
    if (x + (int)(name.length + strlen(row->bar)) <= brush->area.width) {
        x = draw_text(brush, 0, x, ROLE_BAR_KEY, strbuf_string(&name));
        x = draw_text(brush, 0, x, ROLE_BAR, row->bar) + 1;
    }
    strbuf_release(&name);
    return x;
}

enum { NARROW = 60, FUNCTION_KEYS = 12 };

/* The keys with a label: function keys in their order, then the others; those
 * come first where not all have room, because they lead out of where one is. */
static void draw_keys(const struct brush *brush, enum context context, bool is_readonly)
{
    bool is_narrow = brush->area.width < NARROW;
    int x = 0;

    draw_fill(brush, 0, 0, brush->area.width, ROLE_BAR);
    for (int turn = 1; turn <= FUNCTION_KEYS + 1; turn++) {
        /* 0 and beyond the last: the keys that are no function keys. */
        int function = is_narrow ? turn - 1 : turn;

        for (size_t i = 0; i < key_row_count; i++) {
            const struct key_row *row = &key_rows[i];
            bool has_turn = function >= 1 && function <= FUNCTION_KEYS
                                ? row->key == KEY_SPECIAL(KEY_F(function))
                                : !is_function_key(row->key);

            if (has_turn && row->bar && row->contexts & (unsigned)context &&
                (row->is_readonly_ok || !is_readonly))
                x = draw_key(brush, x, row);
        }
    }
}

int panel_bar_draw(const struct brush *brush, const struct app *app)
{
    if (app->prompt.label)
        return draw_prompt(brush, &app->prompt);
    if (app->message.text[0] != '\0')
        draw_clipped(brush, 0, (struct rect){0, 1, 1, brush->area.width - 1}, app->message.role,
                     span_of_string(app->message.text));
    else
        draw_keys(brush, app_context(app), app->is_readonly);
    return -1;
}
