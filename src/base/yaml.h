/* SPDX-License-Identifier: MIT */
/*
 * yaml - a user's YAML file as a tree that remembers where each byte stood.
 *
 * Reads one document through libyaml's event interface, within limits that keep
 * any input under two seconds and 64 MiB: size, depth, nodes, and what aliases
 * expand to. Merge keys are resolved, duplicate keys are errors. Knows no keys
 * and no types: a scalar is text with a style. Every other user of YAML (settings,
 * themes) reads through here; who edits a file patches its bytes by the offsets.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/problem.h"

enum {
    YAML_MAX_BYTES = 1 << 20,
    YAML_MAX_DEPTH = 16, /* of collections, aliases followed */
    YAML_MAX_NODES = 100000,
    YAML_MAX_EXPANSION = 10000, /* nodes that all aliases together stand for */
    YAML_MAX_DUPLICATES = 100,  /* reported; one is enough to refuse the file */
};

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING, YAML_ALIAS };

enum yaml_style {
    YAML_PLAIN,
    YAML_SINGLE_QUOTED,
    YAML_DOUBLE_QUOTED,
    YAML_LITERAL, /* | */
    YAML_FOLDED,  /* > */
    YAML_BLOCK,   /* a collection by indentation */
    YAML_FLOW,    /* a collection in brackets */
};

struct yaml_pair {
    struct yaml_node *key;
    struct yaml_node *value; /* an empty scalar where nothing is written */
};

struct yaml_node {
    enum yaml_kind kind;
    enum yaml_style style;

    /* Bytes of the text: [start, end), with start before an anchor or tag and
     * content behind them. A block collection ends where its last member does;
     * a literal or folded scalar at the next line that is not blank. */
    size_t start, content, end;
    const char *anchor; /* or NULL */
    const char *tag;    /* "tag:yaml.org,2002:int", "!", or NULL */
    size_t alias_count; /* aliases that refer to this node */

    const char *text; /* scalar: its value, NUL-terminated */
    size_t length;    /* of text; NUL cannot occur in it */

    struct yaml_node **items; /* sequence */
    struct yaml_pair *pairs;  /* mapping: as written without "<<", then merged ones */
    size_t count;             /* of items or pairs */
    size_t own_count;         /* pairs written here, not merged */
    struct yaml_pair merge;   /* the "<<" pair; key is NULL without one */

    struct yaml_node *target; /* alias: what it stands for */
    size_t expanded_size;     /* nodes from here on, aliases followed */
    unsigned height;          /* levels of collections from here on */
};

struct yaml {
    char *name; /* stands in messages */
    const char *text;
    size_t length;
    size_t body;            /* bytes of the byte order mark: 0 or 3 */
    struct yaml_node *root; /* NULL: the file is empty or has only comments */
    size_t document_end;    /* where "..." begins, else length */
    size_t *line_starts;    /* ascending; lines end with LF, CRLF or CR */
    size_t line_count;
    struct arena arena;
};

/* Parse a copy of the text. What is wrong is added to problems with its place;
 * false, with nothing to release, when anything is. */
bool yaml_parse(struct yaml *ret_yaml, const char *name, const char *text, size_t length,
                struct problems *problems);
void yaml_release(struct yaml *yaml);

/* The node itself, or what an alias stands for; NULL for NULL. */
const struct yaml_node *yaml_resolve(const struct yaml_node *node);

/* The value of a key, resolved; NULL without one or when node is no mapping. */
const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);

/* A plain scalar that means null: nothing, ~, null. Also true for NULL. */
bool yaml_is_null(const struct yaml_node *node);

/* The text of a scalar (resolved), or NULL for a collection. */
const char *yaml_text(const struct yaml_node *node);

/* "a list", "a mapping", "text" ... for messages. */
const char *yaml_describe(const struct yaml_node *node);

/* Line and column of a byte, both 1-based; columns count characters. */
void yaml_place(const struct yaml *yaml, size_t offset, unsigned *ret_line,
                unsigned *ret_column);

/* Add a problem at a node. */
void yaml_problem(const struct yaml *yaml, const struct yaml_node *node,
                  struct problems *problems, enum problem_level level, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
