/* SPDX-License-Identifier: MIT */
#include "ui/panel_bar.h"

#include <string.h>

#include "ui/keys.h"

/* To the right, where it moves with nothing that is typed. */
static void draw_problem(const struct brush *brush, int from, const char *problem)
{
    int cells = (int)text_cells(span_of_string(problem), brush->style);
    int x = brush->area.width - cells - 1;

    if (x < from)
        x = from;
    if (x < brush->area.width)
        draw_clipped(brush, 0, (struct rect){0, x, 1, brush->area.width - x}, ROLE_ERROR,
                     span_of_string(problem));
}

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
    int end = draw_span(brush, 0, cursor, ROLE_TEXT, behind);

    if (prompt->text.length == 0 && prompt->hint)
        draw_clipped(brush, 0, (struct rect){0, cursor + 2, 1, brush->area.width - cursor - 3},
                     ROLE_DIM, span_of_string(prompt->hint));
    draw_problem(brush, end + 2, prompt->problem);
    return cursor;
}

static bool is_function_key(int key)
{
    return key > KEY_SPECIAL(KEY_F(0)) && key <= KEY_SPECIAL(KEY_F(12));
}

/* A key of the bar and where it stands. */
struct bar_key {
    const struct key_row *row;
    int x, end;
};

enum { NARROW = 60, FUNCTION_KEYS = 12, BAR_KEYS_MAX = 40 };

static int name_cells(const struct key_row *row)
{
    struct strbuf name = {0};

    key_add_name(&name, row->key);
    int cells = (int)name.length;
    strbuf_release(&name);
    return cells;
}

/* "F1Help", as fingers and eyes know it, but "t Choose": a letter is one of the word's
 * otherwise. */
static int gap_cells(int width, const struct key_row *row)
{
    return width >= NARROW && !is_function_key(row->key);
}

/* Function keys in their order, then the others; on a narrow screen those first, and
 * before them the way out. */
static int turn_of(const struct key_row *row, bool is_turned)
{
    if (is_function_key(row->key))
        return row->key - KEY_SPECIAL(KEY_F(0));
    if (is_turned)
        return row->key == KEY_ESCAPE ? -1 : 0;
    return FUNCTION_KEYS + 1;
}

/* The keys with a label that have room. */
static int place_keys(const struct app *app, int width, struct bar_key *ret_keys)
{
    enum context context = app_context(app);
    bool is_turned = width < NARROW && context != CONTEXT_LIST;
    int x = 0, count = 0;

    for (int turn = -1; turn <= FUNCTION_KEYS + 1; turn++) {
        for (size_t i = 0; i < app->keymap.count && count < BAR_KEYS_MAX; i++) {
            const struct key_row *row = &app->keymap.rows[i];

            if (turn_of(row, is_turned) != turn || !row->bar ||
                !(row->contexts & (unsigned)context) ||
                (app->is_readonly && !row->is_readonly_ok))
                continue;
            int gap = gap_cells(width, row);
            int end = x + name_cells(row) + gap + (int)strlen(row->bar);
            if (end > width)
                continue;
            ret_keys[count++] = (struct bar_key){row, x, end};
            x = end + 1 + gap;
        }
    }
    return count;
}

static void draw_keys(const struct brush *brush, const struct app *app)
{
    struct bar_key keys[BAR_KEYS_MAX];
    int count = place_keys(app, brush->area.width, keys);

    draw_fill(brush, 0, 0, brush->area.width, ROLE_BAR);
    for (int i = 0; i < count; i++) {
        struct strbuf name = {0};

        key_add_name(&name, keys[i].row->key);
        int x = draw_text(brush, 0, keys[i].x, ROLE_BAR_KEY, strbuf_string(&name));
        x += gap_cells(brush->area.width, keys[i].row);
        draw_text(brush, 0, x, ROLE_BAR, keys[i].row->bar);
        strbuf_release(&name);
    }
}

int panel_bar_key_at(const struct app *app, int x)
{
    struct bar_key keys[BAR_KEYS_MAX];
    int count = place_keys(app, app->layout.bar.width, keys);

    if (app->prompt.label || app->message.text[0] != '\0')
        return 0;
    for (int i = 0; i < count; i++)
        if (x >= keys[i].x && x < keys[i].end)
            return keys[i].row->key;
    return 0;
}

int panel_bar_draw(const struct brush *brush, const struct app *app)
{
    if (app->prompt.label)
        return draw_prompt(brush, &app->prompt);
    if (app->message.text[0] != '\0')
        draw_clipped(brush, 0, (struct rect){0, 1, 1, brush->area.width - 1}, app->message.role,
                     span_of_string(app->message.text));
    else
        draw_keys(brush, app);
    return -1;
}
