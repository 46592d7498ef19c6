/* SPDX-License-Identifier: MIT */
/*
 * patch - replacing pieces of a text by others, and the lines around them.
 * Private to settings/edit.
 */
#ifndef SETTINGS_PATCH_H
#define SETTINGS_PATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "base/yaml.h"
#include "settings/edit.h"

enum { PATCH_MAX_PIECES = 4 };

struct patch_piece {
    size_t start, end; /* bytes to be replaced; equal: an insertion */
    struct strbuf text;
};

struct patch {
    const struct yaml *yaml;
    const struct edit *edit;
    struct strbuf *error;
    struct patch_piece pieces[PATCH_MAX_PIECES];
    size_t count;
};

/* One member of a flow collection: an item, or a key with its value. */
struct patch_member {
    size_t start, end;
};

void patch_release(struct patch *patch);
void patch_replace(struct patch *patch, size_t start, size_t end, const char *text);
void patch_write(struct patch *patch, struct strbuf *out);

/* Says why the edit is refused; returns false. */
bool patch_refuse(struct patch *patch, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lines end as libyaml ends them: LF, CRLF, CR, NEL, LS, PS. */
size_t patch_line_start(const struct patch *patch, size_t at);
size_t patch_line_end(const struct patch *patch, size_t at);  /* before its line break */
size_t patch_next_line(const struct patch *patch, size_t at); /* behind it */
const char *patch_line_break(const struct patch *patch, size_t at);

/* Behind the last byte of a node that is no white space. */
size_t patch_end_of(const struct patch *patch, const struct yaml_node *node);

/* Columns before a byte, when nothing but spaces stands there. */
bool patch_indent(const struct patch *patch, size_t at, size_t *ret_columns);

/* Is there a "#" in these bytes that could begin a comment? */
bool patch_has_comment(const struct patch *patch, size_t start, size_t end);

/* Remove whole lines, from the one of first to the one of last. */
void patch_remove_lines(struct patch *patch, size_t first, size_t last);

/* Append the value of the edit, in the style where that is possible. */
void patch_add_value(const struct patch *patch, enum yaml_style style, struct strbuf *out);

/* Flow collections. */
bool patch_flow_add(struct patch *patch, const struct yaml_node *node, const char *text);
bool patch_flow_remove(struct patch *patch, const struct yaml_node *node, size_t index);

/* Put a value where a key has none, or null; in a flow mapping even the colon may
 * be missing. */
bool patch_fill_empty(struct patch *patch, const struct yaml_pair *pair, const char *text);

/* Block collections. */
bool patch_block_add_item(struct patch *patch, const struct yaml_node *list);
bool patch_block_remove_item(struct patch *patch, const struct yaml_pair *pair, size_t index);
/* Put "key: value" behind the last pair of a mapping, or below a key that has
 * nothing yet (parent; NULL: the file is empty). */
bool patch_block_add_key(struct patch *patch, const struct yaml_node *mapping,
                         const struct yaml_pair *parent, const char *path);
bool patch_block_remove_pair(struct patch *patch, const struct yaml_pair *pair);
/* Begin a list below a key that has nothing yet. */
bool patch_block_begin_list(struct patch *patch, const struct yaml_pair *pair);

/* Does the new text say what the old one did, but for the edit? */
bool patch_verify(const struct edit *edit, const struct yaml *before, const struct yaml *after);

#endif
