/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

#include <string.h>

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

bool key_row_serves(const struct key_row *row, enum key_preset preset, unsigned contexts)
{
    return row->contexts & contexts && (row->presets == 0 || row->presets & preset);
}

const struct key_row *key_find(enum key_preset preset, enum context context, int key,
                               bool is_readonly)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].key == key && key_row_serves(&key_rows[i], preset, context) &&
            (key_rows[i].is_readonly_ok || !is_readonly))
            return &key_rows[i];
    return NULL;
}

int key_of_action(enum key_preset preset, enum context context, const char *action_name)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_row_serves(&key_rows[i], preset, context) &&
            strcmp(key_rows[i].action_name, action_name) == 0)
            return key_rows[i].key;
    return 0;
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

void key_add_name(struct strbuf *out, int key)
{
    static const struct {
        int key;
        const char *name;
    } names[] = {
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

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].key == key) {
            strbuf_add_string(out, names[i].name);
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

bool key_dispatch(struct app *app, int key)
{
    const struct key_row *row = key_find(app->keys, app_context(app), key, app->is_readonly);

    if (!row && app->is_readonly && key_find(app->keys, app_context(app), key, false)) {
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
