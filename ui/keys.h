/* SPDX-License-Identifier: MIT */
/*
 * keys - one row a key: dispatch, function bar, help screen and manual follow
 * the table. Two presets share it; what one of them moves has a row for each;
 * keymap.h has those in force.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "ui/app.h"

/* A key as input_read_key() gives it: a character, or one of curses' KEY_ codes
 * moved out of the characters' way. */
#define KEY_SPECIAL(code) ((code) | 1 << 24)
#define KEY_ALT(c)        ((c) | 1 << 25)
#define KEY_CONTROL(c)    ((c)&0x1f)

enum { KEY_ESCAPE = 27, KEY_RETURN = '\r', KEY_ANY_TEXT = -1 };

struct key_row {
    unsigned contexts; /* enum context, or-ed */
    int key;
    const char *action_name; /* as ":name" and in the manual */
    void (*action)(struct app *app);
    bool is_readonly_ok;
    const char *bar;  /* label in the function bar, or NULL */
    const char *help; /* NULL: the same as the row above, by another key */
    unsigned presets; /* enum key_preset, or-ed; 0: all of them */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

/* "htop", "vim". */
const char *key_preset_name(enum key_preset preset);
bool key_preset_find(const char *name, enum key_preset *ret_preset);

/* The keys of that preset from now on, and on them those of the user's own. */
void keys_use(struct app *app, enum key_preset preset);

/* What it does: its own help, or that of the row it is another key for. */
const char *key_help(const struct key_row *row);

/* "^L", "F9", "PgUp", "Enter". */
void key_add_name(struct strbuf *out, int key);

/* The reverse; false for what is no key's name. */
bool key_parse_name(const char *name, int *ret_key);

/* "list", "details": as help groups them. */
const char *context_name(enum context context);

/* Run what the key means where the keys go now. False when it means nothing. */
bool key_dispatch(struct app *app, int key);

#endif
