/* SPDX-License-Identifier: MIT */
#include "ui/input.h"

#include <curses.h>

#include "ui/keys.h"

static int special_key(wint_t code)
{
    if (code == KEY_ENTER)
        return KEY_RETURN;
    if (code == KEY_RESIZE)
        return 0;
    return (int)KEY_SPECIAL(code);
}

/* Alt and a key arrive as escape and the key, at once. */
static int key_behind_escape(const struct keymap *map, unsigned context)
{
    wint_t code;

    if (get_wch(&code) != OK || code >= 0x7f || code < ' ')
        return KEY_ESCAPE;
    /* For terminals that keep the function keys to themselves. */
    if (code >= '0' && code <= '9')
        return KEY_SPECIAL(KEY_F(code == '0' ? 10 : (int)code - '0'));
    if (keymap_find(map, context, (int)KEY_ALT(code), false))
        return (int)KEY_ALT(code);
    /* Escape was pressed, and then something else, quickly. */
    unget_wch((wchar_t)code);
    return KEY_ESCAPE;
}

int input_read_key(const struct keymap *map, unsigned context)
{
    wint_t code;
    int kind = get_wch(&code);

    if (kind == ERR)
        return -1;
    if (kind == KEY_CODE_YES)
        return special_key(code);
    if (code == KEY_ESCAPE)
        return key_behind_escape(map, context);
    if (code == '\n')
        return KEY_RETURN;
    if (code == 0x7f)
        return KEY_SPECIAL(KEY_BACKSPACE);
    return (int)code;
}
