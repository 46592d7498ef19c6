/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

#include <string.h>

#include "base/span.h"

#define FUNCTION(n) KEY_SPECIAL(KEY_F(n))
#define SPECIAL(k)  KEY_SPECIAL(KEY_##k)

static const char *const preset_names[] = {"htop", "vim"};

const char *key_preset_name(enum key_preset preset)
{
    return preset_names[preset == KEYS_VIM];
}

bool key_preset_find(const char *name, enum key_preset *ret_preset)
{
    for (size_t i = 0; i < sizeof preset_names / sizeof *preset_names; i++)
        if (strcmp(preset_names[i], name) == 0) {
            *ret_preset = i == 0 ? KEYS_HTOP : KEYS_VIM;
            return true;
        }
    return false;
}

void keys_use(struct app *app, enum key_preset preset)
{
    app->keys = preset;
    keymap_make(&app->keymap, preset, &app->preferences.bound);
}

const char *key_help(const struct key_row *row)
{
    for (size_t i = 0; !row->help && i < key_row_count; i++)
        if (key_rows[i].action == row->action && key_rows[i].help)
            return key_rows[i].help;
    return row->help;
}

const char *context_name(enum context context)
{
    switch (context) {
    case CONTEXT_LIST:
        return "list";
    case CONTEXT_DETAIL:
        return "details";
    case CONTEXT_HELP:
        return "help";
    case CONTEXT_LOG:
        return "events";
    case CONTEXT_MENU:
        return "menus";
    case CONTEXT_CONFIRM:
        return "questions";
    case CONTEXT_PROMPT:
        return "typing a text";
    case CONTEXT_TUNE:
        return "tuning";
    case CONTEXT_WHITELIST:
        return "whitelisting";
    case CONTEXT_REVIEW:
        return "saving";
    }
    return "";
}

static const struct {
    int key;
    const char *name;
} key_names[] = {
    {SPECIAL(UP),        "Up"       },
    {SPECIAL(DOWN),      "Down"     },
    {SPECIAL(LEFT),      "Left"     },
    {SPECIAL(RIGHT),     "Right"    },
    {SPECIAL(PPAGE),     "PgUp"     },
    {SPECIAL(NPAGE),     "PgDn"     },
    {SPECIAL(HOME),      "Home"     },
    {SPECIAL(END),       "End"      },
    {SPECIAL(BTAB),      "S-Tab"    },
    {SPECIAL(DC),        "Del"      },
    {SPECIAL(BACKSPACE), "Backspace"},
    {FUNCTION(15),       "S-F3"     },
    {KEY_RETURN,         "Enter"    },
    {KEY_ESCAPE,         "Esc"      },
    {'\t',               "Tab"      },
    {' ',                "Space"    },
};

void key_add_name(struct strbuf *out, int key)
{
    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
        if (key_names[i].key == key) {
            strbuf_add_string(out, key_names[i].name);
            return;
        }
    if (key > FUNCTION(0) && key <= FUNCTION(12))
        strbuf_add_format(out, "F%d", key - FUNCTION(0));
    else if (key >= KEY_ALT(0))
        strbuf_add_format(out, "M-%c", key & 0x7f);
    else if (key < ' ')
        strbuf_add_format(out, "^%c", key + '@');
    else
        strbuf_add_char(out, (char)key);
}

static bool is_printable(char c)
{
    return c > ' ' && c < 0x7f;
}

bool key_parse_name(const char *name, int *ret_key)
{
    struct span number = span_of_string(name);
    uint64_t function;
    int key = 0;

    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
        if (strcmp(key_names[i].name, name) == 0)
            key = key_names[i].key;
    if (key == 0 && is_printable(name[0]) && name[1] == '\0')
        key = name[0];
    else if (key == 0 && name[0] == '^' && name[1] > '@' && name[1] < 0x7f && name[2] == '\0')
        key = KEY_CONTROL(name[1]);
    else if (key == 0 && strncmp(name, "M-", 2) == 0 && is_printable(name[2]) &&
             name[3] == '\0')
        key = (int)KEY_ALT(name[2]);
    else if (key == 0 && span_take_char(&number, 'F') && span_is_u64(number, &function) &&
             function >= 1 && function <= 12)
        key = FUNCTION((int)function);
    if (key == 0)
        return false;
    *ret_key = key;
    return true;
}

bool key_dispatch(struct app *app, int key)
{
    const struct key_row *row =
        keymap_find(&app->keymap, app_context(app), key, app->is_readonly);

    if (!row && app->is_readonly && keymap_find(&app->keymap, app_context(app), key, false)) {
        app_say(app, ROLE_WARNING, "%s",
                app->replay ? "this is a recording: nothing of it can be acted on"
                            : "read-only: nothing is sent, written or saved");
        return true;
    }
    if (!row)
        return false;
    app->message.text[0] = '\0';
    app->is_dirty = true;
    app->key = key;
    row->action(app);
    app_arrange(app, app->layout.screen.height, app->layout.screen.width);
    return true;
}
