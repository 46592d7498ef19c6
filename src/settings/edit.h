/* SPDX-License-Identifier: MIT */
/*
 * edit - changes one value in the text of a YAML file and leaves the rest alone.
 *
 * Only the bytes that must change do: comments, order, quoting, indentation, line
 * ends and the byte order mark stay, and what is new copies its neighbours. The
 * result is parsed again before anybody sees it: the change must be there, and
 * every other value must be what it was. What cannot be done so is refused with a
 * reason. Knows no settings: paths and values are text.
 */
#ifndef SETTINGS_EDIT_H
#define SETTINGS_EDIT_H

#include <stdbool.h>

#include "base/span.h"
#include "base/strbuf.h"

enum edit_kind {
    EDIT_SET,    /* the scalar at path becomes value */
    EDIT_UNSET,  /* the key goes away, so that its default counts */
    EDIT_ADD,    /* the list at path gains value, unless it has it */
    EDIT_DELETE, /* the list at path loses value */
};

struct edit {
    enum edit_kind kind;
    const char *path;    /* dotted: "whitelist.names" */
    const char *value;   /* NULL for EDIT_UNSET */
    bool is_text;        /* quote it where YAML needs that; else it stands as it is */
    const char *comment; /* behind a new line, without the "#"; or NULL */
};

/*
 * Apply to the text of a file; name stands in messages. On success the new text is
 * appended to ret_text; otherwise error says why not.
 */
bool edit_apply(const struct edit *edit, const char *name, struct span text,
                struct strbuf *ret_text, struct strbuf *error);

#endif
