/* SPDX-License-Identifier: MIT */
/* filter_parse - from the text of a filter to its tree. Private to filter. */
#ifndef VIEW_FILTER_PARSE_H
#define VIEW_FILTER_PARSE_H

#include <regex.h>

#include "base/arena.h"
#include "view/filter.h"

enum filter_comparison {
    FILTER_EQUAL,
    FILTER_NOT_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL,
    FILTER_LIKE,     /* ~ */
    FILTER_NOT_LIKE, /* !~ */
};

enum filter_node_kind {
    FILTER_AND,
    FILTER_OR,
    FILTER_NOT,     /* left only */
    FILTER_WORD,    /* text */
    FILTER_COMPARE, /* column or reason, comparison, text or number or regex */
};

struct filter_node {
    enum filter_node_kind kind;
    enum filter_comparison comparison;
    const struct filter_node *left, *right;
    const struct column *column; /* NULL: the field is "reason" */
    const char *text;
    double number;
    struct filter_regex *regex;
};

struct filter_regex {
    struct filter_regex *next;
    regex_t compiled;
};

struct filter {
    struct arena arena;
    const struct filter_node *root; /* NULL: everything passes */
    struct filter_regex *regexes;   /* to be freed */
};

/* False with the error set. What was allocated stays in the filter. */
bool filter_parse(struct filter *filter, const char *text, struct filter_error *ret_error);

#endif
