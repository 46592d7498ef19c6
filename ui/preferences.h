/* SPDX-License-Identifier: MIT */
/*
 * preferences - how the user likes the screen: sort, columns, theme, keys, named
 * filters.
 * They live in ${XDG_CONFIG_HOME:-~/.config}/procwatch/top.yaml, apart from what is
 * suspicious. A file that is broken costs a word, never the start.
 */
#ifndef UI_PREFERENCES_H
#define UI_PREFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/strbuf.h"

struct app;
struct key_row;
struct theme_spec;

/* Which keys the fingers know; where the two differ, a row of the key table is of one. */
enum key_preset {
    KEYS_HTOP = 1 << 0,
    KEYS_VIM = 1 << 1, /* j k h l move in the list */
};

/* A key of the user's own. */
struct key_binding {
    unsigned context;          /* enum context, one of them */
    int key;                   /* as keys.h has them */
    const struct key_row *row; /* one of the action's; NULL: the key means nothing */
};

struct key_bindings {
    struct key_binding *items;
    size_t count, capacity;
};

struct named_filter {
    char *name, *text;
};

struct preferences {
    char *path;  /* NULL: they are not kept */
    char *theme; /* NULL: the built-in one */
    enum key_preset keys;
    struct key_bindings bound;
    bool rings; /* when a process becomes flagged */
    bool logs;  /* likewise, to syslog(3) */
    struct named_filter *filters;
    size_t filter_count, filter_capacity;
    struct strbuf start; /* as they were when the screen began */
};

void preferences_release(struct preferences *preferences);

/* Take over what the file says; what is wrong in it is left out, with a warning. */
void preferences_load(struct app *app, struct problems *problems);
/* The same from text in memory; name stands in the messages. */
void preferences_read(struct app *app, const char *name, struct span text,
                      struct problems *problems);

/* The theme that was asked for, which must be there, or else the one that was liked once,
 * which may have gone. */
bool preferences_load_theme(const struct app *app, const char *given,
                            struct theme_spec *ret_theme, struct problems *problems);

/* From here on a change is the user's own. */
void preferences_begin(struct app *app);

/* All of them as YAML that reads back as the same. */
void preferences_format(const struct app *app, struct strbuf *out);

/* When one was changed since preferences_begin(): write the file whole and at once.
 * Negative errno. */
int preferences_save(const struct app *app);

/* A filter under a name; the text is copied, an empty one forgets the name. */
void preferences_name_filter(struct preferences *preferences, const char *name,
                             const char *text);

#endif
